import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/** Who stands at the other end of a socket. */
export type Role = 'visitor' | 'agent';

/** A request over the socket with one answer. */
export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType, W extends Role = Role> {
  readonly summary: string;
  readonly who: readonly W[];
  readonly input: I;
  readonly output: O;
  /** Codes beside `commonErrors`. */
  readonly errors: readonly ErrorCode[];
}

/** A fact that the server tells a socket. */
export interface Event<P extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly to: readonly Role[];
  readonly payload: P;
}

/**
 * How a REST caller has to show who it is. `agent`: an agent's user token. `site`: the site's API key. `any`: either.
 * `admin`: the API key, or the user token of an agent whose role is admin.
 */
export type RestAuth = 'none' | 'site' | 'agent' | 'any' | 'admin';

/** One REST route under `/rest/v1`. Path parameters are written `{name}`. */
export interface Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly summary: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly auth: RestAuth;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly status: 200 | 201 | 204;
  /** Absent where the status is 204. */
  readonly response?: R;
  readonly errors: readonly ErrorCode[];
  /** The answer holds a secret that is told once. */
  readonly secret?: true;
}

export const method = <I extends z.ZodType, O extends z.ZodType, const W extends Role>(
  m: Method<I, O, W>,
): Method<I, O, W> => m;

export const event = <P extends z.ZodType>(e: Event<P>): Event<P> => e;

/** Keeps the literal types, so that a handler knows which callers its route lets in. */
export const route = <const R extends Route>(r: R): R => r;
