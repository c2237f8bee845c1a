import type { Context } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { CvError } from '#protocol/errors.ts';
import { isProxied, senderAddress } from './senderAddress.ts';

const WINDOW_SECONDS = 60;

/** Requests a minute. */
export interface RestLimits {
  /** With one API key. */
  readonly apiKey: number;
  /** With one user token. */
  readonly userToken: number;
  /** Of one site, whoever sends them. */
  readonly site: number;
  /** From one address, to what needs no key. */
  readonly open: number;
  /** From one address, refused for what it shows or does not find. Who shows what is right is never counted here. */
  readonly refused: number;
  /** Files from one address. */
  readonly uploads: number;
}

/** One address may be a whole office. */
export const usualLimits: RestLimits = {
  apiKey: 3000,
  userToken: 600,
  site: 6000,
  open: 300,
  refused: 1200,
  uploads: 60,
};

export interface RateLimitsOptions {
  /** None if absent. */
  readonly limits?: Partial<RestLimits> | undefined;
  /** Trusted proxies in front of this server. */
  readonly proxies?: number | undefined;
}

/** Counts requests in fixed windows, in memory, and tells the sender where it stands. */
export class RateLimits {
  readonly #limiters: ReadonlyMap<keyof RestLimits, RateLimiterMemory>;
  readonly #proxies: number;

  constructor({ limits = {}, proxies = 0 }: RateLimitsOptions) {
    const given = Object.entries(limits) as [keyof RestLimits, number][];
    this.#limiters = new Map(
      given.map(([kind, points]) => [kind, new RateLimiterMemory({ points, duration: WINDOW_SECONDS })]),
    );
    this.#proxies = proxies;
  }

  /** Counts one request; RATE_LIMITED if it is one too many. The answer’s headers tell of the limit that ends first. */
  async take(ctx: Context, kind: keyof RestLimits, key: string): Promise<void> {
    const limiter = this.#limiters.get(kind);
    if (!limiter) return;
    const { state, refused } = await consumed(limiter, key);
    const reset = String(Math.ceil(state.msBeforeNext / 1000));
    const told = ctx.res.getHeader('RateLimit-Remaining');
    if (refused || told === undefined || Number(told) > state.remainingPoints) {
      ctx.set('RateLimit-Limit', String(limiter.points));
      ctx.set('RateLimit-Remaining', String(state.remainingPoints));
      ctx.set('RateLimit-Reset', reset);
    }
    if (!refused) return;
    ctx.set('Retry-After', reset);
    throw new CvError('RATE_LIMITED', `Too many requests: at most ${limiter.points} a minute. Wait ${reset} s.`);
  }

  /** By the sender’s address; where a proxy hides it there is nothing to count by. */
  async takeFrom(ctx: Context, kind: 'open' | 'refused' | 'uploads'): Promise<void> {
    const address = this.addressOf(ctx);
    if (address !== undefined) await this.take(ctx, kind, address);
  }

  /** Whom a request is counted for; undefined where a proxy hides it. */
  addressOf({ req }: Context): string | undefined {
    return this.#proxies === 0 && isProxied(req) ? undefined : senderAddress(req, this.#proxies);
  }
}

async function consumed(limiter: RateLimiterMemory, key: string): Promise<{ state: RateLimiterRes; refused: boolean }> {
  try {
    return { state: await limiter.consume(key), refused: false };
  } catch (error) {
    if (error instanceof RateLimiterRes) return { state: error, refused: true };
    throw error;
  }
}
