import type { EntityManager } from 'typeorm';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { Reader } from './Database.ts';
import { AliasEntity } from './entities/AliasEntity.ts';
import { Table } from './Table.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

const aliases = new Table(AliasEntity);

/** Whose it is by now, by the id of a customer or a conversation that ended in another one. */
export async function heirOf(
  reader: Reader,
  site: SiteId,
  former: CustomerId | ConversationId,
): Promise<CustomerId | undefined> {
  return (await aliases.find(reader, { site, id: former }))?.customerId;
}

/**
 * What has just been written of somebody who was merged while it went on, and the deliveries that tell of it, are the
 * person's they turned out to be.
 */
export async function handOver(
  manager: EntityManager,
  { site, customerId }: { site: SiteId; customerId?: CustomerId | undefined },
  outbox: readonly DeliveryRecord[],
  give: (heir: CustomerId) => Promise<unknown>,
): Promise<readonly DeliveryRecord[]> {
  const heir = customerId && (await heirOf(manager, site, customerId));
  if (!heir) return outbox;
  await give(heir);
  return outbox.map((delivery) => ({ ...delivery, customerId: heir }));
}
