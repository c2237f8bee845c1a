import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import type { Database } from './Database.ts';
import { SiteEntity } from './entities/SiteEntity.ts';
import type { SiteStore } from './Store.ts';
import { Table } from './Table.ts';

const sites = new Table(SiteEntity);

export class SqlSites implements SiteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: SiteId): Promise<Site | undefined> {
    return this.#database.run((manager) => sites.find(manager, { id }));
  }

  list(): Promise<Site[]> {
    return this.#database.run((manager) => sites.findAll(manager, {}, 'id'));
  }

  create(site: Site, apiKeyHash: string): Promise<void> {
    return this.#database.run((manager) => sites.insert(manager, [{ ...site, apiKeyHash }]));
  }

  update({ id, name, settings }: Site): Promise<void> {
    return this.#change(id, { name, settings });
  }

  findByApiKey(apiKeyHash: string): Promise<Site | undefined> {
    return this.#database.run((manager) => sites.find(manager, { apiKeyHash }));
  }

  setApiKey(id: SiteId, apiKeyHash: string): Promise<void> {
    return this.#change(id, { apiKeyHash });
  }

  async #change(id: SiteId, changes: Partial<Site & { apiKeyHash: string }>): Promise<void> {
    const found = await this.#database.run((manager) => sites.update(manager, { id }, changes));
    if (!found) throw new CvError('NOT_FOUND', 'There is no such site.');
  }
}
