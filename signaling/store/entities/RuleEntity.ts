import { EntitySchema } from 'typeorm';
import type { RuleRecord } from '../Store.ts';
import { flag, json, key, number, text, time } from './columns.ts';

export const RuleEntity = new EntitySchema<RuleRecord>({
  name: 'Rule',
  tableName: 'rules',
  columns: {
    site: key,
    id: key,
    name: text,
    enabled: flag,
    position: number,
    conditions: json,
    actions: json,
    createdAt: time,
  },
});
