import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CallId, ConversationId } from '#protocol/ids.ts';
import { SqliteDatabase } from '#signaling/store/SqliteDatabase.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { storeContract } from './contract.ts';
import { fileDatabase } from './fileDatabase.ts';
import { acme, aMessage, anEntry, aSite, begun, noted, plainPolicy, written } from './records.ts';
import { TemporaryFolder } from './TemporaryFolder.ts';
import { expectKeptLinks, expectNewerRefused, expectReleased, expectUpgrade } from './upgrade.ts';

/** Processes of their own that wait for the disk: on a slow machine this takes long. */
const SLOW = { timeout: 60_000 };
/** Longer than any test takes. */
const PATIENT = 600_000;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await TemporaryFolder.create();
});
afterAll(() => folder.remove());

storeContract('a store in a SQLite file', async () =>
  fileDatabase(folder.newFile(), (file) => TypeOrmStore.open({ file })),
);

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

test('[STORE-16] a file that another process is making is waited for', async () => {
  const file = folder.newFile();
  await mkdir(dirname(file));
  const other = new Sqlite(file);
  other.exec('BEGIN IMMEDIATE');
  const asked = vi.spyOn(Sqlite.prototype, 'pragma');
  const tries = () => asked.mock.calls.filter(([source]) => source === 'journal_mode = WAL').length;
  const opening = TypeOrmStore.open({ file, timeoutMs: PATIENT });
  const settled = vi.fn();
  void opening.then(settled, settled);
  await expect.poll(() => settled.mock.calls.length > 0 || tries() > 2).toBe(true);
  expect(settled).not.toHaveBeenCalled();
  asked.mockRestore();
  other.exec('COMMIT');
  other.close();
  await (await opening).close();
});

/** Another program that writes to this file, until it is told to end. */
function anotherWriter(file: string) {
  const other = new Sqlite(file);
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('COMMIT');
    other.close();
  };
}

test('[STORE-80] while another program writes, all else goes on; what was to be written waits, and is there once, in order', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file, timeoutMs: PATIENT });
  const conversation = await begun(store);
  const release = anotherWriter(file);
  const messages = [1, 2, 3].map((i) => aMessage(conversation, { text: `message ${i}` }));
  const kept = vi.fn();
  const writing = Promise.all([
    ...messages.map((message) => store.chat.append([message], plainPolicy).then(kept)),
    noted(store, anEntry()),
  ]);
  // A process that waited within SQLite could not even read.
  for (let times = 0; times < 20; times++) {
    expect(await store.chat.history(acme, conversation.id, { limit: 9 })).toEqual([]);
    await new Promise((turn) => setTimeout(turn));
  }
  expect(kept).not.toHaveBeenCalled();
  release();
  await writing;
  const history = await store.chat.history(acme, conversation.id, { limit: 9 });
  expect(history.map(({ seq, text }) => [seq, text])).toEqual([
    [1, 'message 1'],
    [2, 'message 2'],
    [3, 'message 3'],
  ]);
  await store.close();
});

test('[STORE-80] after some seconds of that whoever writes is told, the next ones at once; then it is as before', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file, timeoutMs: 50 });
  const conversation = await begun(store);
  const release = anotherWriter(file);
  const refused = { code: 'UNAVAILABLE', message: 'The database does not answer; try again later.' };
  for (let times = 0; times < 3; times++) {
    await expect(store.chat.append([aMessage(conversation)], plainPolicy)).rejects.toMatchObject(refused);
    await expect(store.ping()).rejects.toMatchObject(refused);
  }
  release();
  await store.ping();
  const [kept] = await store.chat.append([aMessage(conversation)], plainPolicy);
  expect(kept).toMatchObject({ kind: 'new', message: { seq: 1 } });
  await store.close();
});

test('[STORE-83] a database that did not keep what was written is not ready until it keeps something again', async () => {
  const store = await TypeOrmStore.open({ file: folder.newFile() });
  const { prepare } = Sqlite.prototype;
  const full = () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  };
  const spied = vi.spyOn(Sqlite.prototype, 'prepare').mockImplementation(function (this: Sqlite, sql) {
    return /^INSERT|^PRAGMA user_version =/.test(sql) ? full() : prepare.call(this, sql);
  });
  await store.ping();
  const entry = anEntry();
  await expect(noted(store, entry)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  for (let times = 0; times < 2; times++) await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  spied.mockRestore();
  await store.ping();
  await noted(store, entry);
  await store.close();
});

test('[STORE-81] an erasure whose log cannot be emptied, as on a full disk, is done all the same, and made up for', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file });
  await store.sites.create(aSite(), 'key');
  const conversation = await begun(store);
  await written(store, aMessage(conversation, { text: 'mark' }));
  const { prepare } = Sqlite.prototype;
  const spied = vi.spyOn(Sqlite.prototype, 'prepare').mockImplementation(function (this: Sqlite, sql) {
    if (sql.includes('wal_checkpoint'))
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    return prepare.call(this, sql);
  });
  expect(await store.chat.erase(acme, conversation.id, Number.MAX_SAFE_INTEGER, [])).toBeDefined();
  await expect(store.compact()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  spied.mockRestore();
  expect(await store.chat.get(acme, conversation.id)).toBeUndefined();
  await store.compact();
  for (const name of [file, `${file}-wal`]) expect((await readFile(name)).includes('mark')).toBe(false);
  await store.close();
});

test('[STORE-17] the file and its side files are for their owner alone', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file });
  await noted(store, anEntry());
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(name)).mode & 0o777).toBe(0o600);
  await store.close();
});

test('[STORE-36] who was erased, and what was said, cannot be read in the folder any more', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file });
  await store.sites.create(aSite(), 'key');
  const begin = (way: string) => begun(store, { firstname: `name-${way}` });
  const ways = ['kept', 'person', 'kept', 'conversation', 'kept'];
  const conversations = await Promise.all(ways.map(begin));
  // In turn, so that pages are split among them.
  for (let i = 0; i < 100; i++) {
    await written(store, ...conversations.map((each, n) => aMessage(each, { text: `mark-${ways[n]} ${i}` })));
  }
  const holds = async (mark: string, name = '') => (await readFile(`${file}${name}`)).includes(mark);
  for (const [i, { id, customerId }] of conversations.entries()) {
    if (ways[i] === 'person') await store.customers.erase(acme, customerId, []);
    if (ways[i] === 'conversation') await store.chat.erase(acme, id, Number.MAX_SAFE_INTEGER, []);
    expect([await holds('mark', '-wal'), await holds('name', '-wal')]).toEqual(i === 0 ? [true, true] : [false, false]);
  }
  await store.compact();
  const left = (mark: string) => Promise.all(['', '-wal'].map((name) => holds(mark, name)));
  for (const mark of ['mark-person', 'mark-conversation', 'name-person'])
    expect(await left(mark)).toEqual([false, false]);
  for (const mark of ['mark-kept', 'name-conversation']) expect(await left(mark)).toEqual([true, false]);
  expect(await store.chat.history(acme, conversations[0]?.id as ConversationId, { limit: 200 })).toHaveLength(100);
  await store.close();
});

test('[STORE-36] a restart forgets no erasure, and a program that reads holds nobody up', async () => {
  const file = folder.newFile();
  const store = await TypeOrmStore.open({ file });
  await store.sites.create(aSite(), 'key');
  const [one, two] = [await begun(store), await begun(store)];
  for (let i = 0; i < 60; i++) {
    await written(store, aMessage(one, { text: `mark-one ${i}` }), aMessage(two, { text: `kept ${i}` }));
  }
  const reader = new Sqlite(file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM "messages"').all();
  await store.chat.erase(acme, one.id, Number.MAX_SAFE_INTEGER, []);
  expect((await readFile(`${file}-wal`)).includes('mark-one')).toBe(true);
  reader.exec('COMMIT');
  reader.close();
  await store.close();
  const later = await TypeOrmStore.open({ file });
  await later.compact();
  for (const name of [file, `${file}-wal`]) expect((await readFile(name)).includes('mark-one')).toBe(false);
  expect(await later.chat.history(acme, two.id, { limit: 200 })).toHaveLength(60);
  const version = new Sqlite(file, { readonly: true });
  expect(version.pragma('user_version')).toEqual([{ user_version: 0 }]);
  version.close();
  await later.close();
});

test('[STORE-3] what an earlier version kept is found by this one', async () => {
  for (const expectKept of [expectUpgrade, expectKeptLinks, expectReleased]) {
    const file = folder.newFile();
    const database = await SqliteDatabase.open(file);
    await expectKept(database, async () => {
      await database.close();
      return TypeOrmStore.open({ file });
    });
  }
});

test('[STORE-82] what a newer version has changed is not opened', async () => {
  const file = folder.newFile();
  const database = await SqliteDatabase.open(file);
  await expectNewerRefused(database, async () => {
    await database.close();
    return TypeOrmStore.open({ file });
  });
});

test('[STORE-3] a store in memory begins empty each time', async () => {
  for (let times = 0; times < 2; times += 1) {
    const store = await TypeOrmStore.open({ file: ':memory:' });
    await noted(store, anEntry());
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
