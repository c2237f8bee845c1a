import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import type { Database } from './Database.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import type { TokenRecord, TokenStore } from './Store.ts';
import { Table } from './Table.ts';

const tokens = new Table(TokenEntity);

export class SqlTokens implements TokenStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(token: TokenRecord): Promise<void> {
    return this.#database.run((manager) => tokens.insert(manager, [token]));
  }

  findByHash(hash: string): Promise<TokenRecord | undefined> {
    return this.#database.run((manager) => tokens.find(manager, { hash }));
  }

  async delete(site: SiteId, id: TokenId): Promise<boolean> {
    return (await this.#database.run((manager) => tokens.delete(manager, { site, id }))) > 0;
  }

  deleteOfAgent(site: SiteId, agentId: AgentId): Promise<TokenId[]> {
    return this.#database.transaction(async (manager) => {
      const found = await tokens.findAll(manager, { site, agentId }, { orderBy: 'id' });
      // One by one: a token that was issued since the reading would be deleted without being named in the answer.
      for (const { id } of found) await tokens.delete(manager, { site, id });
      return found.map(({ id }) => id);
    });
  }

  deleteExpired(now: number): Promise<number> {
    return this.#database.run((manager) => tokens.delete(manager, { sql: '"expiresAt" <= :now', parameters: { now } }));
  }
}
