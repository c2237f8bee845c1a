import type { RuleId, SiteId } from '#protocol/ids.ts';
import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { RuleEntity } from './entities/RuleEntity.ts';
import type { RuleRecord, RuleStore } from './Store.ts';
import { Table } from './Table.ts';

const rules = new Table(RuleEntity);
const manyRules = new Batch(RuleEntity);

export class SqlRules implements RuleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  listAll(): Promise<RuleRecord[]> {
    return this.#database.run((manager) =>
      rules.findAll(manager, {}, { orderBy: ['site', 'position', 'createdAt', 'id'] }),
    );
  }

  save(rule: RuleRecord): Promise<void> {
    return this.#database.run((manager) => rules.upsert(manager, rule));
  }

  async delete(site: SiteId, id: RuleId): Promise<boolean> {
    return (await this.#database.run((manager) => rules.delete(manager, { site, id }))) > 0;
  }

  import(site: SiteId, imported: readonly RuleRecord[], replace: boolean): Promise<void> {
    return this.#database.transaction(async (manager) => {
      if (replace) await rules.delete(manager, { site });
      await manyRules.insert(manager, imported);
    });
  }
}
