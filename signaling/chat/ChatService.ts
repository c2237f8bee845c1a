import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Draft, History, HistoryRange, ReceiptInput, Sent, VisitorChat } from '#protocol/chat.ts';
import type { Conversation } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, CustomerId, MessageId, RuleId, SiteId, VisitorId } from '#protocol/ids.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { VisitorService } from '#signaling/identity/VisitorService.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { RuleService } from '#signaling/rules/RuleService.ts';
import type { ConversationRecord, NewMessage } from '#signaling/store/ChatStore.ts';
import type { AgentRecord, CustomerRecord, Erased, Merge, Released, Store } from '#signaling/store/Store.ts';
import { accepted } from './accepted.ts';
import type { ConversationLog } from './ConversationLog.ts';
import type { ConversationService } from './ConversationService.ts';
import type { Files } from './Files.ts';
import type { PersonChanges } from './PersonChanges.ts';
import type { SendLimiter } from './SendLimiter.ts';
import { messageView, sentView, visitorChat } from './views.ts';

export interface ChatServiceOptions {
  store: Pick<Store, 'chat'>;
  conversations: ConversationLog;
  agentSide: Pick<ConversationService, 'view'>;
  people: PersonChanges;
  visitors: Pick<VisitorService, 'ensureCustomer' | 'customerOf'>;
  presence: Pick<PresenceService, 'find'>;
  rules: Pick<RuleService, 'greeting'>;
  files: Pick<Files, 'view'>;
  outlet: Pick<Outlet, 'toVisitor' | 'toConversation' | 'moveVisitor'>;
  limiter: SendLimiter;
  log: Logger;
}

/** A greeting that stands among so many last messages, unanswered by an agent, is not kept once more. */
const GREETING_BACK = 10;
/** How often a browser may become somebody else while one message looks for its conversation. */
const RESOLVE_TRIES = 5;

/** Visitors' side of the chat: who writes is led to the conversation of the person that the browser belongs to. */
export class ChatService {
  readonly #options: ChatServiceOptions;
  /** Of one visitor: first messages, greetings and changes of the person, one after the other. */
  readonly #turns = new Turns();
  /** Visitors with such a step under way: what they send meanwhile waits for it. */
  readonly #busy = new Map<VisitorId, number>();

  constructor(options: ChatServiceOptions) {
    this.#options = options;
  }

  async send(caller: VisitorCaller, message: Draft, greeting?: RuleId): Promise<Sent> {
    this.limit(caller);
    const { visitorId } = caller;
    const id = this.#followed(caller);
    if (id !== undefined && greeting === undefined && !this.#busy.has(visitorId)) {
      return this.#add(caller, id, message);
    }
    const here = this.#isHere(caller);
    return this.#inTurn(visitorId, async () => {
      if (here && !this.#isHere(caller)) {
        throw new CvError('UNAVAILABLE', 'This browser has become another visitor; send again as that one.');
      }
      const found = this.#followed(caller) ?? (await this.#resolve(caller, true));
      if (found === undefined) throw noConversation();
      const text = greeting && this.#options.rules.greeting(caller.site, greeting);
      if (text !== undefined) await this.#greet(caller, found, text, message.id);
      return this.#add(caller, found, message);
    });
  }

  /** Contact data write a customer, of nobody's browser a new one, as messages do: they count like one. */
  limit({ visitorId }: VisitorCaller): void {
    if (this.#options.limiter.take(visitorId)) return;
    throw new CvError('RATE_LIMITED', 'Too many messages at once; wait a few seconds.');
  }

  async history(caller: VisitorCaller, range: HistoryRange): Promise<History & { chat?: VisitorChat | undefined }> {
    const { store, files } = this.#options;
    const { site } = caller;
    const find = async () => this.#followed(caller) ?? (await this.#resolve(caller, false));
    const id = await (this.#busy.has(caller.visitorId) ? this.#inTurn(caller.visitorId, find) : find());
    if (id === undefined) return { messages: [], lastSeq: 0 };
    const records = await store.chat.history(site, id, range);
    const conversation = await store.chat.get(site, id);
    if (!conversation) return { messages: [], lastSeq: 0 };
    return {
      messages: records.map((record) => messageView(record, files)),
      lastSeq: conversation.lastSeq,
      chat: visitorChat(conversation),
    };
  }

  async receipt(caller: VisitorCaller, upTo: ReceiptInput): Promise<void> {
    const id = this.#followed(caller);
    if (id !== undefined) await this.#options.conversations.receive(caller.site, id, 'visitor', upTo);
  }

  typing(caller: VisitorCaller, on: boolean): void {
    const conversationId = this.#followed(caller);
    if (conversationId === undefined) return;
    const payload = { conversationId, author: { kind: 'visitor' as const }, on };
    this.#options.outlet.toConversation(conversationId, 'agent', 'chat.typing', payload);
  }

  /** The conversation of a person, for whoever is about to connect as that person. */
  async chatOf(site: SiteId, customerId: CustomerId | undefined): Promise<VisitorChat | undefined> {
    const record = customerId && (await this.#options.store.chat.findByCustomer(site, customerId));
    return record && visitorChat(this.#options.conversations.recent.latest(record));
  }

  /** The visitor's sockets follow the conversation; answers it as it is by now. `customerId`: whose it is. */
  connected(
    caller: VisitorCaller,
    chat: VisitorChat | undefined,
    customerId: CustomerId | undefined,
  ): VisitorChat | undefined {
    const { presence, conversations, outlet } = this.#options;
    const visitor = presence.find(caller.site, caller.visitorId);
    if (!visitor) return undefined;
    const id = chat && conversations.merges.follow(chat.conversationId);
    const followed = visitor.conversationId;
    if (visitor.customerId !== customerId || (followed !== undefined && followed !== id)) {
      // Another page has tagged or written since this one was let in.
      this.#lookAgain(caller);
      return undefined;
    }
    if (id === undefined || !chat) return undefined;
    if (id !== chat.conversationId) this.#lookAgain(caller);
    visitor.conversationId = id;
    outlet.moveVisitor(caller.visitorId, undefined, id);
    const record = conversations.recent.get(id);
    return record ? visitorChat(record) : { ...chat, conversationId: id };
  }

  /** The browser is about to become somebody else: what it asks from now on waits, and is for whom it is then. */
  changing<T>({ visitorId }: VisitorCaller, change: () => Promise<T>): Promise<T> {
    return this.#inTurn(visitorId, change);
  }

  /** After a tag, still within `changing`: the browser is this person's now. Answers that person's conversation. */
  async became(
    { site, visitorId }: VisitorCaller,
    customer: CustomerRecord,
    merge: Merge | undefined,
  ): Promise<VisitorChat | undefined> {
    const { people, presence, outlet, conversations } = this.#options;
    if (merge) conversations.merges.add(merge);
    const visitor = presence.find(site, visitorId);
    const from = visitor?.conversationId;
    if (visitor) visitor.conversationId = undefined;
    try {
      const record = await people.changed(site, customer.customerId);
      if (merge) await people.merged(site, merge);
      // It has left meanwhile, or may not be that person.
      if (visitor?.customerId !== customer.customerId) return record && visitorChat(record);
      this.#follow({ site, visitorId }, from, record);
      return record && visitorChat(conversations.recent.latest(record));
    } catch (error) {
      outlet.moveVisitor(visitorId, from, undefined);
      throw error;
    }
  }

  /** After a reset. */
  left({ visitorId }: VisitorCaller): void {
    this.#options.limiter.forget(visitorId);
  }

  /** What is known of a person, or whom they are for, has changed. */
  personChanged(site: SiteId, customerId: CustomerId): void {
    const { people, log } = this.#options;
    people.changed(site, customerId).catch((error) => log.error({ err: error }, 'a changed person was not told of'));
  }

  /** The agent may see fewer people than before. */
  narrowed(agent: AgentRecord): void {
    const { people, log } = this.#options;
    people
      .narrowed(agent)
      .catch((error) =>
        log.error({ err: error }, 'conversations are left with an agent who may not see them any more'),
      );
  }

  /** What was an agent's is nobody's. */
  released(site: SiteId, released: Released): void {
    const { people, log } = this.#options;
    people
      .released(site, released)
      .catch((error) => log.error({ err: error }, 'what an agent has left was not told of, or not given to anybody'));
  }

  erased(site: SiteId, { visitors, conversationId }: Erased): void {
    const { presence, outlet, people } = this.#options;
    if (conversationId === undefined) return;
    outlet.toConversation(conversationId, 'visitor', 'chat.conversation', {});
    for (const visitorId of visitors) {
      const visitor = presence.find(site, visitorId);
      if (visitor) visitor.conversationId = undefined;
      outlet.moveVisitor(visitorId, conversationId, undefined);
    }
    people.erased(site, conversationId);
  }

  conversationView(record: ConversationRecord): Promise<Conversation> {
    return this.#options.agentSide.view(record);
  }

  begin(site: SiteId, customerId: CustomerId): Promise<ConversationRecord> {
    return this.#options.conversations.begin(site, customerId);
  }

  #isHere({ site, visitorId }: VisitorCaller): boolean {
    return this.#options.presence.find(site, visitorId) !== undefined;
  }

  #followed({ site, visitorId }: VisitorCaller): ConversationId | undefined {
    return this.#options.presence.find(site, visitorId)?.conversationId;
  }

  async #add(caller: VisitorCaller, id: ConversationId, message: Draft): Promise<Sent> {
    const incoming = newMessage(caller, id, message);
    const kept = accepted(await this.#options.conversations.add(incoming));
    if (kept) return sentView(kept);
    // Gone, and not merged. What was on its way to an erased conversation begins no new one by itself.
    const now = await this.#resolve(caller, false);
    const again =
      now !== undefined && accepted(await this.#options.conversations.add(newMessage(caller, now, message)));
    if (!again) throw noConversation();
    return sentView(again);
  }

  /** Keeps what the visitor saw and answers; under an id that the answer determines, so that a resend is none. */
  async #greet({ site, visitorId }: VisitorCaller, conversationId: ConversationId, text: string, answer: MessageId) {
    const { store, conversations } = this.#options;
    const id = `m_${createHash('sha256').update(`greeting\n${answer}`).digest('base64url').slice(0, 22)}` as MessageId;
    const last = await store.chat.history(site, conversationId, { limit: GREETING_BACK });
    const stands = last.findLastIndex(({ author, text: known }) => author.kind === 'site' && known === text);
    const answered = stands >= 0 && last.slice(stands).some(({ author }) => author.kind === 'agent');
    if (last.some((message) => message.id === answer) || (stands >= 0 && !answered)) return;
    const author = { kind: 'site' as const };
    const uploader = `visitor:${visitorId}`;
    await conversations.add({ site, conversationId, id, at: Date.now(), author, text, uploader });
  }

  /** The conversation of whoever this browser belongs to; with `create` one is begun if there is none. */
  async #resolve(caller: VisitorCaller, create: boolean): Promise<ConversationId | undefined> {
    const { visitors, store, conversations, presence } = this.#options;
    const { site, visitorId } = caller;
    for (let tries = 0; tries < RESOLVE_TRIES; tries++) {
      const customer = create ? await visitors.ensureCustomer(caller) : await visitors.customerOf(site, visitorId);
      if (!customer) return undefined;
      const { customerId } = customer;
      const known = await store.chat.findByCustomer(site, customerId);
      const record = known ?? (create ? await conversations.begin(site, customerId) : undefined);
      const visitor = presence.find(site, visitorId);
      if (visitor?.customerId !== undefined && visitor.customerId !== customerId) continue;
      if (record && visitor) this.#follow(caller, visitor.conversationId, record);
      return record?.id;
    }
    return undefined;
  }

  /** All tabs of the visitor follow this conversation, and hear of it if they followed another one. */
  #follow(
    { site, visitorId }: Pick<VisitorCaller, 'site' | 'visitorId'>,
    from: ConversationId | undefined,
    record: ConversationRecord | undefined,
  ) {
    const { presence, outlet, conversations } = this.#options;
    const visitor = presence.find(site, visitorId);
    if (visitor) visitor.conversationId = record?.id;
    if (from === record?.id) return;
    outlet.moveVisitor(visitorId, from, record?.id);
    const chat = record && visitorChat(conversations.recent.latest(record));
    outlet.toVisitor(visitorId, 'chat.conversation', { chat });
  }

  /** A page was let in with what is no longer so: it is told what is. */
  #lookAgain(caller: VisitorCaller): void {
    const { store, outlet, conversations, log } = this.#options;
    this.#inTurn(caller.visitorId, async () => {
      const id = this.#followed(caller) ?? (await this.#resolve(caller, false));
      const record = id && (await store.chat.get(caller.site, id));
      if (!record) return;
      outlet.moveVisitor(caller.visitorId, undefined, id);
      const chat = visitorChat(conversations.recent.latest(record));
      outlet.toVisitor(caller.visitorId, 'chat.conversation', { chat });
    }).catch((error) => log.error({ err: error }, 'a page was not told of its conversation'));
  }

  async #inTurn<T>(visitorId: VisitorId, work: () => Promise<T>): Promise<T> {
    this.#busy.set(visitorId, (this.#busy.get(visitorId) ?? 0) + 1);
    try {
      return await this.#turns.take([visitorId], work);
    } finally {
      const left = (this.#busy.get(visitorId) ?? 1) - 1;
      if (left > 0) this.#busy.set(visitorId, left);
      else this.#busy.delete(visitorId);
    }
  }
}

const newMessage = ({ site, visitorId }: VisitorCaller, conversationId: ConversationId, draft: Draft): NewMessage => ({
  site,
  conversationId,
  id: draft.id,
  at: Date.now(),
  author: { kind: 'visitor' },
  text: draft.text,
  fileId: draft.fileId,
  uploader: `visitor:${visitorId}`,
});

const noConversation = () => new CvError('NOT_FOUND', 'This conversation is no more; write again to begin a new one.');
