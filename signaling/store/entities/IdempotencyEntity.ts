import { EntitySchema } from 'typeorm';
import type { IdempotencyRecord } from '../Store.ts';
import { key, maybeText, text, time } from './columns.ts';

export const IdempotencyEntity = new EntitySchema<IdempotencyRecord>({
  name: 'Idempotency',
  tableName: 'idempotency',
  columns: {
    site: key,
    key: key,
    request: text,
    createdAt: time,
    answer: maybeText,
  },
});
