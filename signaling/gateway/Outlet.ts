import type { EventName, EventPayload } from '#protocol/api.ts';
import type { TabId, TokenId, VisitorId } from '#protocol/ids.ts';

/** How services tell sockets facts, and end them, without knowing sockets. */
export interface Outlet {
  /** All tabs of a visitor. */
  toVisitor<E extends EventName>(visitorId: VisitorId, event: E, payload: EventPayload<E>): void;
  /** One agent's page. */
  toAgentTab<E extends EventName>(tab: TabId, event: E, payload: EventPayload<E>): void;
  /** Ends all sockets of a visitor who is now somebody else. */
  dropVisitor(visitorId: VisitorId): void;
  /** Ends a socket whose tab has come back on another one. */
  dropSocket(socketId: string): void;
  /** Ends all sockets that were let in by these user tokens. */
  dropTokens(tokens: readonly TokenId[]): void;
}
