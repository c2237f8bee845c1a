import { EntitySchema } from 'typeorm';
import type { TokenRecord } from '../Store.ts';
import { key, maybeTime, text, time } from './columns.ts';

export const TokenEntity = new EntitySchema<TokenRecord>({
  name: 'Token',
  tableName: 'tokens',
  columns: {
    site: key,
    id: key,
    agentId: text,
    hash: text,
    createdAt: time,
    expiresAt: maybeTime,
  },
});
