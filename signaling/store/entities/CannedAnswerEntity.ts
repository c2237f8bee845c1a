import { EntitySchema } from 'typeorm';
import type { CannedAnswerRecord } from '../ChatStore.ts';
import { key, text } from './columns.ts';

export const CannedAnswerEntity = new EntitySchema<CannedAnswerRecord>({
  name: 'CannedAnswer',
  tableName: 'canned_answers',
  columns: {
    site: key,
    id: key,
    shortcut: text,
    text: text,
  },
});
