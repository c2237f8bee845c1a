import type { CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import type { Database } from './Database.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import type { CustomerRecord, CustomerStore } from './Store.ts';
import { Table } from './Table.ts';

const customers = new Table(CustomerEntity);
const visitors = new Table(VisitorEntity);

const taggedAs = `row.site = :site AND row.customerId =
  (SELECT "customerId" FROM "visitors" WHERE "site" = :site AND "visitorId" = :visitorId)`;

export class SqlCustomers implements CustomerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(site: SiteId, customerId: CustomerId): Promise<CustomerRecord | undefined> {
    return this.#database.run((manager) => customers.find(manager, { site, customerId }));
  }

  async findByVisitor(site: SiteId, visitorId: VisitorId): Promise<CustomerRecord | undefined> {
    const found = await this.#database.run((manager) =>
      customers.findAll(manager, taggedAs, 'customerId', { site, visitorId }),
    );
    return found[0];
  }

  findByExternalId(site: SiteId, id: string): Promise<CustomerRecord | undefined> {
    return this.#database.run((manager) => customers.find(manager, { site, id }));
  }

  async findByEmail(site: SiteId, email: string): Promise<CustomerRecord | undefined> {
    const found = await this.#database.run((manager) =>
      customers.findAll(manager, 'row.site = :site AND row.email = :email', 'updatedAt', {
        site,
        email: email.toLowerCase(),
      }),
    );
    return found.find(({ id }) => id === undefined) ?? found.at(-1);
  }

  save(customer: CustomerRecord, visitorId: VisitorId): Promise<void> {
    const { site, customerId } = customer;
    return this.#database.transaction(async (manager) => {
      await customers.upsert(manager, { ...customer, email: customer.email?.toLowerCase() });
      await visitors.upsert(manager, { site, visitorId, customerId });
    });
  }

  async unbind(site: SiteId, visitorId: VisitorId): Promise<void> {
    await this.#database.run((manager) => visitors.delete(manager, { site, visitorId }));
  }
}
