import { EntitySchema } from 'typeorm';
import type { MessageRecord } from '../ChatStore.ts';
import { json, key, maybeJson, numberKey, text, time } from './columns.ts';

export const MessageEntity = new EntitySchema<MessageRecord>({
  name: 'Message',
  tableName: 'messages',
  columns: {
    site: key,
    conversationId: key,
    seq: numberKey,
    id: text,
    at: time,
    author: json,
    text: text,
    file: maybeJson,
  },
});
