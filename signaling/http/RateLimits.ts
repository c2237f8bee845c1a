import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { CvError } from '#protocol/errors.ts';
import type { RestCaller } from './RestHandlers.ts';
import { isProxied, senderAddress } from './senderAddress.ts';
import { type Standing, Windows } from './Windows.ts';

type KnownCaller = Exclude<RestCaller, { kind: 'none' }>;

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
  readonly #windows: { readonly [kind in keyof RestLimits]?: Windows };
  readonly #proxies: number;
  /** Requests that were counted before they came to `takeCaller`. */
  readonly #counted = new WeakMap<IncomingMessage, Standing>();

  constructor({ limits = {}, proxies = 0 }: RateLimitsOptions) {
    this.#windows = Object.fromEntries(Object.entries(limits).map(([kind, limit]) => [kind, new Windows(limit)]));
    this.#proxies = proxies;
  }

  /** Counts one request of a caller; the answer’s headers tell of the limit that ends first. RATE_LIMITED as below. */
  takeCaller(ctx: Context, caller: KnownCaller): void {
    tell(ctx, this.#counted.get(ctx.req) ?? this.count(caller));
  }

  /** The request was counted already, and goes on to where `takeCaller` is called. */
  counted(req: IncomingMessage, standing: Standing | undefined): void {
    if (standing) this.#counted.set(req, standing);
  }

  /** Counts one request of a caller: by the limit that ends first. */
  count(caller: KnownCaller): Standing | undefined {
    const { apiKey, userToken, site } = this.#windows;
    // Its own limit first: what goes beyond that takes nothing from the others of its site.
    const own = caller.kind === 'site' ? apiKey?.take(caller.site) : userToken?.take(caller.tokenId);
    if (own?.refused) return own;
    const all = site?.take(caller.site);
    return own && all && !all.refused && own.left <= all.left ? own : (all ?? own);
  }

  /** By the sender’s address; where a proxy hides it there is nothing to count by. RATE_LIMITED if it is one too many. */
  takeFrom(ctx: Context, kind: 'open' | 'refused' | 'uploads'): void {
    const address = this.addressOf(ctx);
    if (address !== undefined) tell(ctx, this.#windows[kind]?.take(address));
  }

  /** Whom a request is counted for; undefined where a proxy hides it. */
  addressOf({ req }: Context): string | undefined {
    return this.#proxies === 0 && isProxied(req) ? undefined : senderAddress(req, this.#proxies);
  }
}

/** What an answer tells of a limit. */
export const standingHeaders = ({ limit, left, reset }: Standing): readonly [string, string][] => [
  ['RateLimit-Limit', String(limit)],
  ['RateLimit-Remaining', String(left)],
  ['RateLimit-Reset', String(reset)],
];

function tell(ctx: Context, standing: Standing | undefined): void {
  if (!standing) return;
  for (const [name, value] of standingHeaders(standing)) ctx.set(name, value);
  if (!standing.refused) return;
  const { limit, reset } = standing;
  ctx.set('Retry-After', String(reset));
  throw new CvError('RATE_LIMITED', `Too many requests: at most ${limit} a minute. Wait ${reset} s.`);
}
