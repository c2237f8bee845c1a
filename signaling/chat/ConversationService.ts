import type { Author, Draft, History, HistoryRange, ReceiptInput } from '#protocol/chat.ts';
import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import { auditRecord } from '#signaling/audit/AuditLog.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { maySee, storeViewer, type Viewer } from '#signaling/presence/Visitor.ts';
import type { ChatStore, ConversationRecord, MessageRecord } from '#signaling/store/ChatStore.ts';
import type { Store } from '#signaling/store/Store.ts';
import { type AgentAccess, unknownConversation } from './AgentAccess.ts';
import { accepted } from './accepted.ts';
import type { ConversationFeed } from './ConversationFeed.ts';
import type { ConversationLog } from './ConversationLog.ts';
import type { Files } from './Files.ts';
import { conversationView, messageView } from './views.ts';

export interface ConversationServiceOptions {
  store: Pick<Store, 'chat' | 'customers' | 'agents'>;
  conversations: ConversationLog;
  access: AgentAccess;
  feed: ConversationFeed;
  presence: Pick<PresenceService, 'present'>;
  files: Pick<Files, 'view'>;
  outlet: Pick<Outlet, 'toConversation'>;
}

export type ListOptions = Omit<Parameters<ChatStore['list']>[1], 'viewer'>;

/** Who writes, to the visitor and to the store. */
export interface Sender {
  author: Exclude<Author, { kind: 'visitor' }>;
  /** Whose uploads a message may carry. */
  uploader: string;
}

/** null takes away, undefined leaves. */
export interface Assignment {
  user?: string | null | undefined;
  team?: string | null | undefined;
}

/** Conversations as agents, and sites' own servers, read and change them. An absent viewer may see all of the site. */
export class ConversationService {
  readonly #options: ConversationServiceOptions;

  constructor(options: ConversationServiceOptions) {
    this.#options = options;
  }

  async list(site: SiteId, viewer: Viewer | undefined, options: ListOptions): Promise<Page<Conversation>> {
    const { items, nextCursor } = await this.#records(site, viewer, options);
    return { items: await this.#views(site, items), nextCursor };
  }

  /** As `list`; what changes of these is told to the page if it watches. */
  async listFor(agent: AgentCaller, options: ListOptions): Promise<Page<Conversation>> {
    const { items, nextCursor } = await this.#records(agent.site, agent, { ...options, me: agent.email });
    this.#options.feed.listed(agent, items);
    return { items: await this.#views(agent.site, items), nextCursor };
  }

  async get(site: SiteId, viewer: Viewer | undefined, id: ConversationId): Promise<Conversation> {
    const place = await this.#options.access.require(site, viewer, id);
    return this.view(await this.#record(site, place.id));
  }

  async open(agent: AgentCaller, id: ConversationId, limit: number) {
    const { site } = agent;
    // First, so that nothing falls between what is read and what is told.
    const place = await this.#options.access.open(agent, id);
    try {
      const messages = await this.#options.store.chat.history(site, place.id, { limit });
      const record = await this.#record(site, place.id);
      return {
        conversation: await this.view(record),
        messages: messages.map((message) => messageView(message, this.#options.files)),
      };
    } catch (error) {
      this.#options.access.close(agent, place.id);
      throw error;
    }
  }

  async history(site: SiteId, viewer: Viewer | undefined, id: ConversationId, range: HistoryRange): Promise<History> {
    const place = await this.#options.access.require(site, viewer, id);
    const messages = await this.#options.store.chat.history(site, place.id, range);
    const { lastSeq } = await this.#record(site, place.id);
    return { messages: messages.map((message) => messageView(message, this.#options.files)), lastSeq };
  }

  async send(
    site: SiteId,
    viewer: Viewer | undefined,
    { author, uploader }: Sender,
    id: ConversationId,
    draft: Draft,
  ): Promise<MessageRecord> {
    const place = await this.#options.access.require(site, viewer, id);
    const appended = await this.#options.conversations.add({
      site,
      conversationId: place.id,
      id: draft.id,
      at: Date.now(),
      author,
      text: draft.text,
      fileId: draft.fileId,
      uploader,
    });
    return accepted(appended) ?? this.#gone(id);
  }

  async receipt(agent: AgentCaller, id: ConversationId, upTo: ReceiptInput): Promise<void> {
    const place = await this.#options.access.require(agent.site, agent, id);
    await this.#options.conversations.receive(agent.site, place.id, 'agent', upTo);
  }

  async typing(agent: AgentCaller, id: ConversationId, on: boolean): Promise<void> {
    const place = await this.#options.access.require(agent.site, agent, id);
    const { email, name, tab } = agent;
    const payload = { conversationId: place.id, author: { kind: 'agent' as const, email, name }, on };
    this.#options.outlet.toConversation(place.id, 'visitor', 'chat.typing', payload);
    this.#options.outlet.toConversation(place.id, 'agent', 'chat.typing', payload, tab);
  }

  async setStatus(
    site: SiteId,
    viewer: Viewer | undefined,
    id: ConversationId,
    status: ConversationStatus,
  ): Promise<Conversation> {
    const place = await this.#options.access.require(site, viewer, id);
    const after = await this.#options.conversations.change(site, place.id, (before) =>
      before.status === status ? undefined : { ...before, status },
    );
    return this.view(after ?? this.#gone(id));
  }

  async assign(
    site: SiteId,
    viewer: Viewer | undefined,
    actor: string,
    id: ConversationId,
    { user, team }: Assignment,
  ): Promise<Conversation> {
    const place = await this.#options.access.require(site, viewer, id);
    if (typeof user === 'string') {
      const agent = await this.#options.store.agents.findByEmail(site, user);
      if (!agent?.active || !maySee({ email: user, agentRole: agent.role, teams: agent.teams }, place)) {
        throw new CvError('NOT_FOUND', `There is no active agent ${user} who may see this person.`);
      }
    }
    const after = await this.#options.conversations.change(
      site,
      place.id,
      (before) => {
        // Handed to a team it is no agent's, until one of the team takes it.
        const assignee = user === undefined ? (team ? undefined : before.assignee) : (user ?? undefined);
        const next = { ...before, assignee, team: team === undefined ? before.team : (team ?? undefined) };
        return next.assignee === before.assignee && next.team === before.team ? undefined : next;
      },
      (after) =>
        auditRecord(site, actor, 'conversation.assigned', place.id, {
          user: after.assignee ?? null,
          team: after.team ?? null,
        }),
    );
    return this.view(after ?? this.#gone(id));
  }

  /** Of one whose id the asker was allowed to know. */
  async view(record: ConversationRecord): Promise<Conversation> {
    return (await this.#views(record.site, [record]))[0] ?? this.#gone(record.id);
  }

  #records(site: SiteId, viewer: Viewer | undefined, options: ListOptions): Promise<Page<ConversationRecord>> {
    return this.#options.store.chat.list(site, { ...options, viewer: storeViewer(viewer) });
  }

  async #views(site: SiteId, records: readonly ConversationRecord[]): Promise<Conversation[]> {
    if (records.length === 0) return [];
    const { store, presence } = this.#options;
    const customers = await store.customers.getMany(
      site,
      records.map(({ customerId }) => customerId),
    );
    const persons = new Map(customers.map((customer) => [customer.customerId, customer]));
    return records.flatMap((record) => {
      const person = persons.get(record.customerId);
      return person ? [conversationView(record, person, presence.present(record.customerId))] : [];
    });
  }

  async #record(site: SiteId, id: ConversationId): Promise<ConversationRecord> {
    return (await this.#options.store.chat.get(site, id)) ?? this.#gone(id);
  }

  #gone(id: ConversationId): never {
    throw unknownConversation(id);
  }
}
