import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FolderLock } from '#signaling/store/FolderLock.ts';
import { TemporaryFolder } from './TemporaryFolder.ts';

test('[RUN-40] a start that only finds another one just looking at the data folder takes it; then nobody else can', async () => {
  const folder = await TemporaryFolder.create();
  onTestFinished(() => folder.remove());
  const path = folder.path;
  (await FolderLock.take(path))?.release();
  const other = new Sqlite(join(path, 'coview.lock'));
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM sqlite_schema').all();
  const { exec } = Sqlite.prototype;
  let tries = 0;
  const spied = vi.spyOn(Sqlite.prototype, 'exec').mockImplementation(function (this: Sqlite, sql) {
    if (tries++ === 1) other.close();
    return exec.call(this, sql);
  });
  const lock = await FolderLock.take(path);
  spied.mockRestore();
  expect(lock).toBeDefined();
  expect(await FolderLock.take(path)).toBeUndefined();
  lock?.release();
  const next = await FolderLock.take(path);
  expect(next).toBeDefined();
  next?.release();
});
