import { expect } from 'vitest';
import type { CustomerId } from '#protocol/ids.ts';
import type { Database } from '#signaling/store/Database.ts';
import { AddChat1764300000000 } from '#signaling/store/migrations/AddChat1764300000000.ts';
import type { Store } from '#signaling/store/Store.ts';
import { acme } from './records.ts';

/** Brings an empty database back to its first version, fills it as that version did, and looks what a store finds. */
export async function expectUpgrade(database: Database, open: () => Promise<Store>): Promise<void> {
  await database.transaction(async (manager) => {
    if (!manager.queryRunner) throw new Error('There is no runner.');
    await new AddChat1764300000000().down(manager.queryRunner);
    await manager.query(`DELETE FROM "migrations" WHERE "name" = 'AddChat1764300000000'`);
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
