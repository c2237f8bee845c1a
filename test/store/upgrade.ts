import { expect } from 'vitest';
import type { CustomerId } from '#protocol/ids.ts';
import type { Database } from '#signaling/store/Database.ts';
import { AddChat1764300000000 } from '#signaling/store/migrations/AddChat1764300000000.ts';
import { AddCobrowsing1766000000000 } from '#signaling/store/migrations/AddCobrowsing1766000000000.ts';
import type { Store } from '#signaling/store/Store.ts';
import { aCobrowse, acme } from './records.ts';

/** Brings an empty database back to its first version, fills it as that version did, and looks what a store finds. */
export async function expectUpgrade(database: Database, open: () => Promise<Store>): Promise<void> {
  await database.transaction(async (manager) => {
    if (!manager.queryRunner) throw new Error('There is no runner.');
    for (const migration of [new AddCobrowsing1766000000000(), new AddChat1764300000000()]) {
      await migration.down(manager.queryRunner);
      await manager.query(`DELETE FROM "migrations" WHERE "name" = '${migration.name}'`);
    }
    await manager.query(`INSERT INTO "customers"
      ("site", "customerId", "externalId", "email", "firstname", "labels", "additionalTaggingData", "verified",
        "createdAt", "updatedAt")
      VALUES ('acme', 'cu_1', '4711', 'max@mail.example', 'Max', '["vip"]', '{}', false, 1, 2)`);
    await manager.query(`INSERT INTO "agents" ("site", "id", "email", "name", "role", "active")
      VALUES ('acme', 'a_1', 'ann@agents.example', 'Ann', 'admin', true)`);
  });
  const store = await open();
  const { items } = await store.customers.search(acme, { limit: 9, query: 'MAX' });
  const customer = { site: acme, customerId: 'cu_1' as CustomerId, id: '4711', firstname: 'Max', labels: ['vip'] };
  const times = { createdAt: 1, updatedAt: 2 };
  const email = 'max@mail.example';
  expect(items).toStrictEqual([
    { ...customer, email, additionalTaggingData: {}, verified: false, tagged: true, ...times },
  ]);
  const ann = await store.agents.findByEmail(acme, 'ann@agents.example');
  expect(ann).toMatchObject({ name: 'Ann', active: true, teams: [], availability: 'online' });
  await store.close();
}

/** The same with the version before pages were shared, when a link always was a customer's: such a one is kept. */
export async function expectKeptLinks(database: Database, open: () => Promise<Store>): Promise<void> {
  await database.transaction(async (manager) => {
    if (!manager.queryRunner) throw new Error('There is no runner.');
    await manager.query(`INSERT INTO "agents" ("site", "id", "email", "name", "role", "active")
      VALUES ('acme', 'a_1', 'ann@agents.example', 'Ann', 'admin', true)`);
    await manager.query(`INSERT INTO "customers"
      ("site", "customerId", "labels", "additionalTaggingData", "verified", "createdAt", "updatedAt")
      VALUES ('acme', 'cu_1', '[]', '{}', false, 1, 2)`);
    await manager.query(`INSERT INTO "links" ("site", "hash", "agentId", "customerId", "cobrowse", "expiresAt")
      VALUES ('acme', 'of a chat', 'a_1', 'cu_1', NULL, 9), ('acme', 'of a page', 'a_1', NULL, '123456', 9)`);
    const migration = new AddCobrowsing1766000000000();
    await migration.down(manager.queryRunner);
    await manager.query(`DELETE FROM "migrations" WHERE "name" = '${migration.name}'`);
    expect(await manager.query('SELECT "hash", "customerId" FROM "links"')).toEqual([
      { hash: 'of a chat', customerId: 'cu_1' },
    ]);
  });
  const store = await open();
  const { links, cobrowses, customers } = store;
  const link = { site: acme, hash: 'of a chat', agentId: 'a_1', customerId: 'cu_1', expiresAt: 9 };
  expect(await links.find(acme, link.hash, 0)).toStrictEqual(link);
  await cobrowses.save(aCobrowse(), []);
  await customers.erase(acme, 'cu_1' as CustomerId, []);
  expect(await links.find(acme, link.hash, 0)).toBeUndefined();
  await store.close();
}
