import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { ReceiptInput, Receipts } from '#protocol/chat.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { WebhookData } from '#protocol/webhooks.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { Appended, ConversationRecord, MessageRecord, NewMessage } from '#signaling/store/ChatStore.ts';
import type { AuditRecord, Store } from '#signaling/store/Store.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import type { Files } from './Files.ts';
import { Merges } from './Merges.ts';
import { MessageLog, type NewlyAppended } from './MessageLog.ts';
import { applyMessage, factsOf, readByAgents } from './policy.ts';
import { RecentConversations } from './RecentConversations.ts';
import { messageView } from './views.ts';

export interface ConversationLogOptions {
  store: Pick<Store, 'chat'>;
  webhooks: Pick<WebhookDirectory, 'rows'>;
  files: Pick<Files, 'view'>;
  outlet: Pick<Outlet, 'toConversation'>;
  deskUrl(site: SiteId, fragment: string): string;
  log: Logger;
}

type UpTo = Receipts[keyof Receipts];

interface ConversationLogEvents {
  /** Kept, and told to those who follow it. `before` is absent where neither status nor assignee changed. */
  changed: [after: ConversationRecord, before: ConversationRecord | undefined];
}

/** Every change of a conversation: kept with its webhooks first, then told to the pages that follow it. */
export class ConversationLog extends EventEmitter<ConversationLogEvents> {
  readonly merges = new Merges();
  readonly recent = new RecentConversations();
  readonly #options: ConversationLogOptions;
  readonly #messages: MessageLog;
  /** Receipts of one side of one conversation; those that wait for the disk become one. */
  readonly #receiptTurns = new Turns();
  readonly #receipts = new Map<string, UpTo>();
  /**
   * `updatedAt` of what is being written. Later than of anything written before: who asks for what has changed since
   * the latest that they know misses nothing.
   */
  #now = 0;
  #committed = 0;

  constructor(options: ConversationLogOptions) {
    super();
    this.#options = options;
    this.#messages = new MessageLog({
      store: options.store.chat,
      policy: {
        apply: (before, message) => applyMessage(before, message, this.#tick()),
        outbox: ({ before, conversation, message }) => this.#outbox(before, conversation, message),
      },
      follow: (id) => this.merges.follow(id),
      committed: (appended) => this.#appended(appended),
      log: options.log,
    });
  }

  /** Durable when answered. */
  add(message: NewMessage): Promise<Appended> {
    return this.#messages.add(message);
  }

  /** The customer's conversation: the one there is, else an empty one, which counts as done. */
  async begin(site: SiteId, customerId: CustomerId): Promise<ConversationRecord> {
    const now = Date.now();
    const none = { delivered: 0, read: 0 };
    return this.recent.latest(
      await this.#options.store.chat.begin({
        id: newId<ConversationId>('cn'),
        site,
        customerId,
        status: 'DONE',
        createdAt: now,
        updatedAt: now,
        lastSeq: 0,
        receipts: { visitor: none, agent: none },
        unreadByAgent: 0,
        unreadByVisitor: 0,
      }),
    );
  }

  /** `change` answers undefined to leave it. A change of the status sets `updatedAt`. Undefined if there is none. */
  async change(
    site: SiteId,
    id: ConversationId,
    change: (before: ConversationRecord) => ConversationRecord | undefined,
    audit?: (after: ConversationRecord) => AuditRecord,
  ): Promise<ConversationRecord | undefined> {
    let before: ConversationRecord | undefined;
    const kept = await this.#options.store.chat.change(
      site,
      id,
      (found) => {
        before = undefined;
        const after = change(found);
        if (!after) return undefined;
        before = found;
        return after.status === found.status ? after : { ...after, updatedAt: this.#tick() };
      },
      (after) => ({
        outbox: before && this.#outbox(before, after),
        audit: audit && [audit(after)],
      }),
    );
    if (kept && before) {
      this.#written();
      this.#changed(kept, before);
    }
    return kept;
  }

  /** What the store has changed by itself: who polls for changes, and who watches, are told of it. */
  async touch(site: SiteId, id: ConversationId): Promise<ConversationRecord | undefined> {
    this.recent.drop(id);
    const change = (before: ConversationRecord) => ({ ...before, updatedAt: this.#tick() });
    const kept = await this.#options.store.chat.change(site, id, change);
    this.#written();
    if (kept) this.#changed(kept, undefined);
    return kept;
  }

  /** A side has received or read everything up to a seq. */
  async receive(site: SiteId, id: ConversationId, side: keyof Receipts, upTo: ReceiptInput): Promise<void> {
    const known = this.recent.get(id);
    const wanted = within(upTo, known?.lastSeq ?? Number.POSITIVE_INFINITY);
    if (covers(known?.receipts[side], wanted)) return;
    const key = `${side} ${id}`;
    const waiting = this.#receipts.get(key) ?? { delivered: 0, read: 0 };
    this.#receipts.set(key, {
      delivered: Math.max(waiting.delivered, wanted.delivered),
      read: Math.max(waiting.read, wanted.read),
    });
    await this.#receiptTurns.take([key], async () => {
      const all = this.#receipts.get(key);
      this.#receipts.delete(key);
      if (all) await this.#receive(site, id, side, all);
    });
  }

  /** Resolves when every message that came in is kept or refused. */
  async close(): Promise<void> {
    await this.#messages.close();
    this.removeAllListeners();
  }

  async #receive(site: SiteId, id: ConversationId, side: keyof Receipts, upTo: UpTo): Promise<void> {
    if (side === 'agent' && upTo.read > 0) {
      const after = await this.change(site, id, (before) => readByAgents(before, upTo.read));
      if (!after || covers(after.receipts.agent, upTo)) {
        if (after) this.#tellReceipts(after);
        return;
      }
    }
    const after = await this.#options.store.chat.receive(site, id, side, upTo);
    if (!after) return;
    this.#tellReceipts(after);
    this.#changed(after, undefined);
  }

  #appended(appended: readonly NewlyAppended[]): void {
    const { outlet, files } = this.#options;
    this.#written();
    for (const { message, before, conversation } of appended) {
      const payload = { conversationId: conversation.id, message: messageView(message, files) };
      outlet.toConversation(conversation.id, 'visitor', 'chat.message', payload);
      outlet.toConversation(conversation.id, 'agent', 'chat.message', payload);
      // Whoever answers has read what there is.
      if (conversation.receipts.agent.read > before.receipts.agent.read && before.unreadByAgent > 0) {
        this.#tellReceipts(conversation);
      }
      this.#changed(conversation, before);
    }
  }

  #changed(after: ConversationRecord, before: ConversationRecord | undefined): void {
    this.recent.put(after);
    this.emit('changed', after, before);
  }

  #tellReceipts({ id, receipts }: ConversationRecord): void {
    const payload = { conversationId: id, receipts };
    this.#options.outlet.toConversation(id, 'visitor', 'chat.receipts', payload);
    this.#options.outlet.toConversation(id, 'agent', 'chat.receipts', payload);
  }

  #tick(): number {
    this.#now = Math.max(Date.now(), this.#committed + 1);
    return this.#now;
  }

  #written(): void {
    this.#committed = Math.max(this.#committed, this.#now);
  }

  #outbox(before: ConversationRecord, after: ConversationRecord, message?: MessageRecord): DeliveryRecord[] {
    const { webhooks, files, deskUrl } = this.#options;
    const { site, id, customerId, status } = after;
    return factsOf(before, after, message).flatMap((type) => {
      if (type === 'message.new') {
        if (!message) return [];
        const data = { customerId, conversationId: id, message: messageView(message, files) };
        return webhooks.rows(site, type, data, customerId);
      }
      const text = message?.text ?? after.last?.text;
      const data: WebhookData<'conversation.new'> = {
        customerId,
        conversationId: id,
        status,
        ...(text !== undefined && { lastMessage: { text } }),
        url: deskUrl(site, `conversation=${id}`),
      };
      return webhooks.rows(site, type, data, customerId);
    });
  }
}

const covers = (known: UpTo | undefined, upTo: UpTo): boolean =>
  known !== undefined && known.delivered >= upTo.delivered && known.read >= upTo.read;

const within = ({ delivered = 0, read = 0 }: ReceiptInput, lastSeq: number): UpTo => ({
  delivered: Math.min(delivered, lastSeq),
  read: Math.min(read, lastSeq),
});
