import type { Logger } from 'pino';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { RequestRate } from '#signaling/gateway/RequestLimiter.ts';
import type { VisitorService } from '#signaling/identity/VisitorService.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { RuleService } from '#signaling/rules/RuleService.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { Rows } from '#signaling/store/Rows.ts';
import type { Store } from '#signaling/store/Store.ts';
import { AgentAccess } from './AgentAccess.ts';
import { ChatService } from './ChatService.ts';
import { ConversationFeed } from './ConversationFeed.ts';
import type { ConversationHooks } from './ConversationHooks.ts';
import { ConversationLog } from './ConversationLog.ts';
import { ConversationService } from './ConversationService.ts';
import type { Files } from './Files.ts';
import { OpenChats } from './OpenChats.ts';
import { PersonChanges } from './PersonChanges.ts';
import { Routing } from './Routing.ts';
import { SendLimiter } from './SendLimiter.ts';

export interface ChatParts {
  store: Store;
  rows: Rows;
  sites: SiteDirectory;
  visitors: VisitorService;
  presence: PresenceService;
  agentPresence: AgentPresence;
  hooks: ConversationHooks;
  rules: RuleService;
  files: Pick<Files, 'view'>;
  outlet: Outlet;
  /** What one visitor may send. */
  rate?: RequestRate | undefined;
  log: Logger;
}

/** The chat, put together. */
export interface Chat {
  /** Visitors' side. */
  visitorSide: ChatService;
  /** Agents' side. */
  agentSide: ConversationService;
  access: AgentAccess;
  feed: ConversationFeed;
  /** An agent's page is gone, or has begun anew. */
  agentLeft(agent: AgentCaller): void;
  /** Resolves when every message that came in is kept or refused. Idempotent. */
  close(): Promise<void>;
}

export async function createChat(parts: ChatParts): Promise<Chat> {
  const { store, rows, sites, presence, agentPresence, files, outlet, log } = parts;
  const conversations = new ConversationLog(parts);
  const access = new AgentAccess({ store, merges: conversations.merges, outlet });
  const feed = new ConversationFeed({ store, presence, outlet, log });
  const openChats = new OpenChats(store.chat, agentPresence, conversations.times);
  const routing = new Routing({ store, conversations, presence: agentPresence, sites, log });
  const agentSide = new ConversationService({ store, rows, conversations, access, feed, presence, files, outlet });
  const people = new PersonChanges({ store, conversations, access, feed, openChats, routing, files, outlet, log });
  const limiter = new SendLimiter(parts.rate);
  const visitorSide = new ChatService({ ...parts, conversations, agentSide, people, limiter });

  conversations.on('changed', (after, before) => {
    feed.changed(after);
    if (!before) return;
    openChats.changed(after, before);
    routing.changed(after, before);
  });
  conversations.on('found', (conversation) => people.found(conversation));
  presence.on('changed', ({ customerId }) => {
    if (customerId) feed.presenceChanged(customerId);
  });
  agentPresence.on('teams', (site) => {
    access.teamsChanged(site);
    feed.recheck(site);
  });
  for (const { id } of sites.list()) {
    routing.begin(id);
    await openChats.count(id);
    const { items } = await store.chat.list(id, { limit: 1 });
    for (const { updatedAt } of items) conversations.times.startAfter(updatedAt);
  }
  return {
    visitorSide,
    agentSide,
    access,
    feed,
    agentLeft: (agent) => {
      access.leave(agent);
      feed.leave(agent.tab);
    },
    close: async () => {
      routing.close();
      feed.close();
      await conversations.close();
    },
  };
}
