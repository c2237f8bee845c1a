import type { IncomingMessage } from 'node:http';
import { isProxied, senderAddress } from '#signaling/http/senderAddress.ts';
import { RequestLimiter, type RequestRate } from './RequestLimiter.ts';

/** An office of several hundred people behind one address goes unnoticed. */
export const usualHandshakes: RequestRate = { perSecond: 10, burst: 600 };

/** So many addresses are remembered; a full bucket is the same as none. */
const MAX_ADDRESSES = 20_000;

/** Of the address ::1. */
const LOCAL_NETWORK = '0:0:0:0::/64';

/** A token bucket per address that connects. */
export class HandshakeLimiter {
  readonly #rate: RequestRate;
  readonly #proxies: number;
  /** The one that connected last stands last. */
  readonly #buckets = new Map<string, RequestLimiter>();

  constructor(rate: RequestRate, proxies = 0) {
    this.#rate = rate;
    this.#proxies = proxies;
  }

  take(request: IncomingMessage): boolean {
    // All who come through a proxy that nobody told of seem to be one: better no limit than one for all of them.
    if (this.#proxies === 0 && isProxied(request)) return true;
    const address = senderAddress(request, this.#proxies);
    // What this machine itself runs, load tests for example.
    if (address.startsWith('127.') || address === LOCAL_NETWORK) return true;
    const bucket = this.#buckets.get(address) ?? new RequestLimiter(this.#rate);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_ADDRESSES && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket.take();
  }
}
