import type { DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { AuditRecord } from './AuditStore.ts';
import { audited } from './audited.ts';
import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { DeliveryEntity } from './entities/DeliveryEntity.ts';
import { WebhookEntity } from './entities/WebhookEntity.ts';
import { type Order, Table } from './Table.ts';
import type { DeliveryRecord, WebhookRecord, WebhookStore } from './WebhookStore.ts';

const webhooks = new Table(WebhookEntity);
const deliveries = new Table(DeliveryEntity);
const manyDeliveries = new Batch(DeliveryEntity);
const newestFirst: Order<DeliveryRecord> = { by: 'createdAt', id: 'id', type: 'number', direction: 'DESC' };

// The states stand in the text: only so do the databases see that the index of pending, or of other, rows serves.
const due = `row.site = :site AND row.webhookId = :webhookId AND row.state = 'pending' AND row.nextAttemptAt <= :now`;
const settled = `"state" <> 'pending' AND "createdAt" < :before AND coalesce("deliveredAt", 0) < :before`;
const nextOfEach = `SELECT "site", "id" AS "webhookId",
  (SELECT min("nextAttemptAt") FROM "deliveries" WHERE "deliveries"."site" = "webhooks"."site"
    AND "deliveries"."webhookId" = "webhooks"."id" AND "deliveries"."state" = 'pending') AS "at" FROM "webhooks"`;

export class SqlWebhooks implements WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  listAll(): Promise<WebhookRecord[]> {
    return this.#database.read((reader) => webhooks.findAll(reader, {}, { orderBy: ['site', 'createdAt', 'id'] }));
  }

  save(webhook: WebhookRecord, entries: readonly AuditRecord[] = []): Promise<void> {
    return audited(this.#database, entries, (manager) => webhooks.upsert(manager, webhook));
  }

  delete(site: SiteId, id: WebhookId, entries: readonly AuditRecord[] = []): Promise<boolean> {
    return audited(this.#database, entries, async (manager) => (await webhooks.delete(manager, { site, id })) > 0);
  }

  add(delivery: DeliveryRecord): Promise<void> {
    return this.#database.run((manager) => deliveries.insert(manager, [delivery]));
  }

  getDelivery(site: SiteId, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryRecord | undefined> {
    return this.#database.read((reader) => deliveries.find(reader, { site, webhookId, id }));
  }

  listDeliveries(
    site: SiteId,
    webhookId: WebhookId,
    { state, ...page }: Parameters<WebhookStore['listDeliveries']>[2],
  ): Promise<Page<DeliveryRecord>> {
    const where = { site, webhookId, ...(state !== undefined && { state }) };
    return this.#database.read((reader) => deliveries.page(reader, where, newestFirst, page));
  }

  claimDue(
    site: SiteId,
    webhookId: WebhookId,
    now: number,
    leaseUntil: number,
    limit: number,
  ): Promise<DeliveryRecord[]> {
    return this.#database.transaction(async (manager) => {
      const found = await deliveries.findAll(
        manager,
        { sql: due, parameters: { site, webhookId, now } },
        { orderBy: ['nextAttemptAt', 'createdAt', 'id'], limit, lock: 'skip' },
      );
      const claimed = found.map((delivery) => ({ ...delivery, nextAttemptAt: leaseUntil }));
      await manyDeliveries.update(manager, ['nextAttemptAt'], claimed);
      return claimed;
    });
  }

  async nextDue(): Promise<{ site: SiteId; webhookId: WebhookId; at: number }[]> {
    type Row = { site: SiteId; webhookId: WebhookId; at: number | string | null };
    const rows = await this.#database.read((reader) => reader.query<Row[]>(nextOfEach));
    return rows.filter(({ at }) => at !== null).map((row) => ({ ...row, at: Number(row.at) }));
  }

  update(delivery: DeliveryRecord): Promise<boolean> {
    return this.#database.run((manager) => deliveries.replace(manager, delivery));
  }

  deleteSettled(before: number): Promise<number> {
    return this.#database.run((manager) => deliveries.delete(manager, { sql: settled, parameters: { before } }));
  }
}
