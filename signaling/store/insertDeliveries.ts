import type { EntityManager } from 'typeorm';
import { Batch } from './Batch.ts';
import { DeliveryEntity } from './entities/DeliveryEntity.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

const deliveries = new Batch(DeliveryEntity);

/** Those to a webhook that was deleted meanwhile are nobody's: they must not fail the change that they tell of. */
export const insertDeliveries = (manager: EntityManager, records: readonly DeliveryRecord[]): Promise<void> =>
  deliveries.insert(manager, records, { table: 'webhooks', key: 'webhookId' });
