import { EntitySchema } from 'typeorm';
import type { CustomerId, SiteId } from '#protocol/ids.ts';
import { key, text } from './columns.ts';

/** The id of a customer or a conversation that ended in another one, and whose it is by now. */
export interface AliasRow {
  site: SiteId;
  id: string;
  customerId: CustomerId;
}

export const AliasEntity = new EntitySchema<AliasRow>({
  name: 'Alias',
  tableName: 'aliases',
  columns: { site: key, id: key, customerId: text },
});
