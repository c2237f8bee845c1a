import type { EntityManager } from 'typeorm';
import { CvError } from '#protocol/errors.ts';
import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import { lowerCase } from '#protocol/lowerCase.ts';
import type { Page } from '#protocol/paging.ts';
import { audited } from './audited.ts';
import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { AgentEntity } from './entities/AgentEntity.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { LinkEntity } from './entities/LinkEntity.ts';
import { TokenEntity } from './entities/TokenEntity.ts';
import { isPostgres } from './fields.ts';
import { belongings, release } from './release.ts';
import type { AgentRecord, AgentStore, AuditRecord, Gone, PageRequest } from './Store.ts';
import { type Order, Table } from './Table.ts';

const agents = new Table(AgentEntity);
const tokens = new Table(TokenEntity);
const links = new Table(LinkEntity);
const manyEntries = new Batch(AuditEntity);
const byEmail: Order<AgentRecord> = { by: 'email', id: 'id', type: 'string', direction: 'ASC' };

export class SqlAgents implements AgentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(site: SiteId, id: AgentId): Promise<AgentRecord | undefined> {
    return this.#database.read((reader) => agents.find(reader, { site, id }));
  }

  findByEmail(site: SiteId, email: string): Promise<AgentRecord | undefined> {
    return this.#database.read((reader) => agents.find(reader, { site, email: lowerCase(email) }));
  }

  findEverywhere(email: string): Promise<AgentRecord[]> {
    return this.#database.read((reader) => agents.findAll(reader, { email: lowerCase(email) }, { orderBy: 'site' }));
  }

  list(site: SiteId, page: PageRequest): Promise<Page<AgentRecord>> {
    return this.#database.read((reader) => agents.page(reader, { site }, byEmail, page));
  }

  create(agent: AgentRecord, entries: readonly AuditRecord[] = []): Promise<void> {
    return audited(this.#database, entries, (manager) => agents.insert(manager, [kept(agent)]));
  }

  change(...[site, changes, audit]: Parameters<AgentStore['change']>): Promise<Gone> {
    const { create = [], update = [], shutOut = [], delete: dismissed = [] } = changes;
    return this.#database.transaction(async (manager) => {
      const leaving = new Set(update.flatMap(({ email, active }) => (active ? [] : lowerCase(email))));
      for (const id of dismissed) {
        for (const { email } of await agents.findAll(manager, { site, id }, { orderBy: 'id' })) leaving.add(email);
      }
      // Whoever gives somebody a conversation holds it before the agent; so does this.
      if (isPostgres(manager)) await belongings(manager, site, [...leaving]);
      const revoked = new Map<AgentId, readonly TokenId[]>();
      for (const id of [...shutOut, ...dismissed]) {
        const ids = await deleteTokens(manager, site, id);
        if (ids.length > 0) revoked.set(id, ids);
      }
      // What still comes to be meanwhile goes with the agent by its foreign key.
      for (const id of dismissed) await expectOne(agents.delete(manager, { site, id }));
      for (const agent of update) await expectOne(agents.replace(manager, { ...kept(agent), site }));
      await agents.insert(
        manager,
        create.map((agent) => ({ ...kept(agent), site })),
      );
      const gone = { tokens: revoked, released: await release(manager, site, [...leaving]) };
      await manyEntries.insert(manager, audit?.(gone) ?? []);
      return gone;
    });
  }
}

/**
 * The links first: what comes of one that is being redeemed is among the tokens then. Then the agent: who issues a
 * token meanwhile has done so, or waits and finds the agent as it is from now on.
 */
async function deleteTokens(manager: EntityManager, site: SiteId, agentId: AgentId): Promise<TokenId[]> {
  await links.delete(manager, { site, agentId });
  await agents.hold(manager, { site, id: agentId });
  const found = await tokens.findAll(manager, { site, agentId }, { orderBy: 'id' });
  // One by one: a token that was issued since the reading would be deleted without being named in the answer.
  for (const { id } of found) await tokens.delete(manager, { site, id });
  return found.map(({ id }) => id);
}

async function expectOne(found: Promise<number | boolean>): Promise<void> {
  if (!(await found)) throw new CvError('NOT_FOUND', 'There is no such agent.');
}

const kept = (agent: AgentRecord): AgentRecord => ({ ...agent, email: lowerCase(agent.email) });
