import type { RuleId, SiteId } from '#protocol/ids.ts';
import { audited } from './audited.ts';
import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { RuleEntity } from './entities/RuleEntity.ts';
import type { AuditRecord, RuleRecord, RuleStore } from './Store.ts';
import { Table } from './Table.ts';

const rules = new Table(RuleEntity);
const audit = new Table(AuditEntity);
const manyRules = new Batch(RuleEntity);

export class SqlRules implements RuleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  listAll(): Promise<RuleRecord[]> {
    return this.#database.read((reader) =>
      rules.findAll(reader, {}, { orderBy: ['site', 'position', 'createdAt', 'id'] }),
    );
  }

  save(rule: RuleRecord, entries: readonly AuditRecord[] = []): Promise<void> {
    return audited(this.#database, entries, (manager) => rules.upsert(manager, rule));
  }

  delete(site: SiteId, id: RuleId, entries: readonly AuditRecord[] = []): Promise<boolean> {
    return audited(this.#database, entries, async (manager) => (await rules.delete(manager, { site, id })) > 0);
  }

  import(
    site: SiteId,
    imported: readonly RuleRecord[],
    replace: boolean,
    entries: readonly AuditRecord[] = [],
  ): Promise<void> {
    return this.#database.transaction(async (manager) => {
      if (replace) await rules.delete(manager, { site });
      await manyRules.insert(manager, imported);
      await audit.insert(manager, entries);
    });
  }
}
