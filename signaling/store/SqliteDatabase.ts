import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { CvError } from '#protocol/errors.ts';
import type { Database, Reader } from './Database.ts';
import { databaseError } from './databaseError.ts';
import { migrate } from './migrate.ts';
import { Patience } from './Patience.ts';
import { SqliteReader } from './SqliteReader.ts';
import { entities, migrations, OURS } from './schema.ts';

/** How long what is to be written waits while another process writes, in milliseconds. */
const BUSY_MS = 5000;
/** In bytes: it takes 5 ms a MB, during which nothing else happens. */
const MAX_COMPACTED = 64 * 1024 * 1024;
/** In the file’s header: something was erased since it was last made anew. */
const ERASED = 1;
const SIZE = 'SELECT page_count * page_size AS "bytes" FROM pragma_page_count(), pragma_page_size()';

/**
 * A database file of this machine, or `:memory:`. TypeORM has one connection to it, which all callers share: to write
 * they take turns, or else one caller's statements would fall into another's transaction and vanish with its rollback.
 */
export class SqliteDatabase implements Database {
  readonly #source: DataSource;
  readonly #runner: QueryRunner;
  readonly #patience: Patience;
  /** Absent for `:memory:`, which is another database for every connection. */
  #reader: SqliteReader | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** The last transaction failed, as on a full disk. */
  #failed = false;
  #closed: Promise<void> | undefined;

  private constructor(source: DataSource, patience: Patience) {
    this.#source = source;
    this.#patience = patience;
    this.#runner = source.createQueryRunner();
  }

  /** `busyMs`: how long another process that writes is waited for. */
  static async open(file: string, busyMs = BUSY_MS): Promise<SqliteDatabase> {
    try {
      const patience = new Patience(busyMs);
      if (file !== ':memory:') await touch(file);
      const source = new DataSource({
        type: 'better-sqlite3',
        database: file,
        timeout: 0,
        prepareDatabase: (connection) => prepare(connection as Connection, patience),
        entities,
        migrations,
      });
      const database = new SqliteDatabase(await source.initialize(), patience);
      try {
        await database.#transaction(() => migrate(source, database.#runner));
        if (file !== ':memory:') database.#reader = new SqliteReader(file, new Patience(busyMs), source);
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

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    if (!this.#reader) return this.run(work);
    if (this.#closed) throw closed();
    try {
      return await work(this.#reader);
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** In a transaction, too: only where one begins is another process waited for. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#transaction(() => work(this.#runner.manager)));
  }

  /** The log holds pages as they were before: all of it goes into the file, where what was deleted is overwritten. */
  erasure<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const result = await this.#transaction(async () => {
        const done = await work(this.#runner.manager);
        await this.#runner.query(`PRAGMA user_version = ${ERASED}`);
        return done;
      });
      // It is done, whatever becomes of the log: `compact` empties what could not be emptied now.
      await this.#emptyLog().catch(() => false);
      return result;
    });
  }

  /** After a failure it has to be able to write, too. */
  ping(): Promise<void> {
    return this.transaction(async (manager) => {
      await manager.query(OURS);
      if (!this.#failed) return;
      const [{ user_version: mark }] = await manager.query('PRAGMA user_version');
      await manager.query(`PRAGMA user_version = ${mark}`);
    });
  }

  /** A page that was split once keeps copies of what went to the other one: only a file that is made anew has none. */
  compact(): Promise<void> {
    return this.#inTurn(async () => {
      const [{ user_version: mark }] = await this.#runner.query('PRAGMA user_version');
      if (mark !== ERASED) return;
      const [{ bytes }] = await this.#runner.query(SIZE);
      if (bytes <= MAX_COMPACTED) await this.#runner.query('VACUUM');
      if (await this.#emptyLog()) await this.#runner.query('PRAGMA user_version = 0');
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#last.then(() => {
      this.#reader?.close();
      return this.#source.destroy();
    });
    return this.#closed;
  }

  /** False if another program reads just now: then it is tried again at the next erasure, and by `compact`. */
  async #emptyLog(): Promise<boolean> {
    const [{ busy }] = await this.#runner.query('PRAGMA wal_checkpoint(TRUNCATE)');
    return busy === 0;
  }

  async #transaction<T>(work: () => Promise<T>): Promise<T> {
    // IMMEDIATE: a transaction that reads first and writes later would fail at once if another process wrote
    // in between, instead of waiting for its turn.
    await this.#patience.try(() => this.#runner.query('BEGIN IMMEDIATE'));
    try {
      const result = await work();
      await this.#runner.query('COMMIT');
      this.#failed = false;
      return result;
    } catch (error) {
      this.#failed ||= databaseError(error).code === 'UNAVAILABLE';
      // SQLite has rolled back by itself after some errors; then this one says so.
      await this.#runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed());
    const result = this.#last.then(work).catch((error: unknown) => {
      throw databaseError(error);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const closed = () => new CvError('UNAVAILABLE', 'The database is closed.');

/** Only this system user may read the file; SQLite gives its two side files the same mode. */
async function touch(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

type Connection = { pragma(source: string): unknown };

/**
 * FULL: in WAL mode the driver's default would lose the last acknowledged writes when the power fails. The others are
 * for speed: a statement that writes many rows keeps what it would take back in memory, not in a file; pages stay in
 * 32 MiB of memory; and what is written again and again goes from the log into the file every 4000 pages, not 1000.
 */
async function prepare(connection: Connection, patience: Patience): Promise<void> {
  // The first of two processes that give a new file its log at once refuses the other one.
  await patience.try(() => connection.pragma('journal_mode = WAL'));
  connection.pragma('synchronous = FULL');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('cache_size = -8192');
  connection.pragma('wal_autocheckpoint = 4000');
  // What is deleted is overwritten; see `erasure` and `compact` for what that leaves.
  connection.pragma('secure_delete = ON');
}
