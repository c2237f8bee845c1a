import { EntitySchema } from 'typeorm';
import type { WebhookRecord } from '../WebhookStore.ts';
import { flag, json, key, maybeText, text, time } from './columns.ts';

export const WebhookEntity = new EntitySchema<WebhookRecord>({
  name: 'Webhook',
  tableName: 'webhooks',
  columns: {
    site: key,
    id: key,
    url: text,
    events: json,
    enabled: flag,
    disabledReason: maybeText,
    secret: text,
    createdAt: time,
  },
});
