import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { CvError } from '#protocol/errors.ts';
import type { Database, Reader } from './Database.ts';
import { databaseError } from './databaseError.ts';
import { migrate } from './migrate.ts';
import { entities, migrations, OURS } from './schema.ts';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with `?sslmode=…` where the server wants it. */
  url: string;
  /** Connections at most; 10 when unset. */
  poolSize?: number | undefined;
  /** After so many milliseconds the server gives a statement up; 10,000 when unset. */
  timeoutMs?: number | undefined;
  /** Told of an unused connection that was lost; it needs no answer, the pool makes a new one. */
  onConnectionLost?: ((error: Error) => void) | undefined;
}

/** The number of the lock that a migrating process holds; any number that no other program here uses. */
const MIGRATION_LOCK = 7_268_453;

/** What TypeORM hands out of the pool, as far as it is used here. */
interface Connection {
  end(): Promise<void>;
}

export class PostgresDatabase implements Database {
  readonly #source: DataSource;
  readonly #deadlineMs: number;
  readonly #going = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor(source: DataSource, timeoutMs: number) {
    this.#source = source;
    // Later than the server's own limit, so that it only strikes where the server cannot answer at all.
    this.#deadlineMs = timeoutMs * 1.5;
  }

  static async open(options: PostgresOptions): Promise<PostgresDatabase> {
    const { url, poolSize = 10, timeoutMs = 10_000, onConnectionLost } = options;
    try {
      const source = new DataSource({
        type: 'postgres',
        url,
        poolSize,
        connectTimeoutMS: timeoutMs,
        applicationName: 'coview',
        installExtensions: false,
        // Without a listener the loss of an idle connection would end this process.
        poolErrorHandler: (error: Error) => onConnectionLost?.(error),
        extra: { keepAlive: true, statement_timeout: timeoutMs, idle_in_transaction_session_timeout: timeoutMs },
        entities,
        migrations,
      });
      const database = new PostgresDatabase(await source.initialize(), timeoutMs);
      try {
        await database.#migrate();
      } catch (error) {
        await database.close();
        throw error;
      }
      return database;
    } catch (error) {
      const { cause } = databaseError(error);
      throw new CvError('UNAVAILABLE', 'The PostgreSQL database cannot be opened.', { cause });
    }
  }

  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.run(work);
  }

  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#connected((runner) => work(runner.manager), this.#deadlineMs);
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#connected(
      (runner, connection) => inTransaction(runner, connection, () => work(runner.manager)),
      this.#deadlineMs,
    );
  }

  /** Its files are the server’s own, which cleans them by itself. */
  erasure<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.transaction(work);
  }

  async ping(): Promise<void> {
    await this.run((manager) => manager.query(OURS));
  }

  async compact(): Promise<void> {}

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#going).then(() => this.#source.destroy());
    return this.#closed;
  }

  #migrate(): Promise<void> {
    return this.#connected((runner, connection) =>
      inTransaction(runner, connection, async () => {
        // A migration of a large table, or the wait for another process that does it, may take long.
        await runner.query('SET LOCAL statement_timeout = 0');
        await runner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
        await migrate(this.#source, runner);
      }),
    );
  }

  #connected<T>(work: (runner: QueryRunner, connection: Connection) => Promise<T>, deadlineMs?: number): Promise<T> {
    if (this.#closed) return Promise.reject(new CvError('UNAVAILABLE', 'The database is closed.'));
    const result = withConnection(this.#source, work, deadlineMs);
    const settled = result.catch(() => undefined).finally(() => this.#going.delete(settled));
    this.#going.add(settled);
    return result;
  }
}

async function withConnection<T>(
  source: DataSource,
  work: (runner: QueryRunner, connection: Connection) => Promise<T>,
  deadlineMs: number | undefined,
): Promise<T> {
  const runner = source.createQueryRunner();
  let deadline: NodeJS.Timeout | undefined;
  try {
    const connection = (await runner.connect()) as Connection;
    // A server that went silent without closing its connections would hold them, and us, for ever. Ending the
    // connection fails its statement, and the pool drops it.
    if (deadlineMs) deadline = setTimeout(() => void connection.end().catch(() => undefined), deadlineMs);
    return await work(runner, connection);
  } catch (error) {
    throw databaseError(error);
  } finally {
    clearTimeout(deadline);
    await runner.release();
  }
}

async function inTransaction<T>(runner: QueryRunner, connection: Connection, work: () => Promise<T>): Promise<T> {
  await runner.startTransaction();
  try {
    const result = await work();
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // A connection that cannot roll back must not carry the open transaction to its next user.
    await runner.rollbackTransaction().catch(() => connection.end().catch(() => undefined));
    throw error;
  }
}
