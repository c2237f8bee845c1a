import type { Logger } from 'pino';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/AuditLog.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { CustomerRecord, Merge, Store } from '#signaling/store/Store.ts';
import type { AgentAccess } from './AgentAccess.ts';
import type { ConversationFeed } from './ConversationFeed.ts';
import type { ConversationLog } from './ConversationLog.ts';
import type { Files } from './Files.ts';
import type { OpenChats } from './OpenChats.ts';
import { isWaiting } from './policy.ts';
import type { Routing } from './Routing.ts';
import { messageView, visitorChat } from './views.ts';

export interface PersonChangesOptions {
  store: Pick<Store, 'chat' | 'customers' | 'agents'>;
  conversations: ConversationLog;
  access: AgentAccess;
  feed: ConversationFeed;
  openChats: OpenChats;
  routing: Routing;
  files: Pick<Files, 'view'>;
  outlet: Pick<Outlet, 'toConversation'>;
  log: Logger;
}

/** What it means for a conversation that its person is changed, becomes another one, or is no more. */
export class PersonChanges {
  readonly #options: PersonChangesOptions;

  constructor(options: PersonChangesOptions) {
    this.#options = options;
  }

  /** Who may no longer see the conversation loses it, and it is not left with them. Answers it, if there is one. */
  async changed(site: SiteId, customerId: CustomerId): Promise<ConversationRecord | undefined> {
    const { store, access, feed, routing } = this.#options;
    access.forget(site, customerId);
    const record = await store.chat.findByCustomer(site, customerId);
    // As they are by now: two changes may come here in another order than they were kept in.
    const person = record && (await store.customers.get(site, customerId));
    if (!person) return undefined;
    access.personChanged(person, record.id);
    const placed = await this.#handOn(record, person);
    feed.changed(this.#options.conversations.recent.latest(placed));
    if (isWaiting(placed)) routing.give(placed);
    return placed;
  }

  /** An anonymous conversation went over into a person's. */
  async merged(site: SiteId, merge: Merge): Promise<void> {
    const { store, access, feed, outlet, files, conversations } = this.#options;
    conversations.recent.drop(merge.from);
    this.#count(site);
    feed.gone(site, merge.from);
    await access.merged(site, merge);
    const record = await conversations.touch(site, merge.to);
    if (!record) return;
    // Their last page is the one before: the last message tells them that there are more, the rest they page.
    outlet.toConversation(merge.to, 'visitor', 'chat.conversation', { chat: visitorChat(record) });
    const [last] = await store.chat.history(site, merge.to, { limit: 1 });
    if (!last) return;
    const payload = { conversationId: merge.to, message: messageView(last, files) };
    outlet.toConversation(merge.to, 'agent', 'chat.message', payload);
  }

  erased(site: SiteId, id: ConversationId): void {
    const { access, feed, conversations } = this.#options;
    conversations.recent.drop(id);
    access.erased(site, id);
    feed.gone(site, id);
    this.#count(site);
  }

  /** An agent who may not see the person cannot answer: it becomes that of whom the person is assigned to, or nobody's. */
  async #handOn(record: ConversationRecord, person: CustomerRecord): Promise<ConversationRecord> {
    const { store, conversations } = this.#options;
    const { site, id, assignee } = record;
    const { assignedUser } = person;
    if (assignee === undefined || (await this.#maySee(site, assignee, person))) return record;
    const heir = assignedUser === undefined ? undefined : await store.agents.findByEmail(site, assignedUser);
    const next = heir?.active ? heir.email : undefined;
    const changed = await conversations.change(
      site,
      id,
      (before) => (before.assignee === assignee ? { ...before, assignee: next } : undefined),
      () => auditRecord(site, 'system', 'conversation.assigned', id, { user: next ?? null, team: record.team ?? null }),
    );
    return changed ?? record;
  }

  async #maySee(site: SiteId, email: string, person: CustomerRecord): Promise<boolean> {
    if (person.assignedUser === undefined && person.team === undefined) return true;
    if (person.assignedUser === email) return true;
    const agent = await this.#options.store.agents.findByEmail(site, email);
    return agent !== undefined && maySee({ email, agentRole: agent.role, teams: agent.teams }, person);
  }

  #count(site: SiteId): void {
    this.#options.openChats
      .count(site)
      .catch((error) => this.#options.log.error({ err: error }, 'open chats could not be counted'));
  }
}
