import type { Message, Receipts } from '#protocol/chat.ts';
import type { Pending } from './Pending.ts';
import type { ShownMessage } from './ShownMessage.ts';

type Side = 'visitor' | 'agent';

const isOf = (message: Message, side: Side) => (message.author.kind === 'visitor') === (side === 'visitor');

/** A message of the conversation as this side sees it. */
export function shown(message: Message, side: Side, receipts: Receipts): ShownMessage {
  const { delivered, read } = receipts[side === 'visitor' ? 'agent' : 'visitor'];
  return {
    id: message.id,
    seq: message.seq,
    at: Date.parse(message.at),
    author: message.author,
    own: isOf(message, side),
    text: message.text,
    ...(message.file && { file: message.file }),
    state: message.seq <= read ? 'read' : message.seq <= delivered ? 'delivered' : 'sent',
  };
}

export function shownPending(pending: Pending, author: ShownMessage['author']): ShownMessage {
  const { id, at, text, file, failed } = pending;
  return {
    id,
    at,
    author,
    own: true,
    text,
    ...(file && { file }),
    ...(failed ? { state: 'failed', error: failed } : { state: 'sending' }),
  };
}

/** How many messages of the other side come after what this side has read. */
export const unreadOf = (messages: readonly Message[], side: Side, read: number): number =>
  messages.filter((message) => message.seq > read && !isOf(message, side)).length;

/** The newest message of the other side; 0 if there is none. */
export const lastOfOther = (messages: readonly Message[], side: Side): number =>
  messages.filter((message) => !isOf(message, side)).at(-1)?.seq ?? 0;
