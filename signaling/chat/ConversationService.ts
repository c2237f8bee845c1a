import type { Author, Draft, History, HistoryRange, ReceiptInput } from '#protocol/chat.ts';
import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { maySee, storeViewer, type Viewer } from '#signaling/presence/Visitor.ts';
import type { ChatStore, ConversationRecord, MessageRecord } from '#signaling/store/ChatStore.ts';
import { Made } from '#signaling/store/Made.ts';
import type { Rows } from '#signaling/store/Rows.ts';
import type { Store } from '#signaling/store/Store.ts';
import { type AgentAccess, unknownConversation } from './AgentAccess.ts';
import { accepted } from './accepted.ts';
import type { ConversationFeed } from './ConversationFeed.ts';
import type { ConversationLog } from './ConversationLog.ts';
import type { Files } from './Files.ts';
import type { Place } from './Places.ts';
import { conversationView, messageView } from './views.ts';

export interface ConversationServiceOptions {
  store: Pick<Store, 'agents'>;
  rows: Pick<Rows, 'conversation' | 'conversations' | 'messages' | 'customers' | 'heirOf'>;
  conversations: Pick<ConversationLog, 'add' | 'change' | 'receive' | 'times'>;
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
  /** The agent for whom somebody else writes: in conversations alone that the agent may see. */
  writesFor?: Viewer | undefined;
}

/** null takes away, undefined leaves. */
export interface Assignment {
  user?: string | null | undefined;
  team?: string | null | undefined;
}

/** Conversations as agents, and sites' own servers, read and change them. An absent viewer may see all of the site. */
export class ConversationService {
  readonly #options: ConversationServiceOptions;
  readonly #pages = new Made<Page<ConversationRecord>, Page<Conversation>>();
  readonly #shown = new Made<ConversationRecord, Conversation>();
  readonly #histories = new Made<readonly MessageRecord[], History>();

  constructor(options: ConversationServiceOptions) {
    this.#options = options;
  }

  async list(site: SiteId, viewer: Viewer | undefined, options: ListOptions): Promise<Page<Conversation>> {
    const page = await this.#whole(site, viewer, options);
    if (page.items.length > 0 || options.customerId === undefined) return this.#page(site, page);
    // By a former id, most likely; nobody else has one.
    const customerId = await this.#options.rows.heirOf(site, options.customerId);
    return this.#page(site, customerId ? await this.#whole(site, viewer, { ...options, customerId }) : page);
  }

  /** As `list`; what changes of these is told to the page if it watches. */
  async listFor(agent: AgentCaller, options: ListOptions): Promise<Page<Conversation>> {
    const page = await this.#records(agent.site, agent, { ...options, me: agent.email });
    this.#options.feed.listed(agent, page.items);
    return this.#page(agent.site, page);
  }

  get(site: SiteId, viewer: Viewer | undefined, id: ConversationId): Promise<Conversation> {
    return this.#options.access.at(site, viewer, id, async (place) => {
      const record = await this.#options.rows.conversation(site, place.id);
      return record && this.view(record);
    });
  }

  open(agent: AgentCaller, id: ConversationId, limit: number) {
    const { access, rows, files } = this.#options;
    const { site } = agent;
    return access.at(site, agent, id, async (place) => {
      // First, so that nothing falls between what is read and what is told.
      access.open(agent, place);
      try {
        const messages = await rows.messages(site, place.id, { limit });
        const record = await rows.conversation(site, place.id);
        if (record) {
          return {
            conversation: await this.view(record),
            messages: messages.map((message) => messageView(message, files)),
          };
        }
      } catch (error) {
        access.close(agent, place.id);
        throw error;
      }
      access.close(agent, place.id);
      return undefined;
    });
  }

  history(site: SiteId, viewer: Viewer | undefined, id: ConversationId, range: HistoryRange): Promise<History> {
    const { access, rows, files } = this.#options;
    return access.at(site, viewer, id, async (place) => {
      const messages = await rows.messages(site, place.id, range);
      const record = await rows.conversation(site, place.id);
      if (!record) return undefined;
      const { lastSeq } = record;
      return this.#histories.once(messages, [lastSeq], () => ({
        messages: messages.map((message) => messageView(message, files)),
        lastSeq,
      }));
    });
  }

  send(
    site: SiteId,
    viewer: Viewer | undefined,
    { author, uploader, writesFor }: Sender,
    id: ConversationId,
    draft: Draft,
  ): Promise<MessageRecord> {
    return this.#options.access.at(site, viewer, id, async (place) => {
      if (writesFor && !maySee(writesFor, place)) throw noSuchAgent(writesFor.email);
      return accepted(
        await this.#options.conversations.add({
          site,
          conversationId: place.id,
          id: draft.id,
          at: Date.now(),
          author,
          text: draft.text,
          fileId: draft.fileId,
          uploader,
        }),
      );
    });
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
    const { access, conversations } = this.#options;
    const after = await access.at(site, viewer, id, (place) =>
      conversations.change(site, place.id, (before) => (before.status === status ? undefined : { ...before, status })),
    );
    return this.view(after);
  }

  async assign(
    site: SiteId,
    viewer: Viewer | undefined,
    actor: string,
    id: ConversationId,
    assignment: Assignment,
  ): Promise<Conversation> {
    const after = await this.#options.access.at(site, viewer, id, (place) =>
      this.#assign(site, actor, place, assignment),
    );
    return this.view(after);
  }

  async #assign(
    site: SiteId,
    actor: string,
    place: Place,
    { user, team }: Assignment,
  ): Promise<ConversationRecord | undefined> {
    if (typeof user === 'string') {
      const agent = await this.#options.store.agents.findByEmail(site, user);
      if (!agent?.active || !maySee({ email: user, agentRole: agent.role, teams: agent.teams }, place)) {
        throw noSuchAgent(user);
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
    if (after && typeof user === 'string' && after.assignee !== user) throw noSuchAgent(user);
    return after;
  }

  /** Of one whose id the asker was allowed to know. */
  async view(record: ConversationRecord): Promise<Conversation> {
    const [person] = await this.#options.rows.customers(record.site, [record.customerId]);
    if (!person) throw unknownConversation(record.id);
    const present = this.#options.presence.present(record.customerId);
    return this.#shown.once(record, [person, present], () => conversationView(record, person, present));
  }

  /** Nothing on it is later than what may still be kept before it. */
  async #whole(site: SiteId, viewer: Viewer | undefined, options: ListOptions): Promise<Page<ConversationRecord>> {
    const { whole, until, ended } = this.#options.conversations.times.standing();
    const page = await this.#records(site, viewer, options);
    if (page.items.every(({ updatedAt }) => updatedAt < whole)) return page;
    await ended();
    return this.#records(site, viewer, { ...options, until });
  }

  async #records(site: SiteId, viewer: Viewer | undefined, options: ListOptions): Promise<Page<ConversationRecord>> {
    return this.#options.rows.conversations(site, { ...options, viewer: storeViewer(viewer) });
  }

  async #page(site: SiteId, page: Page<ConversationRecord>): Promise<Page<Conversation>> {
    const { rows, presence } = this.#options;
    const ids = page.items.map(({ customerId }) => customerId);
    const people = await rows.customers(site, ids);
    const present = ids.map((id) => presence.present(id));
    return this.#pages.once(page, [...people, ...present], () => ({
      items: page.items.flatMap((record, i) => {
        const person = people[i];
        return person ? [conversationView(record, person, present[i])] : [];
      }),
      nextCursor: page.nextCursor,
    }));
  }
}

const noSuchAgent = (user: string) =>
  new CvError('NOT_FOUND', `There is no active agent ${user} who may see this person.`);
