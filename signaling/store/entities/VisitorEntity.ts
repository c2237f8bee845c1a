import { EntitySchema } from 'typeorm';
import type { CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import { key, text } from './columns.ts';

/** Which customer a browser was last tagged as. */
export interface VisitorRow {
  site: SiteId;
  visitorId: VisitorId;
  customerId: CustomerId;
}

export const VisitorEntity = new EntitySchema<VisitorRow>({
  name: 'Visitor',
  tableName: 'visitors',
  columns: { site: key, visitorId: key, customerId: text },
});
