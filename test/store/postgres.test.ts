import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PostgresDatabase } from '#signaling/store/PostgresDatabase.ts';
import { entities } from '#signaling/store/schema.ts';
import { type StoreOptions, TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { freePort } from '#test/support/freePort.ts';
import { SilentProxy } from '#test/support/SilentProxy.ts';
import { storeContract } from './contract.ts';
import { PostgresServer } from './PostgresServer.ts';
import { aCall, aConversation, aCustomer, acme, anAgent, anEntry, noted } from './records.ts';
import { expectKeptLinks, expectNewerRefused, expectReleased, expectUpgrade } from './upgrade.ts';

let server: PostgresServer;
let contractUrl: string;
let contractDatabase: PostgresDatabase;
beforeAll(async () => {
  server = await PostgresServer.start();
  contractUrl = await server.createDatabase();
  contractDatabase = await PostgresDatabase.open({ url: contractUrl, poolSize: 1 });
}, 60_000);
afterAll(async () => {
  await contractDatabase?.close();
  await server?.stop();
});

const opened: TypeOrmStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

async function open(options: StoreOptions): Promise<TypeOrmStore> {
  const store = await TypeOrmStore.open(options);
  opened.push(store);
  return store;
}

// Emptying one database is quicker than making one for each test.
storeContract('a store in PostgreSQL', async () => {
  const tables = entities.map(({ options }) => `"${options.tableName}"`);
  await contractDatabase.run((manager) => manager.query(`TRUNCATE ${tables.join(', ')}`));
  return {
    open: () => TypeOrmStore.open({ url: contractUrl, poolSize: 4 }),
    several: true,
    query: (sql) => contractDatabase.run((manager) => manager.query<unknown[]>(sql)),
  };
});

test('[STORE-3] several processes that open a new database at once make its tables once', async () => {
  const url = await server.createDatabase();
  const stores = await Promise.all(Array.from({ length: 4 }, () => open({ url, poolSize: 1 })));
  await Promise.all(stores.map((store) => noted(store, anEntry())));
  const { items } = await (await open({ url })).audit.list(acme, { limit: 10 });
  expect(items).toHaveLength(4);
});

test('[STORE-82] what a newer version has changed is not opened', async () => {
  const url = await server.createDatabase();
  const database = await PostgresDatabase.open({ url });
  await expectNewerRefused(database, () => open({ url }));
  await database.close();
});

test('[STORE-3] what an earlier version kept is found by this one', async () => {
  for (const expectKept of [expectUpgrade, expectKeptLinks, expectReleased]) {
    const url = await server.createDatabase();
    const database = await PostgresDatabase.open({ url });
    await expectKept(database, () => open({ url }));
    await database.close();
  }
});

test('[STORE-8] the order of texts is that of their bytes, whatever the server’s locale', async () => {
  const database = await PostgresDatabase.open({ url: await server.createDatabase() });
  const unordered = await database.run((manager) =>
    manager.query(`SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name NOT IN ('migrations') AND data_type = 'text'
      AND collation_name IS DISTINCT FROM 'C'`),
  );
  expect(unordered).toEqual([]);
  await database.close();
});

test('[STORE-13] without its server everything is UNAVAILABLE; when it returns all goes on by itself', async () => {
  const url = await server.createDatabase();
  const lost: Error[] = [];
  const store = await open({ url, onConnectionLost: (error) => lost.push(error) });
  const call = aCall();
  // Several connections lie idle in the pool when the server goes.
  await Promise.all([store.calls.save(call, [anEntry()]), store.ping(), store.ping(), store.ping()]);
  await server.pause();
  try {
    for (let times = 0; times < 3; times += 1) {
      await expect(store.ping()).rejects.toMatchObject({ name: 'CvError', code: 'UNAVAILABLE' });
    }
    await expect(store.calls.save(aCall(), [anEntry()])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  } finally {
    await server.resume();
  }
  expect(lost.length).toBeGreaterThan(0);
  await store.ping();
  expect(await store.calls.list(acme, { limit: 10 })).toStrictEqual({ items: [call] });
  await store.calls.save(aCall(), [anEntry()]);
});

test('[STORE-13] a server that goes away amid a transaction fails it wholly, and only it', async () => {
  const url = await server.createDatabase();
  const database = await PostgresDatabase.open({ url, poolSize: 2 });
  const broken = database.transaction(async (manager) => {
    await manager.query(`INSERT INTO "sites" VALUES ('acme', 'Acme', '{}', 'hash')`);
    await server.pause();
    await manager.query('SELECT 1');
  });
  await expect(broken).rejects.toMatchObject({ name: 'CvError', code: 'UNAVAILABLE' });
  await server.resume();
  expect(await database.run((manager) => manager.query('SELECT * FROM "sites"'))).toEqual([]);
  await database.close();
});

test('[STORE-13] a server that falls silent is given up after a while; when it speaks again all goes on', async () => {
  const url = await server.createDatabase();
  const proxy = await SilentProxy.to(server.port);
  const throughProxy = url.replace(`:${server.port}/`, `:${proxy.port}/`);
  const store = await open({ url: throughProxy, timeoutMs: 2_000, poolSize: 2 });
  try {
    proxy.silent = true;
    const failing = [store.ping(), store.calls.save(aCall(), [anEntry()]), store.ping()];
    for (const result of await Promise.allSettled(failing)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'CvError', code: 'UNAVAILABLE' } });
    }
    proxy.silent = false;
    await store.ping();
    expect(await store.calls.list(acme, { limit: 10 })).toEqual({ items: [] });
  } finally {
    await store.close();
    await proxy.close();
  }
}, 30_000);

test('[STORE-13] a statement that takes too long is given up, and its connection serves on', async () => {
  const database = await PostgresDatabase.open({ url: await server.createDatabase(), poolSize: 1, timeoutMs: 2_000 });
  const endless = database.transaction((manager) => manager.query('SELECT pg_sleep(3600)'));
  await expect(endless).rejects.toMatchObject({ name: 'CvError', code: 'UNAVAILABLE' });
  expect(await database.run((manager) => manager.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await database.close();
});

test('[STORE-13] more callers than connections wait for their turn', async () => {
  const store = await open({ url: await server.createDatabase(), poolSize: 2 });
  const calls = Array.from({ length: 60 }, (_, n) => aCall({ startedAt: 60 - n }));
  await Promise.all(calls.map((call) => store.calls.save(call, [anEntry()])));
  expect((await store.calls.list(acme, { limit: 200 })).items).toStrictEqual(calls);
});

test('[STORE-71] who leaves waits for who is busy with their conversations, and holds nobody up meanwhile', async () => {
  const url = await server.createDatabase();
  const store = await open({ url });
  const [agent, customer] = [anAgent(), aCustomer()];
  await store.agents.create(agent);
  await store.customers.save(customer, undefined);
  const { id } = await store.chat.begin(aConversation(customer, { assignee: agent.email }));
  const database = await PostgresDatabase.open({ url });
  let leaving: Promise<unknown> | undefined;
  await database.transaction(async (manager) => {
    await manager.query('SELECT 1 FROM "conversations" WHERE "id" = $1 FOR UPDATE', [id]);
    leaving = store.agents.change(acme, { update: [{ ...agent, active: false }], shutOut: [agent.id] });
    await expect
      .poll(() => database.run((other) => other.query('SELECT 1 FROM pg_locks WHERE NOT granted')))
      .toHaveLength(1);
    // As a message does that gives another conversation to the same agent.
    await manager.query('SELECT 1 FROM "agents" WHERE "id" = $1 FOR SHARE NOWAIT', [agent.id]);
  });
  await leaving;
  expect((await store.chat.get(acme, id))?.assignee).toBeUndefined();
  await database.close();
});

test('[STORE-15] a database that cannot be reached is told without its address or password', async () => {
  const port = await freePort();
  const error: unknown = await open({ url: `postgres://me:hunter2@127.0.0.1:${port}/secrets` }).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({
    name: 'CvError',
    code: 'UNAVAILABLE',
    message: 'The PostgreSQL database cannot be opened.',
  });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hunter2|secrets/);
});
