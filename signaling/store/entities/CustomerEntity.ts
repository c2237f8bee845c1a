import { EntitySchema } from 'typeorm';
import type { CustomerRecord } from '../Store.ts';
import { flag, json, key, maybeText, time } from './columns.ts';

export const CustomerEntity = new EntitySchema<CustomerRecord>({
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
    additionalTaggingData: json,
    verified: flag,
    createdAt: time,
    updatedAt: time,
  },
});
