import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import { audited } from './audited.ts';
import type { Database } from './Database.ts';
import { IdentityKeyEntity } from './entities/IdentityKeyEntity.ts';
import { SiteEntity } from './entities/SiteEntity.ts';
import type { AuditRecord, IdentityKeyRecord, SiteStore } from './Store.ts';
import { Table } from './Table.ts';

const sites = new Table(SiteEntity);
const identityKeys = new Table(IdentityKeyEntity);

export class SqlSites implements SiteStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(id: SiteId): Promise<Site | undefined> {
    return this.#database.read((reader) => sites.find(reader, { id }));
  }

  list(): Promise<Site[]> {
    return this.#database.read((reader) => sites.findAll(reader, {}, { orderBy: 'id' }));
  }

  create(site: Site, apiKeyHash: string): Promise<void> {
    return this.#database.run((manager) => sites.insert(manager, [{ ...site, apiKeyHash }]));
  }

  update({ id, name, settings }: Site, entries: readonly AuditRecord[] = []): Promise<void> {
    return this.#change(id, { name, settings }, entries);
  }

  findByApiKey(apiKeyHash: string): Promise<Site | undefined> {
    return this.#database.read((reader) => sites.find(reader, { apiKeyHash }));
  }

  setApiKey(id: SiteId, apiKeyHash: string): Promise<void> {
    return this.#change(id, { apiKeyHash }, []);
  }

  listIdentityKeys(): Promise<IdentityKeyRecord[]> {
    return this.#database.read((reader) => identityKeys.findAll(reader, {}, { orderBy: ['site', 'createdAt', 'kid'] }));
  }

  addIdentityKey(key: IdentityKeyRecord, entries: readonly AuditRecord[] = []): Promise<void> {
    return audited(this.#database, entries, (manager) => identityKeys.insert(manager, [key]));
  }

  deleteIdentityKey(site: SiteId, kid: string, entries: readonly AuditRecord[] = []): Promise<boolean> {
    return audited(this.#database, entries, async (manager) => (await identityKeys.delete(manager, { site, kid })) > 0);
  }

  async #change(
    id: SiteId,
    changes: Partial<Site & { apiKeyHash: string }>,
    entries: readonly AuditRecord[],
  ): Promise<void> {
    const found = await audited(this.#database, entries, (manager) => sites.update(manager, { id }, changes));
    if (!found) throw new CvError('NOT_FOUND', 'There is no such site.');
  }
}
