import Sqlite from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import type { Reader } from './Database.ts';
import type { Patience } from './Patience.ts';

/** More come to be only where lists of ever other lengths are looked for. */
const MAX_KEPT = 200;

/**
 * A connection of its own to a database file, for what is only read: it sees what was committed last, and waits for no
 * transaction of ours that is under way. The driver is asked at once; TypeORM's way to it costs several times the query.
 */
export class SqliteReader implements Reader {
  readonly dataSource: DataSource;
  readonly #connection: Sqlite;
  readonly #patience: Patience;
  readonly #statements = new Map<string, Sqlite.Statement>();

  constructor(file: string, patience: Patience, dataSource: DataSource) {
    this.dataSource = dataSource;
    this.#patience = patience;
    this.#connection = new Sqlite(file, { readonly: true, timeout: 0 });
    this.#connection.pragma('cache_size = -4096');
  }

  async query<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
    const given = values.map(bound);
    return this.#patience.try(() => this.#statement(sql).all(...given)) as Promise<T>;
  }

  close(): void {
    this.#connection.close();
  }

  #statement(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#statements.size >= MAX_KEPT) this.#statements.clear();
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

const bound = (value: unknown): unknown => (typeof value === 'boolean' ? Number(value) : value);
