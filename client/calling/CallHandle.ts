import type { CallState, CallView, EndReason } from '#protocol/calling.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CallId } from '#protocol/ids.ts';
import { Emitter } from '../core/Emitter.ts';

interface CallEvents {
  /** At every change of state. */
  state: (state: CallState) => void;
  ended: (reason: EndReason) => void;
}

/** What drives a call behind its handle. */
export interface CallDriver {
  end(): void;
  attach(element: HTMLElement | undefined): void;
}

const codeOf: Partial<Record<EndReason, ErrorCode>> = {
  declined: 'DECLINED',
  missed: 'TIMEOUT',
  unsupported: 'UNSUPPORTED',
  'picker-cancelled': 'DECLINED',
  disconnected: 'VISITOR_OFFLINE',
};

/** What `CV.calling.startScreen` returns, at once: it rings before anything is known. */
export class CallHandle extends Emitter<CallEvents> {
  id: CallId | undefined;
  state: CallState = 'ringing';
  reason: EndReason | undefined;
  /** Resolves when the call is active; rejects with CvError (`cause`: the reason) when it ends before. */
  readonly ready: Promise<void>;
  #settle!: { resolve(): void; reject(error: CvError): void };
  #driver: CallDriver | undefined;
  #told: CallState | undefined;
  #element: HTMLElement | undefined;

  constructor() {
    super();
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A page that does not ask for `ready` must not get an unhandled rejection.
    this.ready.catch(() => {});
  }

  /** At once, whatever the network does; before it rings, nobody is rung. */
  end(): void {
    if (this.state === 'ended') return;
    if (this.#driver) this.#driver.end();
    else this.update({ state: 'ended', reason: 'cancelled' });
  }

  /** Shows the call in this element instead of the floating panel; null takes it out again. */
  attach(element: HTMLElement | null): void {
    this.#element = element ?? undefined;
    this.#driver?.attach(this.#element);
  }

  /** @internal */
  drive(driver: CallDriver): void {
    this.#driver = driver;
    if (this.#element) driver.attach(this.#element);
  }

  /** @internal */
  update({ id, state, reason }: Pick<CallView, 'state' | 'reason'> & { id?: CallId }): void {
    this.id = id ?? this.id;
    if (state === 'ended') {
      const why = reason ?? 'failed';
      this.#finish(why, new CvError(codeOf[why] ?? 'CONFLICT', `The call ended: ${why}.`, { cause: why }));
    } else if (this.state !== 'ended' && this.#told !== state) {
      this.#tell(state);
      if (state === 'active') this.#settle.resolve();
    }
  }

  /** @internal The call did not even begin to ring. */
  fail(error: CvError): void {
    this.#finish('failed', error);
  }

  #finish(reason: EndReason, error: CvError): void {
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
