import type { EntityManager, MigrationInterface } from 'typeorm';
import { expect } from 'vitest';
import type { CustomerId } from '#protocol/ids.ts';
import type { Database } from '#signaling/store/Database.ts';
import { AddAliases1767000000000 } from '#signaling/store/migrations/AddAliases1767000000000.ts';
import { AddChat1764300000000 } from '#signaling/store/migrations/AddChat1764300000000.ts';
import { AddCobrowsing1766000000000 } from '#signaling/store/migrations/AddCobrowsing1766000000000.ts';
import { ReleaseLeft1768000000000 } from '#signaling/store/migrations/ReleaseLeft1768000000000.ts';
import { SqlAgents } from '#signaling/store/SqlAgents.ts';
import { SqlChat } from '#signaling/store/SqlChat.ts';
import { SqlCustomers } from '#signaling/store/SqlCustomers.ts';
import type { Store } from '#signaling/store/Store.ts';
import { aCobrowse, acme, anAgent, begun, other } from './records.ts';

/** Brings an empty database back to its first version, fills it as that version did, and looks what a store finds. */
export async function expectUpgrade(database: Database, open: () => Promise<Store>): Promise<void> {
  await database.transaction(async (manager) => {
    await undo(manager, new AddAliases1767000000000(), new AddCobrowsing1766000000000(), new AddChat1764300000000());
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
    { ...customer, email, additionalTaggingData: {}, verified: false, tagged: true, signed: [], ...times },
  ]);
  const ann = await store.agents.findByEmail(acme, 'ann@agents.example');
  expect(ann).toMatchObject({ name: 'Ann', active: true, teams: [], availability: 'online' });
  await store.close();
}

/** The same with the version before pages were shared, when a link always was a customer's: such a one is kept. */
export async function expectKeptLinks(database: Database, open: () => Promise<Store>): Promise<void> {
  await database.transaction(async (manager) => {
    await manager.query(`INSERT INTO "agents" ("site", "id", "email", "name", "role", "active")
      VALUES ('acme', 'a_1', 'ann@agents.example', 'Ann', 'admin', true)`);
    await manager.query(`INSERT INTO "customers"
      ("site", "customerId", "labels", "additionalTaggingData", "verified", "createdAt", "updatedAt")
      VALUES ('acme', 'cu_1', '[]', '{}', false, 1, 2)`);
    await manager.query(`INSERT INTO "links" ("site", "hash", "agentId", "customerId", "cobrowse", "expiresAt")
      VALUES ('acme', 'of a chat', 'a_1', 'cu_1', NULL, 9), ('acme', 'of a page', 'a_1', NULL, '123456', 9)`);
    await undo(manager, new AddAliases1767000000000(), new AddCobrowsing1766000000000());
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

/** The same with the version before those who left had to leave everything to nobody. */
export async function expectReleased(database: Database, open: () => Promise<Store>): Promise<void> {
  const before = {
    agents: new SqlAgents(database),
    customers: new SqlCustomers(database),
    chat: new SqlChat(database),
  };
  const [ann, left] = [anAgent(), anAgent({ active: false })];
  for (const agent of [ann, left, { ...left, site: other, active: true }]) await before.agents.create(agent);
  const held = (email: string, site = acme) => begun(before, { site, assignedUser: email }, { assignee: email });
  const kept = [await held(ann.email), await held(left.email, other)];
  const free = [await held(left.email), await held('nobody@agents.example')];
  await database.transaction(async (manager) => {
    const migration = new ReleaseLeft1768000000000();
    await migration.down();
    await manager.query(`DELETE FROM "migrations" WHERE "name" = '${migration.name}'`);
  });
  const store = await open();
  const { customers, chat } = store;
  for (const { site, id, customerId, assignee } of kept) {
    expect((await chat.get(site, id))?.assignee).toBe(assignee);
    expect((await customers.get(site, customerId))?.assignedUser).toBe(assignee);
  }
  for (const { site, id, customerId } of free) {
    expect(await chat.get(site, id)).not.toHaveProperty('assignee');
    expect(await customers.get(site, customerId)).not.toHaveProperty('assignedUser');
  }
  await store.close();
}

/** The latest first. */
async function undo(manager: EntityManager, ...migrations: MigrationInterface[]): Promise<void> {
  if (!manager.queryRunner) throw new Error('There is no runner.');
  for (const migration of migrations) {
    await migration.down(manager.queryRunner);
    await manager.query(`DELETE FROM "migrations" WHERE "name" = '${migration.name}'`);
  }
}

/** A database that a later version has changed: it is not touched, and whoever starts this one is told why. */
export async function expectNewerRefused(database: Database, open: () => Promise<Store>): Promise<void> {
  const later = 'AddLater1999000000000';
  await database.run((manager) =>
    manager.query(`INSERT INTO "migrations" ("timestamp", "name") VALUES (1999000000000, '${later}')`),
  );
  await expect(open()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    cause: { message: expect.stringContaining('a newer version of CoView has changed it') },
  });
}
