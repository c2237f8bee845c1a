import type { WebhookType } from '#protocol/webhooks.ts';
import type { ConversationRecord, MessageRecord } from '#signaling/store/ChatStore.ts';

const MAX_LAST_CHARS = 200;

/** What a message changes in its conversation. `now`: when it is written. */
export function applyMessage(before: ConversationRecord, message: MessageRecord, now: number): ConversationRecord {
  const { seq, at, author, text, file } = message;
  const after: ConversationRecord = {
    ...before,
    lastSeq: seq,
    updatedAt: Math.max(before.updatedAt, now),
    last: { seq, at, author, text: cut(text), ...(file && { file: file.name }) },
  };
  switch (author.kind) {
    case 'visitor':
      return {
        ...after,
        status: 'UNREAD',
        unreadByAgent: before.unreadByAgent + 1,
        receipts: { ...before.receipts, visitor: withOwn(before.receipts.visitor, seq) },
      };
    case 'agent':
      return {
        ...after,
        status: before.status === 'UNREAD' || isEmpty(before) ? 'UNRESOLVED' : before.status,
        assignee: before.assignee ?? author.email,
        unreadByAgent: 0,
        unreadByVisitor: before.unreadByVisitor + 1,
        // Whoever answers has read what there is.
        receipts: { ...before.receipts, agent: { delivered: seq, read: seq } },
      };
    case 'site':
      return { ...after, unreadByVisitor: before.unreadByVisitor + 1 };
  }
}

/** Which webhooks a change of a conversation, by a message, a merge or a setting, is told by. */
export function factsOf(
  before: ConversationRecord,
  after: ConversationRecord,
  message?: MessageRecord,
): (WebhookType & ('message.new' | 'conversation.new' | 'conversation.status'))[] {
  // An empty conversation counts as done; a greeting alone begins nothing, nor does a merge with what is done.
  const begun = isEmpty(before) && (message ? message.author.kind !== 'site' : !isEmpty(after) && isOpen(after));
  const again = before.status === 'DONE' && after.status === 'UNREAD';
  return [
    ...(begun || again ? (['conversation.new'] as const) : []),
    ...(!begun && !again && before.status !== after.status ? (['conversation.status'] as const) : []),
    ...(message ? (['message.new'] as const) : []),
  ];
}

/**
 * An agent's side has read everything: UNREAD becomes UNRESOLVED. Undefined if it had before; then an agent who set
 * UNREAD by hand finds it so.
 */
export function readByAgents(before: ConversationRecord, upTo: number): ConversationRecord | undefined {
  const { lastSeq, receipts, status } = before;
  if (upTo < lastSeq || receipts.agent.read >= lastSeq) return undefined;
  return {
    ...before,
    receipts: { ...receipts, agent: { delivered: lastSeq, read: lastSeq } },
    unreadByAgent: 0,
    status: status === 'UNREAD' ? 'UNRESOLVED' : status,
  };
}

export const isOpen = ({ status }: ConversationRecord): boolean => status !== 'DONE';

/** Waits for an agent, and nobody is named. */
export const isWaiting = ({ status, assignee }: ConversationRecord): boolean =>
  status === 'UNREAD' && assignee === undefined;

const isEmpty = ({ lastSeq }: ConversationRecord): boolean => lastSeq === 0;

/** One's own message is no gap in what one has seen. */
function withOwn({ delivered, read }: { delivered: number; read: number }, seq: number) {
  return { delivered: delivered === seq - 1 ? seq : delivered, read: read === seq - 1 ? seq : read };
}

/** Not within a surrogate pair. */
const cut = (text: string): string =>
  text.length <= MAX_LAST_CHARS ? text : text.slice(0, MAX_LAST_CHARS).replace(/[\uD800-\uDBFF]$/, '');
