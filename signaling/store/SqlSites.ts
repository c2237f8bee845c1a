import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import type { Database } from './Database.ts';
import { IdentityKeyEntity } from './entities/IdentityKeyEntity.ts';
import { SiteEntity } from './entities/SiteEntity.ts';
import type { IdentityKeyRecord, SiteStore } from './Store.ts';
import { Table } from './Table.ts';

const sites = new Table(SiteEntity);
const identityKeys = new Table(IdentityKeyEntity);

export class SqlSites implements SiteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: SiteId): Promise<Site | undefined> {
    return this.#database.run((manager) => sites.find(manager, { id }));
  }

  list(): Promise<Site[]> {
    return this.#database.run((manager) => sites.findAll(manager, {}, { orderBy: 'id' }));
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

  listIdentityKeys(): Promise<IdentityKeyRecord[]> {
    return this.#database.run((manager) =>
      identityKeys.findAll(manager, {}, { orderBy: ['site', 'createdAt', 'kid'] }),
    );
  }

  addIdentityKey(key: IdentityKeyRecord): Promise<void> {
    return this.#database.run((manager) => identityKeys.insert(manager, [key]));
  }

  async deleteIdentityKey(site: SiteId, kid: string): Promise<boolean> {
    return (await this.#database.run((manager) => identityKeys.delete(manager, { site, kid }))) > 0;
  }

  async #change(id: SiteId, changes: Partial<Site & { apiKeyHash: string }>): Promise<void> {
    const found = await this.#database.run((manager) => sites.update(manager, { id }, changes));
    if (!found) throw new CvError('NOT_FOUND', 'There is no such site.');
  }
}
