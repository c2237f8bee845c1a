import { EntitySchema } from 'typeorm';
import type { CustomerRecord } from '../Store.ts';
import { flag, json, key, maybeText, text, time } from './columns.ts';

export interface CustomerRow extends CustomerRecord {
  /** Names, email and id in lower case: what a search looks into. */
  searchText: string;
}

export const CustomerEntity = new EntitySchema<CustomerRow>({
  name: 'Customer',
  tableName: 'customers',
  columns: {
    site: key,
    customerId: key,
    // The id that the page tagged.
    id: { ...maybeText, name: 'externalId' },
    email: maybeText,
    firstname: maybeText,
    lastname: maybeText,
    gender: maybeText,
    labels: json,
    assignedUser: maybeText,
    team: maybeText,
    additionalTaggingData: json,
    verified: flag,
    tagged: flag,
    signed: json,
    searchText: { ...text, select: false },
    createdAt: time,
    updatedAt: time,
  },
});
