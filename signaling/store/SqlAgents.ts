import { CvError } from '#protocol/errors.ts';
import type { AgentId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { Database } from './Database.ts';
import { AgentEntity } from './entities/AgentEntity.ts';
import type { AgentRecord, AgentStore, PageRequest } from './Store.ts';
import { type Order, Table } from './Table.ts';

const agents = new Table(AgentEntity);
const byEmail: Order<AgentRecord> = { by: 'email', id: 'id', type: 'string', direction: 'ASC' };

export class SqlAgents implements AgentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(site: SiteId, id: AgentId): Promise<AgentRecord | undefined> {
    return this.#database.run((manager) => agents.find(manager, { site, id }));
  }

  findByEmail(site: SiteId, email: string): Promise<AgentRecord | undefined> {
    return this.#database.run((manager) => agents.find(manager, { site, email: email.toLowerCase() }));
  }

  findEverywhere(email: string): Promise<AgentRecord[]> {
    return this.#database.run((manager) =>
      agents.findAll(manager, { email: email.toLowerCase() }, { orderBy: 'site' }),
    );
  }

  list(site: SiteId, page: PageRequest): Promise<Page<AgentRecord>> {
    return this.#database.run((manager) => agents.page(manager, { site }, byEmail, page));
  }

  create(agent: AgentRecord): Promise<void> {
    return this.#database.run((manager) => agents.insert(manager, [kept(agent)]));
  }

  async update(agent: AgentRecord): Promise<void> {
    const found = await this.#database.run((manager) => agents.replace(manager, kept(agent)));
    if (!found) throw new CvError('NOT_FOUND', 'There is no such agent.');
  }

  /** The tokens go with it by their foreign key, so that none can come to be meanwhile. */
  async delete(site: SiteId, id: AgentId): Promise<boolean> {
    return (await this.#database.run((manager) => agents.delete(manager, { site, id }))) > 0;
  }
}

const kept = (agent: AgentRecord): AgentRecord => ({ ...agent, email: agent.email.toLowerCase() });
