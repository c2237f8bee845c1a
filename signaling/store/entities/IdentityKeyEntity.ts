import { EntitySchema } from 'typeorm';
import type { IdentityKeyRecord } from '../Store.ts';
import { key, text, time } from './columns.ts';

export const IdentityKeyEntity = new EntitySchema<IdentityKeyRecord>({
  name: 'IdentityKey',
  tableName: 'identity_keys',
  columns: {
    site: key,
    kid: key,
    algorithm: text,
    secret: text,
    createdAt: time,
  },
});
