import type { SiteId, TokenId } from '#protocol/ids.ts';
import { audited } from './audited.ts';
import type { Database } from './Database.ts';
import { AgentEntity } from './entities/AgentEntity.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import type { AgentRecord, AuditRecord, TokenRecord, TokenStore } from './Store.ts';
import { Table } from './Table.ts';

const agents = new Table(AgentEntity);
const tokens = new Table(TokenEntity);
const audit = new Table(AuditEntity);

export class SqlTokens implements TokenStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(
    token: TokenRecord,
    entries: readonly AuditRecord[] = [],
    fits: (agent: AgentRecord) => boolean = () => true,
  ): Promise<AgentRecord | undefined> {
    return this.#database.transaction(async (manager) => {
      const agent = await agents.hold(manager, { site: token.site, id: token.agentId });
      if (!agent?.active || !fits(agent)) return undefined;
      await tokens.insert(manager, [token]);
      await audit.insert(manager, entries);
      return agent;
    });
  }

  findByHash(hash: string): Promise<TokenRecord | undefined> {
    return this.#database.read((reader) => tokens.find(reader, { hash }));
  }

  delete(site: SiteId, id: TokenId, entries: readonly AuditRecord[] = []): Promise<boolean> {
    return audited(this.#database, entries, async (manager) => (await tokens.delete(manager, { site, id })) > 0);
  }

  deleteExpired(now: number): Promise<number> {
    return this.#database.run((manager) => tokens.delete(manager, { sql: '"expiresAt" <= :now', parameters: { now } }));
  }
}
