import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { PostgresDatabase } from '#signaling/store/PostgresDatabase.ts';
import { PostgresServer } from '#test/store/PostgresServer.ts';
import './testDatabase.ts';

let server: PostgresServer;

/** One server for all files of a project. Its databases are copies of one that is up to date, and used again. */
export async function setup({ provide }: TestProject): Promise<void> {
  server = await PostgresServer.start();
  const url = await server.createDatabase();
  await (await PostgresDatabase.open({ url })).close();
  const template = new URL(url).pathname.slice(1);
  const connectionString = Object.assign(new URL(url), { pathname: '/postgres' }).href;
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('CREATE TABLE free (name text)');
  await client.end();
  provide('postgres', { server: connectionString, template });
}

export const teardown = (): Promise<void> => server.stop();
