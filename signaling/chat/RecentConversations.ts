import type { ConversationId } from '#protocol/ids.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';

const MAX_KEPT = 5_000;

/**
 * Conversations that have changed lately, as they are by now: who has read one a moment ago learns what came since
 * then without asking the database again.
 */
export class RecentConversations {
  readonly #records = new Map<ConversationId, ConversationRecord>();

  put(record: ConversationRecord): void {
    const known = this.#records.get(record.id);
    if (known && isNewer(known, record)) return;
    this.#records.delete(record.id);
    this.#records.set(record.id, record);
    if (this.#records.size <= MAX_KEPT) return;
    for (const oldest of this.#records.keys()) {
      this.#records.delete(oldest);
      break;
    }
  }

  get(id: ConversationId): ConversationRecord | undefined {
    return this.#records.get(id);
  }

  /** The later one of what was read and what is known. */
  latest(record: ConversationRecord): ConversationRecord {
    const known = this.#records.get(record.id);
    return known && isNewer(known, record) ? known : record;
  }

  drop(id: ConversationId): void {
    this.#records.delete(id);
  }
}

/** Receipts and seqs only ever grow; what else changes is told by its time. */
function isNewer(one: ConversationRecord, two: ConversationRecord): boolean {
  if (one.lastSeq !== two.lastSeq) return one.lastSeq > two.lastSeq;
  if (one.updatedAt !== two.updatedAt) return one.updatedAt > two.updatedAt;
  return progress(one) > progress(two);
}

const progress = ({ receipts: { agent, visitor } }: ConversationRecord): number =>
  agent.delivered + agent.read + visitor.delivered + visitor.read;
