import type { AgentId, SiteId } from '#protocol/ids.ts';
import type { Database } from './Database.ts';
import { LinkEntity } from './entities/LinkEntity.ts';
import type { LinkRecord, LinkStore } from './Store.ts';
import { Table } from './Table.ts';

const links = new Table(LinkEntity);

export class SqlLinks implements LinkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(link: LinkRecord): Promise<void> {
    return this.#database.run((manager) => links.insert(manager, [link]));
  }

  /** Of many who found it, the one whose deletion took it away has it. */
  redeem(site: SiteId, hash: string, now: number): Promise<LinkRecord | undefined> {
    return this.#database.run(async (manager) => {
      const link = await links.find(manager, { site, hash });
      if (!link || link.expiresAt <= now) return undefined;
      return (await links.delete(manager, { site, hash })) > 0 ? link : undefined;
    });
  }

  deleteOfAgent(site: SiteId, agentId: AgentId): Promise<number> {
    return this.#database.run((manager) => links.delete(manager, { site, agentId }));
  }

  deleteExpired(now: number): Promise<number> {
    return this.#database.run((manager) => links.delete(manager, { sql: '"expiresAt" <= :now', parameters: { now } }));
  }
}
