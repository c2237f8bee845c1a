import type { EventName, EventPayload } from '#protocol/api.ts';
import type { ConversationId, SiteId, TabId, TokenId, VisitorId } from '#protocol/ids.ts';

/** How services tell sockets facts, and end them, without knowing sockets. */
export interface Outlet {
  /** All tabs of a visitor. */
  toVisitor<E extends EventName>(visitorId: VisitorId, event: E, payload: EventPayload<E>): void;
  /** One tab of a visitor. */
  toVisitorTab<E extends EventName>(visitorId: VisitorId, tab: TabId, event: E, payload: EventPayload<E>): void;
  /** One agent's page. */
  toAgentTab<E extends EventName>(tab: TabId, event: E, payload: EventPayload<E>): void;
  /** Every visitor's page on a site. */
  toSiteVisitors<E extends EventName>(site: SiteId, event: E, payload: EventPayload<E>): void;
  /** The pages of one side that follow a conversation; `except` is the tab that knows already. */
  toConversation<E extends EventName>(
    id: ConversationId,
    side: 'visitor' | 'agent',
    event: E,
    payload: EventPayload<E>,
    except?: TabId,
  ): void;
  /** All tabs of a visitor follow this conversation from now on, and no longer that one. */
  moveVisitor(visitorId: VisitorId, from: ConversationId | undefined, to: ConversationId | undefined): void;
  /** An agent's page follows a conversation, or no longer. */
  follow(tab: TabId, id: ConversationId, on: boolean): void;
  /** Ends all sockets of a visitor who is now somebody else. */
  dropVisitor(visitorId: VisitorId): void;
  /** Ends a socket whose tab has come back on another one. */
  dropSocket(socketId: string): void;
  /** Ends all sockets that were let in by these user tokens. */
  dropTokens(tokens: readonly TokenId[]): void;
}
