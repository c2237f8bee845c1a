export interface RequestRate {
  /** Requests in the long run. */
  perSecond: number;
  /** Requests at once. */
  burst: number;
  /** Milliseconds of a clock that nobody sets; another one for tests. */
  now?: () => number;
}

/** A token bucket per socket. */
export class RequestLimiter {
  readonly #rate: RequestRate;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;
  /** Requests refused since one was last let through. */
  refused = 0;

  constructor(rate: RequestRate = { perSecond: 50, burst: 100 }) {
    this.#rate = rate;
    this.#now = rate.now ?? (() => performance.now());
    this.#tokens = rate.burst;
    this.#filledAt = this.#now();
  }

  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate.perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      this.refused++;
      return false;
    }
    this.#tokens--;
    this.refused = 0;
    return true;
  }
}
