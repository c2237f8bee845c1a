import type { CallState } from '#protocol/calling.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import { Emitter } from './Emitter.ts';

export interface SessionEvents<Reason> {
  /** At every change of state. */
  state: (state: CallState) => void;
  ended: (reason: Reason) => void;
}

/** What drives a call or a session behind its handle. */
export interface SessionDriver {
  end(): void;
  attach(element: HTMLElement | undefined): void;
}

/** Either may end so. */
type Always = 'cancelled' | 'failed';

const codeOf: Readonly<Record<string, ErrorCode>> = {
  declined: 'DECLINED',
  missed: 'TIMEOUT',
  unsupported: 'UNSUPPORTED',
  'picker-cancelled': 'DECLINED',
  disconnected: 'VISITOR_OFFLINE',
};

/** What a page gets of a call or a session, at once: it rings before anything is known. */
export abstract class SessionHandle<
  Reason extends string,
  Events extends SessionEvents<Reason | Always> & { [E in keyof Events]: (...args: never[]) => void },
  Driver extends SessionDriver,
> extends Emitter<Events> {
  state: CallState = 'ringing';
  reason: Reason | Always | undefined;
  /** Resolves when it is active; rejects with CvError (`cause`: the reason) when it ends before. */
  readonly ready: Promise<void>;
  readonly #what: string;
  readonly #events: Emitter<SessionEvents<Reason | Always>> = this;
  #settle!: { resolve(): void; reject(error: CvError): void };
  #told: CallState | undefined;
  #element: HTMLElement | undefined;
  protected driver: Driver | undefined;

  constructor(what: 'call' | 'session') {
    super();
    this.#what = what;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A page that does not ask for `ready` must not get an unhandled rejection.
    this.ready.catch(() => {});
  }

  /** For everybody, at once, whatever the network does; before it rings, nobody is rung. */
  end(): void {
    if (this.state === 'ended') return;
    if (this.driver) this.driver.end();
    else this.over('cancelled');
  }

  /** Shows it in this element instead of the floating panel; null takes it out again. */
  attach(element: HTMLElement | null): void {
    this.#element = element ?? undefined;
    this.driver?.attach(this.#element);
  }

  /** @internal */
  drive(driver: Driver): void {
    this.driver = driver;
    if (this.#element) driver.attach(this.#element);
  }

  /** @internal */
  went(state: CallState, reason: Reason | Always = 'failed'): void {
    if (state === 'ended') {
      this.over(reason);
    } else if (this.state !== 'ended' && this.#told !== state) {
      this.#tell(state);
      if (state === 'active') this.#settle.resolve();
    }
  }

  /** @internal Nothing follows. */
  over(reason: Reason | Always): void {
    const text = `The ${this.#what} ended: ${reason}.`;
    this.#finish(reason, new CvError(codeOf[reason] ?? 'CONFLICT', text, { cause: reason }));
  }

  /** @internal It did not even begin to ring. */
  fail(error: CvError): void {
    this.#finish('failed', error);
  }

  #finish(reason: Reason | Always, error: CvError): void {
    if (this.state === 'ended') return;
    this.reason = reason;
    this.#tell('ended');
    this.#settle.reject(error);
    this.#events.emit('ended', reason);
  }

  #tell(state: CallState): void {
    this.state = state;
    this.#told = state;
    this.#events.emit('state', state);
  }
}
