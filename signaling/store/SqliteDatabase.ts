import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { CvError } from '#protocol/errors.ts';
import type { Database } from './Database.ts';
import { databaseError } from './databaseError.ts';
import { migrate } from './migrate.ts';
import { entities, migrations } from './schema.ts';

/** How long a statement waits while another process writes, in milliseconds. */
const BUSY_MS = 5000;

/**
 * A database file of this machine, or `:memory:`. TypeORM has one connection to it, which all callers share: they
 * take turns, or else one caller's statements would fall into another's transaction and vanish with its rollback.
 */
export class SqliteDatabase implements Database {
  readonly #source: DataSource;
  readonly #runner: QueryRunner;
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(source: DataSource) {
    this.#source = source;
    this.#runner = source.createQueryRunner();
  }

  static async open(file: string): Promise<SqliteDatabase> {
    try {
      if (file !== ':memory:') await touch(file);
      const source = new DataSource({
        type: 'better-sqlite3',
        database: file,
        timeout: BUSY_MS,
        prepareDatabase: prepare,
        entities,
        migrations,
      });
      const database = new SqliteDatabase(await source.initialize());
      try {
        await database.#transaction(() => migrate(source, database.#runner));
      } catch (error) {
        await database.close();
        throw error;
      }
      return database;
    } catch (error) {
      const { cause } = databaseError(error);
      throw new CvError('UNAVAILABLE', 'The database file cannot be opened.', { cause });
    }
  }

  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#inTurn(() => work(this.#runner.manager));
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#transaction(() => work(this.#runner.manager)));
  }

  close(): Promise<void> {
    this.#closed ??= this.#last.then(() => this.#source.destroy());
    return this.#closed;
  }

  async #transaction<T>(work: () => Promise<T>): Promise<T> {
    // IMMEDIATE: a transaction that reads first and writes later would fail at once if another process wrote
    // in between, instead of waiting for its turn.
    await this.#runner.query('BEGIN IMMEDIATE');
    try {
      const result = await work();
      await this.#runner.query('COMMIT');
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors; then this one says so.
      await this.#runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new CvError('UNAVAILABLE', 'The database is closed.'));
    const result = this.#last.then(work).catch((error: unknown) => {
      throw databaseError(error);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Only this system user may read the file; SQLite gives its two side files the same mode. */
async function touch(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

/**
 * FULL: in WAL mode the driver's default would lose the last acknowledged writes when the power fails. The others are
 * for speed: a statement that writes many rows keeps what it would take back in memory, not in a file; pages stay in
 * 32 MiB of memory; and what is written again and again goes from the log into the file every 4000 pages, not 1000.
 */
function prepare(connection: { pragma(source: string): unknown }): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('cache_size = -8192');
  connection.pragma('wal_autocheckpoint = 4000');
  // What was erased leaves no readable rest in the file.
  connection.pragma('secure_delete = ON');
}
