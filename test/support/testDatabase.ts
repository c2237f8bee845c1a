import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import { newId } from '#protocol/newId.ts';
import { entities } from '#signaling/store/schema.ts';
import type { StoreOptions } from '#signaling/store/TypeOrmStore.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server's address, and a database there with empty tables. Only in the project `postgres`. */
    postgres: { server: string; template: string };
  }
}

/** What a store of a test's own opens: a SQLite file or, in the project `postgres`, an empty database there. */
export async function testDatabase(file = ':memory:'): Promise<StoreOptions> {
  return inject('postgres') ? { url: urlOf(await take()) } : { file };
}

/** What a service over this data folder keeps things in: the same at each start. */
export async function databaseOf(data: string): Promise<StoreOptions> {
  if (!inject('postgres')) return { file: join(data, 'coview.sqlite') };
  const name = ofFolders.get(data) ?? (await take());
  ofFolders.set(data, name);
  return { url: urlOf(name) };
}

/** To make or drop one takes several times as long as to empty one, and each takes some megabytes. */
export async function giveBackDatabases(): Promise<void> {
  const names = [...taken.splice(0)].map((name) => `('${name}')`);
  if (names.length > 0) await ask('postgres', `INSERT INTO free VALUES ${names.join()}`);
}

const taken: string[] = [];
const ofFolders = new Map<string, string>();
const oneFree = 'SELECT name FROM free LIMIT 1 FOR UPDATE SKIP LOCKED';
const emptied = [
  // Without its triggers, which would ask for an order.
  'SET session_replication_role = replica',
  ...entities.map(({ options }) => `DELETE FROM "${options.tableName}"`),
].join(';');

async function take(): Promise<string> {
  const [free] = await ask('postgres', `DELETE FROM free WHERE name IN (${oneFree}) RETURNING name`);
  const name = typeof free?.['name'] === 'string' ? free['name'] : newId('db');
  taken.push(name);
  if (free) await ask(name, emptied);
  else await ask('postgres', `CREATE DATABASE "${name}" TEMPLATE "${inject('postgres').template}"`);
  return name;
}

const urlOf = (name: string): string =>
  Object.assign(new URL(inject('postgres').server), { pathname: `/${name}` }).href;

async function ask(database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
