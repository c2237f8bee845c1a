import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Files } from '#signaling/chat/Files.ts';
import type { FileRecord } from '#signaling/store/ChatStore.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { acme, aFile, aSite, other } from '#test/store/records.ts';
import { testDatabase } from '#test/support/testDatabase.ts';

const NOW = 1_800_000_000_000;
const DAY = 24 * 60 * 60_000;
const BEFORE = NOW - DAY;
const sites = [acme, other];
/** Of a portion, and one more. */
const MANY = 101;

let folder: string;
let store: TypeOrmStore;
let files: Files;
/** Instead of keeping the row of an upload. */
let addFile: ((file: FileRecord) => Promise<void>) | undefined;

beforeEach(async () => {
  addFile = undefined;
  folder = await mkdtemp(join(tmpdir(), 'coview-orphans-'));
  store = await TypeOrmStore.open(await testDatabase());
  await store.sites.create(aSite(), 'hash');
  const { chat } = store;
  files = await Files.open({
    folder,
    secret: 'a secret for tests',
    store: {
      addFile: (file) => addFile?.(file) ?? chat.addFile(file),
      getFile: (...asked) => chat.getFile(...asked),
      getFiles: (...asked) => chat.getFiles(...asked),
      deleteUnsentFiles: (...asked) => chat.deleteUnsentFiles(...asked),
    },
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  await files.close();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Bytes as an upload leaves them, last written so long ago. */
async function bytes(site: SiteId, age: number, name: string = newId<FileId>('f')): Promise<string> {
  await mkdir(join(folder, site), { recursive: true });
  await writeFile(join(folder, site, name), 'bytes');
  await setAge(join(folder, site, name), age);
  return name;
}
const setAge = (path: string, age: number) => utimes(path, new Date(NOW - age), new Date(NOW - age));

async function sweep(): Promise<number> {
  let count = 0;
  for (let gone = await next(); gone !== undefined; gone = await next()) count += gone;
  return count;
}
const next = () => files.removeOrphans(sites, BEFORE);

test('[FILE-12] bytes without a row go when they are old enough, of each site, and those of a row stay', async () => {
  const [orphan, young] = [await bytes(acme, 2 * DAY), await bytes(acme, DAY - 1000)];
  const known = aFile({ createdAt: 1 });
  await store.chat.addFile(known);
  await bytes(acme, 9 * DAY, known.id);
  // The same name at another site is another file.
  await bytes(other, 9 * DAY, known.id);
  expect(await sweep()).toBe(2);
  expect((await readdir(join(folder, acme))).toSorted()).toEqual([young, known.id].toSorted());
  expect(await readdir(join(folder, acme))).not.toContain(orphan);
  expect(await readdir(join(folder, other))).toEqual([]);
  expect(await sweep()).toBe(0);
});

test('[FILE-12] what is no file of a site’s is let alone', async () => {
  const strange = [
    await bytes(acme, 9 * DAY, 'notes.txt'),
    await bytes(acme, 9 * DAY, 'f_short'),
    await bytes('elsewhere' as SiteId, 9 * DAY),
    await bytes('.arriving' as SiteId, 9 * DAY),
  ];
  await mkdir(join(folder, acme, newId('f')));
  expect(await sweep()).toBe(0);
  expect(await readdir(folder, { recursive: true })).toEqual(
    expect.arrayContaining(strange.map((name) => expect.stringContaining(name))),
  );
});

test('[FILE-12] a number at a time, and the next time goes on there; then it begins anew', async () => {
  for (let count = 0; count < MANY; count++) await bytes(acme, 2 * DAY);
  await bytes(other, 2 * DAY);
  expect([await next(), await next(), await next(), await next()]).toEqual([100, 1, 1, undefined]);
  await bytes(acme, 2 * DAY);
  expect([await next(), await next()]).toEqual([1, undefined]);
});

test('[FILE-12] what is on its way in stays, however old it looks', async () => {
  const arrived = Promise.withResolvers<FileRecord>();
  const kept = Promise.withResolvers<void>();
  addFile = async (file) => {
    arrived.resolve(file);
    await kept.promise;
    await store.chat.addFile(file);
  };
  async function* text(): AsyncGenerator<Buffer> {
    yield Buffer.from('a text');
  }
  const taking = files.take({ site: acme, uploader: 'visitor:x', name: 'x.txt', maxBytes: 1e6, bytes: text() });
  const { id } = await arrived.promise;
  await setAge(join(folder, acme, id), 9 * DAY);
  expect(await sweep()).toBe(0);
  kept.resolve();
  await taking;
  expect(await sweep()).toBe(0);
  expect(await readdir(join(folder, acme))).toEqual([id]);
  await store.chat.deleteUnsentFiles(Date.now() + 1);
  expect(await sweep()).toBe(1);
});

test('[FILE-12] where the database does not answer, nothing goes', async () => {
  const orphan = await bytes(acme, 2 * DAY);
  await store.close();
  await expect(next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await readdir(join(folder, acme))).toEqual([orphan]);
});
