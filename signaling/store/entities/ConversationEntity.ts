import { EntitySchema } from 'typeorm';
import type { ConversationRecord } from '../ChatStore.ts';
import { json, key, maybeJson, maybeText, number, text, time } from './columns.ts';

export const ConversationEntity = new EntitySchema<ConversationRecord>({
  name: 'Conversation',
  tableName: 'conversations',
  columns: {
    site: key,
    id: key,
    customerId: text,
    status: text,
    assignee: maybeText,
    team: maybeText,
    createdAt: time,
    updatedAt: time,
    lastSeq: number,
    last: maybeJson,
    receipts: json,
    unreadByAgent: number,
    unreadByVisitor: number,
  },
});
