import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { ReceiptInput, Receipts } from '#protocol/chat.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { Appended, ConversationRecord, MessageRecord, NewMessage } from '#signaling/store/ChatStore.ts';
import type { AuditRecord, Store } from '#signaling/store/Store.ts';
import { ChangeTimes } from './ChangeTimes.ts';
import type { ConversationHooks } from './ConversationHooks.ts';
import type { Files } from './Files.ts';
import { Merges } from './Merges.ts';
import { MessageLog, type NewlyAppended } from './MessageLog.ts';
import { applyMessage, readByAgents } from './policy.ts';
import { RecentConversations } from './RecentConversations.ts';
import { messageView } from './views.ts';

export interface ConversationLogOptions {
  store: Pick<Store, 'chat'>;
  hooks: ConversationHooks;
  files: Pick<Files, 'view'>;
  outlet: Pick<Outlet, 'toConversation'>;
  log: Logger;
}

type UpTo = Receipts[keyof Receipts];

interface ConversationLogEvents {
  /** Kept, and told to those who follow it. `before` is absent where neither status nor assignee changed. */
  changed: [after: ConversationRecord, before: ConversationRecord | undefined];
  /** Changed by a write that seemed to have failed: nobody knows what it was before. */
  found: [conversation: ConversationRecord];
}

/** Every change of a conversation: kept with its webhooks first, then told to the pages that follow it. */
export class ConversationLog extends EventEmitter<ConversationLogEvents> {
  readonly merges = new Merges();
  readonly recent = new RecentConversations();
  readonly times = new ChangeTimes();
  readonly #options: ConversationLogOptions;
  readonly #messages: MessageLog;
  /** Receipts of one side of one conversation; those that wait for the disk become one. */
  readonly #receiptTurns = new Turns();
  readonly #receipts = new Map<string, UpTo>();

  constructor(options: ConversationLogOptions) {
    super();
    this.#options = options;
    this.#messages = new MessageLog({
      append: (messages) =>
        this.times.write((now) =>
          options.store.chat.append(messages, {
            apply: (before, message) => applyMessage(before, message, now(before.updatedAt)),
            outbox: ({ before, conversation, message }) => options.hooks.rows(before, conversation, message),
          }),
        ),
      follow: (id) => this.merges.follow(id),
      committed: (appended) => this.#appended(appended),
      found: (message) => {
        this.#found(message).catch((error) => options.log.error({ err: error }, 'a message was not told to everybody'));
      },
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

  /**
   * `change` answers undefined to leave it; it stays as it is, too, where it would be given to who is no active agent.
   * Another status, agent or team sets `updatedAt`. Undefined if there is none.
   */
  async change(
    site: SiteId,
    id: ConversationId,
    change: (before: ConversationRecord) => ConversationRecord | undefined,
    audit?: (after: ConversationRecord) => AuditRecord,
  ): Promise<ConversationRecord | undefined> {
    let asked: ConversationRecord | undefined;
    let before: ConversationRecord | undefined;
    const { hooks, store } = this.#options;
    const kept = await this.times.write((now) =>
      store.chat.change(
        site,
        id,
        (found) => {
          before = undefined;
          asked = found;
          const after = change(found);
          if (!after) return undefined;
          return isSamePlace(after, found) ? after : { ...after, updatedAt: now(found.updatedAt) };
        },
        (after) => {
          before = asked;
          return { outbox: before && hooks.rows(before, after), audit: audit && [audit(after)] };
        },
      ),
    );
    if (kept && before) this.#changed(kept, before);
    return kept;
  }

  /** What the store has changed by itself: who polls for changes, and who watches, are told of it. */
  async touch(site: SiteId, id: ConversationId): Promise<ConversationRecord | undefined> {
    this.recent.drop(id);
    const kept = await this.times.write((now) =>
      this.#options.store.chat.change(site, id, (before) => ({ ...before, updatedAt: now(before.updatedAt) })),
    );
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
    for (const { message, before, conversation } of appended) {
      this.#tellMessage(message);
      // Whoever answers has read what there is.
      if (conversation.receipts.agent.read > before.receipts.agent.read && before.unreadByAgent > 0) {
        this.#tellReceipts(conversation);
      }
      this.#changed(conversation, before);
    }
  }

  async #found(message: MessageRecord): Promise<void> {
    this.#tellMessage(message);
    const conversation = await this.touch(message.site, message.conversationId);
    if (!conversation) return;
    this.#tellReceipts(conversation);
    this.emit('found', conversation);
  }

  #changed(after: ConversationRecord, before: ConversationRecord | undefined): void {
    this.recent.put(after);
    this.emit('changed', after, before);
  }

  #tellMessage(record: MessageRecord): void {
    const { outlet, files } = this.#options;
    const { conversationId } = record;
    const payload = { conversationId, message: messageView(record, files) };
    outlet.toConversation(conversationId, 'visitor', 'chat.message', payload);
    outlet.toConversation(conversationId, 'agent', 'chat.message', payload);
  }

  #tellReceipts({ id, receipts }: ConversationRecord): void {
    const payload = { conversationId: id, receipts };
    this.#options.outlet.toConversation(id, 'visitor', 'chat.receipts', payload);
    this.#options.outlet.toConversation(id, 'agent', 'chat.receipts', payload);
  }
}

/** What lists of conversations are made by. */
const isSamePlace = (one: ConversationRecord, two: ConversationRecord): boolean =>
  one.status === two.status && one.assignee === two.assignee && one.team === two.team;

const covers = (known: UpTo | undefined, upTo: UpTo): boolean =>
  known !== undefined && known.delivered >= upTo.delivered && known.read >= upTo.read;

const within = ({ delivered = 0, read = 0 }: ReceiptInput, lastSeq: number): UpTo => ({
  delivered: Math.min(delivered, lastSeq),
  read: Math.min(read, lastSeq),
});
