import { EntitySchema } from 'typeorm';
import type { NoteRecord } from '../ChatStore.ts';
import { key, maybeText, text, time } from './columns.ts';

export const NoteEntity = new EntitySchema<NoteRecord>({
  name: 'Note',
  tableName: 'notes',
  columns: {
    site: key,
    id: key,
    conversationId: text,
    at: time,
    agent: maybeText,
    text: text,
  },
});
