import type { CallId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CallEntity } from './entities/CallEntity.ts';
import { handOver } from './heirs.ts';
import { insertDeliveries } from './insertDeliveries.ts';
import type { AuditRecord, CallRecord, CallStore } from './Store.ts';
import { type Order, Table } from './Table.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

const calls = new Table(CallEntity);
const audit = new Table(AuditEntity);
const newestFirst: Order<CallRecord> = { by: 'startedAt', id: 'id', type: 'number', direction: 'DESC' };

export class SqlCalls implements CallStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  save(call: CallRecord, entries: readonly AuditRecord[], outbox: readonly DeliveryRecord[] = []): Promise<void> {
    return this.#database.transaction(async (manager) => {
      await calls.upsert(manager, call);
      await audit.insert(manager, entries);
      const { site, id } = call;
      const give = (customerId: CustomerId) => calls.update(manager, { site, id }, { customerId });
      await insertDeliveries(manager, await handOver(manager, call, outbox, give));
    });
  }

  get(site: SiteId, id: CallId): Promise<CallRecord | undefined> {
    return this.#database.read((reader) => calls.find(reader, { site, id }));
  }

  list(site: SiteId, { agentId, customerId, ...page }: Parameters<CallStore['list']>[1]): Promise<Page<CallRecord>> {
    const where = { site, ...(agentId !== undefined && { agentId }), ...(customerId !== undefined && { customerId }) };
    return this.#database.read((reader) => calls.page(reader, where, newestFirst, page));
  }

  listUnended(): Promise<CallRecord[]> {
    return this.#database.read((reader) =>
      calls.findAll(reader, { sql: `row.state <> 'ended'` }, { orderBy: 'startedAt' }),
    );
  }
}
