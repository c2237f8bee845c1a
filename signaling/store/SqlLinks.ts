import type { SiteId } from '#protocol/ids.ts';
import { audited } from './audited.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { LinkEntity } from './entities/LinkEntity.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import type { AuditRecord, LinkRecord, LinkStore } from './Store.ts';
import { Table } from './Table.ts';

const links = new Table(LinkEntity);
const tokens = new Table(TokenEntity);
const audit = new Table(AuditEntity);

export class SqlLinks implements LinkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(link: LinkRecord, entries: readonly AuditRecord[] = []): Promise<void> {
    return audited(this.#database, entries, (manager) => links.insert(manager, [link]));
  }

  async find(site: SiteId, hash: string, now: number): Promise<LinkRecord | undefined> {
    const link = await this.#database.read((reader) => links.find(reader, { site, hash }));
    return link && link.expiresAt > now ? link : undefined;
  }

  /** Of many who found it, the one whose deletion took it away has it. */
  redeem(...[site, hash, now, token, entries]: Parameters<LinkStore['redeem']>): Promise<boolean> {
    const sql = '"site" = :site AND "hash" = :hash AND "expiresAt" > :now';
    return this.#database.transaction(async (manager) => {
      if ((await links.delete(manager, { sql, parameters: { site, hash, now } })) === 0) return false;
      await tokens.insert(manager, [token]);
      await audit.insert(manager, entries);
      return true;
    });
  }

  deleteExpired(now: number): Promise<number> {
    return this.#database.run((manager) => links.delete(manager, { sql: '"expiresAt" <= :now', parameters: { now } }));
  }
}
