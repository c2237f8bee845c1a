import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId } from '#protocol/ids.ts';
import { SqliteDatabase } from '#signaling/store/SqliteDatabase.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { storeContract } from './contract.ts';
import { acme, anEntry } from './records.ts';
import { TemporaryFolder } from './TemporaryFolder.ts';
import { expectKeptLinks, expectUpgrade } from './upgrade.ts';

/** Processes of their own that wait for the disk: on a slow machine this takes long. */
const SLOW = { timeout: 60_000 };

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await TemporaryFolder.create();
});
afterAll(() => folder.remove());

storeContract('a store in a SQLite file', async () => {
  const file = folder.newFile();
  return {
    open: () => TypeOrmStore.open({ file }),
    several: false,
    async query(sql) {
      const database = await SqliteDatabase.open(file);
      const rows = await database.run((manager) => manager.query<unknown[]>(sql));
      await database.close();
      return rows;
    },
  };
});

function startWriter(file: string, count: number): ChildProcess {
  const script = fileURLToPath(import.meta.resolve('./writer.ts'));
  return spawn(process.execPath, [script, file, `${count}`], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function acknowledged(writer: ChildProcess, onLine?: (count: number) => void): Promise<CallId[]> {
  const ids: CallId[] = [];
  if (!writer.stdout) throw new Error('The writer has no output.');
  for await (const line of createInterface({ input: writer.stdout })) {
    ids.push(line as CallId);
    onLine?.(ids.length);
  }
  return ids;
}

test('[STORE-1] a commit waits for the disk: WAL, synchronous = FULL', async () => {
  const database = await SqliteDatabase.open(folder.newFile());
  const pragma = (name: string) => database.run((manager) => manager.query(`PRAGMA ${name}`));
  expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  expect(await pragma('busy_timeout')).toEqual([{ timeout: 5000 }]);
  await database.close();
});

test('[STORE-1] [STORE-18] what was acknowledged before the process was killed is there afterwards', SLOW, async () => {
  const file = folder.newFile();
  const writer = startWriter(file, 1_000_000);
  const ids = await acknowledged(writer, (count) => count === 100 && writer.kill('SIGKILL'));
  const store = await TypeOrmStore.open({ file });
  expect(ids.length).toBeGreaterThanOrEqual(100);
  for (const id of ids) expect(await store.calls.get(acme, id)).toBeDefined();
  const [conversation] = (await store.chat.list(acme, { limit: 9 })).items;
  if (!conversation) throw new Error('The conversation was lost.');
  const { id, lastSeq } = conversation;
  expect(lastSeq).toBeGreaterThanOrEqual(ids.length);
  const last = await store.chat.history(acme, id, { limit: 200 });
  expect(last.map(({ seq }) => seq)).toEqual(last.map((_, index) => lastSeq - last.length + 1 + index));
  await store.close();
});

test('[STORE-16] two processes make one file at once and write to it together, and no write fails', SLOW, async () => {
  const file = folder.newFile();
  const writers = [startWriter(file, 150), startWriter(file, 150)];
  const exits = writers.map((writer) => once(writer, 'exit'));
  const ids = (await Promise.all(writers.map((writer) => acknowledged(writer)))).flat();
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(new Set(ids).size).toBe(300);
  const store = await TypeOrmStore.open({ file });
  for (const id of ids) expect(await store.calls.get(acme, id)).toBeDefined();
  await store.close();
});

test('[STORE-17] the file and its side files are for their owner alone', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file });
  await store.audit.append(anEntry());
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(name)).mode & 0o777).toBe(0o600);
  await store.close();
});

test('[STORE-3] what an earlier version kept is found by this one', async () => {
  for (const expectKept of [expectUpgrade, expectKeptLinks]) {
    const file = folder.newFile();
    const database = await SqliteDatabase.open(file);
    await expectKept(database, async () => {
      await database.close();
      return TypeOrmStore.open({ file });
    });
  }
});

test('[STORE-3] a store in memory begins empty each time', async () => {
  for (let times = 0; times < 2; times += 1) {
    const store = await TypeOrmStore.open({ file: ':memory:' });
    await store.audit.append(anEntry());
    expect((await store.audit.list(acme, { limit: 10 })).items).toHaveLength(1);
    await store.close();
  }
});

test('[STORE-15] a file that is no database cannot be opened, and is left as it is', async () => {
  const file = folder.newFile();
  await mkdir(dirname(file));
  await writeFile(file, 'Dear diary, '.repeat(1000));
  const opened = TypeOrmStore.open({ file });
  await expect(opened).rejects.toMatchObject({
    name: 'CvError',
    code: 'UNAVAILABLE',
    message: 'The database file cannot be opened.',
  });
  expect((await stat(file)).size).toBe(12_000);
});

test('[STORE-15] neither address nor file, or an address of something else, is INVALID_INPUT', async () => {
  await expect(TypeOrmStore.open({})).rejects.toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
  const mysql = TypeOrmStore.open({ url: 'mysql://user:secret@host/db' });
  await expect(mysql).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.not.stringContaining('secret') });
});
