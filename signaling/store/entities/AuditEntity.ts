import { EntitySchema } from 'typeorm';
import type { AuditRecord } from '../Store.ts';
import { json, key, text, time } from './columns.ts';

export const AuditEntity = new EntitySchema<AuditRecord>({
  name: 'Audit',
  tableName: 'audit',
  columns: {
    site: key,
    id: key,
    at: time,
    actor: text,
    action: text,
    subject: text,
    detail: json,
  },
});
