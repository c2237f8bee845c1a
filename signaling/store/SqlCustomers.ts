import type { EntityManager } from 'typeorm';
import type { ConversationId, CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import { lowerCase } from '#protocol/lowerCase.ts';
import type { Page } from '#protocol/paging.ts';
import { absorb, holdAnonymous } from './absorb.ts';
import { audited } from './audited.ts';
import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { AliasEntity } from './entities/AliasEntity.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CustomerEntity, type CustomerRow } from './entities/CustomerEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import { erase } from './erase.ts';
import { heirOf } from './heirs.ts';
import type { AuditRecord, CustomerRecord, CustomerStore, Erased, Merge } from './Store.ts';
import { type Condition, type Order, Table } from './Table.ts';
import { visibleTo } from './visible.ts';

const customers = new Table(CustomerEntity);
const manyCustomers = new Batch(CustomerEntity);
const visitors = new Table(VisitorEntity);
const aliases = new Table(AliasEntity);
const audit = new Table(AuditEntity);
const lastChangedFirst: Order<CustomerRow> = { by: 'updatedAt', id: 'customerId', type: 'number', direction: 'DESC' };

const taggedAs = `row.site = :site AND row.customerId =
  (SELECT "customerId" FROM "visitors" WHERE "site" = :site AND "visitorId" = :visitorId)`;

const forgotten = `row.site = :site AND row.updatedAt < :before
  AND NOT EXISTS (SELECT 1 FROM "conversations"
    WHERE "conversations"."site" = row.site AND "conversations"."customerId" = row.customerId)
  AND NOT EXISTS (SELECT 1 FROM "calls"
    WHERE "calls"."site" = row.site AND "calls"."customerId" = row.customerId AND "calls"."startedAt" >= :before)`;

export class SqlCustomers implements CustomerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(site: SiteId, customerId: CustomerId): Promise<CustomerRecord | undefined> {
    return this.#database.read((reader) => customers.find(reader, { site, customerId }));
  }

  getMany(site: SiteId, ids: readonly CustomerId[]): Promise<CustomerRecord[]> {
    const keys = ids.map((customerId) => ({ site, customerId }));
    return this.#database.read((reader) => manyCustomers.find(reader, ['site', 'customerId'], keys));
  }

  async findByVisitor(site: SiteId, visitorId: VisitorId): Promise<CustomerRecord | undefined> {
    const [found] = await this.#find({ sql: taggedAs, parameters: { site, visitorId } });
    return found;
  }

  async findByExternalId(site: SiteId, id: string, verified?: boolean): Promise<CustomerRecord | undefined> {
    return best(await this.#find({ sql: 'row.site = :site AND row.id = :id', parameters: { site, id } }), verified);
  }

  async findByEmail(site: SiteId, email: string, verified?: boolean): Promise<CustomerRecord | undefined> {
    const parameters = { site, email: lowerCase(email) };
    return best(await this.#find({ sql: 'row.site = :site AND row.email = :email', parameters }), verified);
  }

  search(
    site: SiteId,
    { query, viewer, ...page }: Parameters<CustomerStore['search']>[1],
  ): Promise<Page<CustomerRecord>> {
    const conditions: Condition[] = [{ sql: 'row.tagged' }];
    if (query) {
      const part = `%${comparable(query).replace(/[\\%_]/g, '\\$&')}%`;
      conditions.push({ sql: `row.searchText LIKE :part ESCAPE '\\'`, parameters: { part } });
    }
    if (viewer) conditions.push(visibleTo(viewer, 'row'));
    return this.#database.read((reader) => customers.page(reader, { site }, lastChangedFirst, page, conditions));
  }

  async visitorsOf(site: SiteId, customerId: CustomerId): Promise<VisitorId[]> {
    const found = await this.#database.read((reader) =>
      visitors.findAll(reader, { site, customerId }, { orderBy: 'visitorId' }),
    );
    return found.map(({ visitorId }) => visitorId);
  }

  heirOf(site: SiteId, former: CustomerId | ConversationId): Promise<CustomerId | undefined> {
    return this.#database.read((reader) => heirOf(reader, site, former));
  }

  async formerIds(site: SiteId, customerId: CustomerId): Promise<string[]> {
    const found = await this.#database.read((reader) =>
      aliases.findAll(reader, { site, customerId }, { orderBy: 'id' }),
    );
    return found.map(({ id }) => id);
  }

  save(
    customer: CustomerRecord,
    visitorId: VisitorId | undefined,
    { absorb: absorbed, outbox, audit: entries = [] }: NonNullable<Parameters<CustomerStore['save']>[2]> = {},
  ): Promise<Merge | undefined> {
    const { site, customerId } = customer;
    return this.#database.transaction(async (manager) => {
      const anonymous = absorbed && (await holdAnonymous(manager, site, customerId, absorbed));
      await customers.upsert(manager, rowOf(customer));
      if (visitorId !== undefined) await visitors.upsert(manager, { site, visitorId, customerId });
      await audit.insert(manager, entries);
      return anonymous && absorb(manager, anonymous, customer, outbox);
    });
  }

  async unbind(site: SiteId, visitorId: VisitorId, entries: readonly AuditRecord[] = []): Promise<void> {
    await audited(this.#database, entries, (manager) => visitors.delete(manager, { site, visitorId }));
  }

  erase(
    site: SiteId,
    id: CustomerId,
    entries: readonly AuditRecord[],
    idleSince?: number | undefined,
  ): Promise<Erased | undefined> {
    return this.#database.erasure(async (manager) => {
      if (idleSince !== undefined && !(await isIdle(manager, site, id, idleSince))) return undefined;
      const erased = await erase(manager, site, id);
      if (erased) await audit.insert(manager, entries);
      return erased;
    });
  }

  idle(site: SiteId, before: number, limit: number): Promise<CustomerRecord[]> {
    const where = { sql: forgotten, parameters: { site, before } };
    return this.#database.read((reader) =>
      customers.findAll(reader, where, { orderBy: ['updatedAt', 'customerId'], limit }),
    );
  }

  #find(where: Condition): Promise<CustomerRecord[]> {
    return this.#database.read((reader) => customers.findAll(reader, where, { orderBy: 'updatedAt' }));
  }
}

/** Still, and until the transaction ends. */
async function isIdle(manager: EntityManager, site: SiteId, id: CustomerId, before: number): Promise<boolean> {
  await customers.hold(manager, { site, customerId: id });
  const where = { sql: `${forgotten} AND row.customerId = :id`, parameters: { site, id, before } };
  return (await customers.count(manager, where)) > 0;
}

/** Verified before unverified, without an id before those with one, the last changed of the rest. */
function best(found: readonly CustomerRecord[], verified: boolean | undefined): CustomerRecord | undefined {
  const vouched = verified ?? found.some((customer) => customer.verified);
  const candidates = found.filter((customer) => customer.verified === vouched);
  return candidates.find(({ id }) => id === undefined) ?? candidates.at(-1);
}

function rowOf(customer: CustomerRecord): CustomerRow {
  const { firstname, lastname, id } = customer;
  const email = customer.email === undefined ? undefined : lowerCase(customer.email);
  const name = [firstname, lastname].filter((part) => part !== undefined).join(' ');
  const searchText = comparable([name, email, id].filter((part) => part !== undefined).join('\n'));
  return { ...customer, email, searchText };
}

const comparable = (text: string): string => text.normalize('NFKC').toLowerCase();
