import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Patience } from './Patience.ts';

/** Of two that begin in the same moment each may find the other one there; in milliseconds. */
const WAIT_MS = 250;

/** A folder that one process has for itself. The system holds the lock: it ends with the process, however that ends. */
export class FolderLock {
  readonly #holder: Sqlite;

  private constructor(holder: Sqlite) {
    this.#holder = holder;
  }

  /** Undefined if another process has it; rejects if the folder cannot be written. */
  static async take(folder: string): Promise<FolderLock | undefined> {
    const file = join(folder, 'coview.lock');
    const handle = await open(file, 'a', 0o600);
    await handle.close();
    const holder = new Sqlite(file, { timeout: 0 });
    try {
      // Nothing is ever written there, not even a journal: a full disk keeps nobody from starting.
      await new Patience(WAIT_MS).try(() => {
        holder.pragma('journal_mode = MEMORY');
        holder.exec('BEGIN EXCLUSIVE');
      });
    } catch (error) {
      // Where a file system has no locks, nobody can be kept out.
      if ((error as { code?: unknown }).code === 'SQLITE_BUSY') {
        holder.close();
        return undefined;
      }
    }
    return new FolderLock(holder);
  }

  /** Idempotent. */
  release(): void {
    this.#holder.close();
  }
}
