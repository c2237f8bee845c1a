import type { CobrowseId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { CobrowseRecord, CobrowseStore } from './CobrowseStore.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CobrowseEntity } from './entities/CobrowseEntity.ts';
import { handOver } from './heirs.ts';
import { insertDeliveries } from './insertDeliveries.ts';
import { type Order, Table } from './Table.ts';

const cobrowses = new Table(CobrowseEntity);
const audit = new Table(AuditEntity);
const newestFirst: Order<CobrowseRecord> = { by: 'startedAt', id: 'id', type: 'number', direction: 'DESC' };

export class SqlCobrowses implements CobrowseStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  save(...[cobrowse, entries, outbox = []]: Parameters<CobrowseStore['save']>): Promise<void> {
    return this.#database.transaction(async (manager) => {
      await cobrowses.upsert(manager, cobrowse);
      await audit.insert(manager, entries);
      const { site, id } = cobrowse;
      const give = (customerId: CustomerId) => cobrowses.update(manager, { site, id }, { customerId });
      await insertDeliveries(manager, await handOver(manager, cobrowse, outbox, give));
    });
  }

  get(site: SiteId, id: CobrowseId): Promise<CobrowseRecord | undefined> {
    return this.#database.read((reader) => cobrowses.find(reader, { site, id }));
  }

  list(site: SiteId, { customerId, ...page }: Parameters<CobrowseStore['list']>[1]): Promise<Page<CobrowseRecord>> {
    return this.#database.read((reader) => cobrowses.page(reader, { site, customerId }, newestFirst, page));
  }

  listUnended(): Promise<CobrowseRecord[]> {
    return this.#database.read((reader) =>
      cobrowses.findAll(reader, { sql: `row.state <> 'ended'` }, { orderBy: 'startedAt' }),
    );
  }
}
