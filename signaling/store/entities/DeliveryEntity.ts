import { EntitySchema } from 'typeorm';
import type { DeliveryRecord } from '../WebhookStore.ts';
import { key, maybeNumber, maybeText, maybeTime, number, text, time } from './columns.ts';

export const DeliveryEntity = new EntitySchema<DeliveryRecord>({
  name: 'Delivery',
  tableName: 'deliveries',
  columns: {
    site: key,
    id: key,
    webhookId: text,
    customerId: maybeText,
    type: text,
    payload: text,
    state: text,
    attempts: number,
    createdAt: time,
    nextAttemptAt: maybeTime,
    deliveredAt: maybeTime,
    status: maybeNumber,
    error: maybeText,
  },
});
