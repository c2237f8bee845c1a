import type { CallState } from '#protocol/calling.ts';
import type { CobrowseCapability, CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { Emitter } from '../../core/Emitter.ts';
import type { MirrorMode } from '../mirror/messages.ts';

interface CobrowseEvents {
  /** At every change of state. */
  state: (state: CallState) => void;
  ended: (reason: CobrowseEndReason) => void;
  /** At every change of the session: who watches, which tab is shown, who may act. */
  changed: (session: CobrowseView) => void;
}

/** What drives a session behind its handle. */
export interface CobrowseDriver {
  end(): void;
  leave(): void;
  attach(element: HTMLElement | undefined): void;
  mode(mode: MirrorMode): void;
  askControl(capabilities: CobrowseCapability[]): Promise<void>;
  release(): Promise<void>;
  rename(visitor: string): void;
}

const codeOf: Partial<Record<CobrowseEndReason, ErrorCode>> = {
  declined: 'DECLINED',
  missed: 'TIMEOUT',
  disconnected: 'VISITOR_OFFLINE',
};

/** What `CV.calling.startCobrowse` and `CV.cobrowse.join` return, at once: it rings before anything is known. */
export class CobrowseHandle extends Emitter<CobrowseEvents> {
  id: CobrowseId | undefined;
  /** Whose page it is; who joins learns it from the session. */
  visitorId: VisitorId | undefined;
  state: CallState = 'ringing';
  reason: CobrowseEndReason | undefined;
  /** As the server told it last. */
  session: CobrowseView | undefined;
  /** Resolves when the page is seen; rejects with CvError (`cause`: the reason) when it ends before. */
  readonly ready: Promise<void>;
  #settle!: { resolve(): void; reject(error: CvError): void };
  #driver: CobrowseDriver | undefined;
  #told: CallState | undefined;
  #element: HTMLElement | undefined;
  #visitor = '';

  constructor() {
    super();
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A page that does not ask for `ready` must not get an unhandled rejection.
    this.ready.catch(() => {});
  }

  /** For everybody, at once, whatever the network does; before it rings, nobody is asked. */
  end(): void {
    if (this.state === 'ended') return;
    if (this.#driver) this.#driver.end();
    else this.over('cancelled');
  }

  /** Watches no more; the session goes on for the others. */
  leave(): void {
    if (this.state === 'ended') return;
    if (this.#driver) this.#driver.leave();
    else this.over('cancelled');
  }

  /** Shows the session in this element instead of the floating panel; null takes it out again. */
  attach(element: HTMLElement | null): void {
    this.#element = element ?? undefined;
    this.#driver?.attach(this.#element);
  }

  /** What the agent’s pointer does: nothing, a laser, a pen, a highlight or, once granted, what it does at the visitor. */
  mode(mode: MirrorMode): void {
    this.#driver?.mode(mode);
  }

  /** Asks the visitor to let this page act; `changed` tells what was granted. */
  async askControl(capabilities: CobrowseCapability[]): Promise<void> {
    await this.#driving().askControl(capabilities);
  }

  /** Gives control back, or asks for it no more. */
  async release(): Promise<void> {
    await this.#driving().release();
  }

  /** What the agent’s own page calls the visitor; else the panel says who was tagged. */
  rename(visitor: string): void {
    this.#visitor = visitor;
    this.#driver?.rename(visitor);
  }

  /** @internal */
  drive(driver: CobrowseDriver): void {
    this.#driver = driver;
    if (this.#element) driver.attach(this.#element);
    if (this.#visitor) driver.rename(this.#visitor);
  }

  /** @internal */
  update(session: CobrowseView): void {
    if (this.state === 'ended') return;
    this.id = session.id;
    this.visitorId = session.visitorId;
    this.session = session;
    if (session.state === 'ended') {
      this.over(session.reason ?? 'failed');
    } else if (this.#told !== session.state) {
      this.#tell(session.state);
      if (session.state === 'active') this.#settle.resolve();
    }
    this.emit('changed', session);
  }

  /** @internal Nothing follows. */
  over(reason: CobrowseEndReason): void {
    this.#finish(reason, new CvError(codeOf[reason] ?? 'CONFLICT', `The session ended: ${reason}.`, { cause: reason }));
  }

  /** @internal It did not even begin. */
  fail(error: CvError): void {
    this.#finish('failed', error);
  }

  #driving(): CobrowseDriver {
    if (!this.#driver || this.state === 'ended') throw new CvError('CONFLICT', 'The session does not go on.');
    return this.#driver;
  }

  #finish(reason: CobrowseEndReason, error: CvError): void {
    if (this.state === 'ended') return;
    this.reason = reason;
    this.#tell('ended');
    this.#settle.reject(error);
    this.emit('ended', reason);
  }

  #tell(state: CallState): void {
    this.state = state;
    this.#told = state;
    this.emit('state', state);
  }
}
