import type { Logger } from 'pino';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { AgentRecord, CustomerRecord, Merge, Released, Store } from '#signaling/store/Store.ts';
import type { AgentAccess } from './AgentAccess.ts';
import type { ConversationFeed } from './ConversationFeed.ts';
import type { ConversationLog } from './ConversationLog.ts';
import type { Files } from './Files.ts';
import type { OpenChats } from './OpenChats.ts';
import { isOpen, isWaiting } from './policy.ts';
import type { Routing } from './Routing.ts';
import { messageView, visitorChat } from './views.ts';

const PAGE = 200;

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
    const placed = await this.#place(site, customerId);
    if (placed) this.#options.feed.changed(placed);
    if (placed && isWaiting(placed)) this.#options.routing.give(placed);
    return placed;
  }

  /** What was an agent's who works here no more: whoever may see it now is told, and who waits is given on. */
  async released(site: SiteId, { email, customers, conversations, open }: Released): Promise<void> {
    const { conversations: log, access, feed, routing } = this.#options;
    for (const id of customers) access.forget(id);
    for (const id of conversations) log.recent.drop(id);
    feed.released(site, email);
    try {
      for (const id of open) await log.touch(site, id);
      for (const id of conversations) if (access.isOpened(id)) await this.#show(site, id);
      for (const id of customers) {
        const placed = await this.#place(site, id);
        // Of all that they were ever done with, only what somebody looks at.
        if (placed && (isOpen(placed) || feed.isListed(id) || access.isOpened(placed.id))) feed.changed(placed);
      }
    } finally {
      await this.#count(site);
      routing.giveAll(site);
    }
  }

  /** An agent may see fewer people: of the others' conversations none is left with the agent. */
  async narrowed({ site, email, role, teams }: AgentRecord): Promise<void> {
    const { store } = this.#options;
    let cursor: string | undefined;
    do {
      const page = await store.chat.list(site, { filter: 'mine', me: email, limit: PAGE, cursor });
      const ids = page.items.map(({ customerId }) => customerId);
      for (const person of await store.customers.getMany(site, ids)) {
        if (!maySee({ email, agentRole: role, teams }, person)) await this.changed(site, person.customerId);
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  async #show(site: SiteId, id: ConversationId): Promise<void> {
    const { store, feed, conversations } = this.#options;
    const record = await store.chat.get(site, id);
    if (record) feed.changed(conversations.recent.latest(record));
  }

  async #place(site: SiteId, customerId: CustomerId): Promise<ConversationRecord | undefined> {
    const { store, access, conversations } = this.#options;
    access.forget(customerId);
    const record = await store.chat.findByCustomer(site, customerId);
    // As they are by now: two changes may come here in another order than they were kept in.
    const person = record && (await store.customers.get(site, customerId));
    if (!person) return undefined;
    access.personChanged(person, record.id);
    return conversations.recent.latest(await this.#handOn(record, person));
  }

  /** An anonymous conversation went over into a person's. */
  async merged(site: SiteId, merge: Merge): Promise<void> {
    const { store, access, feed, outlet, files, conversations } = this.#options;
    conversations.recent.drop(merge.from);
    void this.#count(site);
    feed.gone(site, merge.from);
    await access.merged(site, merge);
    const record = await conversations.touch(site, merge.to);
    if (!record) return;
    outlet.toConversation(merge.to, 'agent', 'conversation.notes', { conversationId: merge.to });
    // Their last page is the one before: the last message tells them that there are more, the rest they page.
    outlet.toConversation(merge.to, 'visitor', 'chat.conversation', { chat: visitorChat(record) });
    const [last] = await store.chat.history(site, merge.to, { limit: 1 });
    if (!last) return;
    const payload = { conversationId: merge.to, message: messageView(last, files) };
    outlet.toConversation(merge.to, 'agent', 'chat.message', payload);
  }

  /** It has changed, nobody knows from what. */
  found(conversation: ConversationRecord): void {
    void this.#count(conversation.site);
    if (isWaiting(conversation)) this.#options.routing.give(conversation);
  }

  erased(site: SiteId, id: ConversationId): void {
    const { access, feed, conversations } = this.#options;
    conversations.recent.drop(id);
    access.erased(id);
    feed.gone(site, id);
    void this.#count(site);
  }

  /** An agent who may not see the person cannot answer: it becomes that of whom the person is assigned to, or nobody's. */
  async #handOn(record: ConversationRecord, person: CustomerRecord): Promise<ConversationRecord> {
    const { store, conversations } = this.#options;
    const { site, id, assignee } = record;
    const { assignedUser } = person;
    if (assignee === undefined || (await this.#maySee(site, assignee, person))) return record;
    const heir = assignedUser === undefined ? undefined : await store.agents.findByEmail(site, assignedUser);
    const next = heir?.active ? heir.email : undefined;
    const give = (to: string | undefined) =>
      conversations.change(
        site,
        id,
        (before) => (before.assignee === assignee ? { ...before, assignee: to } : undefined),
        () => auditRecord(site, 'system', 'conversation.assigned', id, { user: to ?? null, team: record.team ?? null }),
      );
    const given = await give(next);
    // Who was to have it may have left at this moment.
    return (given?.assignee === assignee ? await give(undefined) : given) ?? record;
  }

  async #maySee(site: SiteId, email: string, person: CustomerRecord): Promise<boolean> {
    if (person.assignedUser === undefined && person.team === undefined) return true;
    if (person.assignedUser === email) return true;
    const agent = await this.#options.store.agents.findByEmail(site, email);
    return agent !== undefined && maySee({ email, agentRole: agent.role, teams: agent.teams }, person);
  }

  #count(site: SiteId): Promise<void> {
    const { openChats, log } = this.#options;
    return openChats.count(site).catch((error) => log.error({ err: error }, 'open chats could not be counted'));
  }
}
