import type { EntityManager } from 'typeorm';
import type { Author, Receipts } from '#protocol/chat.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { ConversationEntity } from './entities/ConversationEntity.ts';
import { MessageEntity } from './entities/MessageEntity.ts';
import { Table } from './Table.ts';

export const conversations = new Table(ConversationEntity);
export const messages = new Table(MessageEntity);

/** As the author of every message of a visitor stands in its row. */
const visitor = JSON.stringify({ kind: 'visitor' } satisfies Author);

/** How many messages of the other side come after what this side has read. */
export function countUnread(
  manager: EntityManager,
  { site, id, receipts }: ConversationRecord,
  side: keyof Receipts,
): Promise<number> {
  const others = side === 'agent' ? '=' : '<>';
  return messages.count(manager, {
    sql: `row.site = :site AND row.conversationId = :id AND row.seq > :read AND row.author ${others} :visitor`,
    parameters: { site, id, read: receipts[side].read, visitor },
  });
}

/** With its messages; notes go by their foreign key. */
export async function deleteConversation(manager: EntityManager, conversation: ConversationRecord): Promise<void> {
  const { site, id } = conversation;
  await messages.delete(manager, { site, conversationId: id });
  await conversations.delete(manager, { site, id });
}
