import { EntitySchema } from 'typeorm';
import type { AgentRecord } from '../Store.ts';
import { flag, json, key, maybeText, text } from './columns.ts';

export const AgentEntity = new EntitySchema<AgentRecord>({
  name: 'Agent',
  tableName: 'agents',
  columns: {
    site: key,
    id: key,
    email: text,
    name: text,
    role: text,
    active: flag,
    teams: json,
    availability: text,
    passwordHash: maybeText,
  },
});
