import type { VisitorId } from '#protocol/ids.ts';
import { RequestLimiter, type RequestRate } from '#signaling/gateway/RequestLimiter.ts';

/** What one visitor may send, from all tabs together: more than anybody types, less than a flood. */
const usualRate: RequestRate = { perSecond: 2, burst: 20 };
const MAX_KEPT = 10_000;

/** Messages of one visitor; of those who have not written for long nothing is kept. */
export class SendLimiter {
  readonly #rate: RequestRate;
  readonly #limiters = new Map<VisitorId, RequestLimiter>();

  constructor(rate: RequestRate = usualRate) {
    this.#rate = rate;
  }

  take(id: VisitorId): boolean {
    const limiter = this.#limiters.get(id) ?? new RequestLimiter(this.#rate);
    this.#limiters.delete(id);
    this.#limiters.set(id, limiter);
    for (const oldest of this.#limiters.keys()) {
      if (this.#limiters.size <= MAX_KEPT) break;
      this.#limiters.delete(oldest);
    }
    return limiter.take();
  }

  forget(id: VisitorId): void {
    this.#limiters.delete(id);
  }
}
