import type { RouteBody, RouteName, RouteParams, RouteQuery, RouteResponse, routes } from '#protocol/api.ts';
import type { SiteId, TokenId } from '#protocol/ids.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';

/** Who sent a REST request, settled before the handler runs. */
export type RestCaller =
  | { readonly kind: 'none' }
  | { readonly kind: 'site'; readonly site: SiteId }
  | {
      readonly kind: 'agent';
      readonly site: SiteId;
      readonly agent: AgentRecord;
      readonly tokenId: TokenId;
      readonly expiresAt?: number | undefined;
    };

interface CallerByAuth {
  none: Extract<RestCaller, { kind: 'none' }>;
  site: Extract<RestCaller, { kind: 'site' }>;
  agent: Extract<RestCaller, { kind: 'agent' }>;
  any: Extract<RestCaller, { kind: 'site' | 'agent' }>;
  admin: Extract<RestCaller, { kind: 'site' | 'agent' }>;
}

/** The callers that the route's `auth` lets through. */
type CallerOf<R extends RouteName> = CallerByAuth[(typeof routes)[R]['auth']];

export interface RestRequest<R extends RouteName> {
  readonly caller: CallerOf<R>;
  readonly params: RouteParams<R>;
  readonly query: RouteQuery<R>;
  readonly body: RouteBody<R>;
  /** Whose it is, of callers who show nothing; absent where a proxy hides it. */
  readonly address?: string | undefined;
}

/** One handler for every route of the contract; a missing one does not compile. */
export type RestHandlers = {
  readonly [R in RouteName]: (request: RestRequest<R>) => Promise<RouteResponse<R>>;
};

export interface Authenticator {
  /** Whose API key or user token this is; undefined if nobody's. */
  authenticate(secret: string): Promise<RestCaller | undefined>;
  /** The same at once, if it need not be looked up; the same object as long as nothing about the caller changes. */
  known?(secret: string): RestCaller | undefined;
}
