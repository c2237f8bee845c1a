import type { SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { AuditRecord, AuditStore } from './AuditStore.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { type Order, Table } from './Table.ts';

const audit = new Table(AuditEntity);
const newestFirst: Order<AuditRecord> = { by: 'at', id: 'id', type: 'number', direction: 'DESC' };

export class SqlAudit implements AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(entry: AuditRecord): Promise<void> {
    return this.#database.run((manager) => audit.insert(manager, [entry]));
  }

  list(site: SiteId, { subject, ...page }: Parameters<AuditStore['list']>[1]): Promise<Page<AuditRecord>> {
    const where = subject === undefined ? { site } : { site, subject };
    return this.#database.read((reader) => audit.page(reader, where, newestFirst, page));
  }
}
