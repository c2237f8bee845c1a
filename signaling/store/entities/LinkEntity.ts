import { EntitySchema } from 'typeorm';
import type { LinkRecord } from '../Store.ts';
import { key, maybeText, text, time } from './columns.ts';

export const LinkEntity = new EntitySchema<LinkRecord>({
  name: 'Link',
  tableName: 'links',
  columns: {
    site: key,
    hash: key,
    agentId: text,
    customerId: maybeText,
    cobrowse: maybeText,
    expiresAt: time,
  },
});
