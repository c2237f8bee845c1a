import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { Reader } from './Database.ts';
import { type Field, fieldsOf, isPostgres, recordOf, selected } from './fields.ts';

type Column<T> = keyof T & string;

/**
 * Many records in and out of one table by one statement, however many they are: it takes them as one parameter,
 * a JSON array. For what has to be quick; it goes around TypeORM's query builder.
 */
export class Batch<T extends ObjectLiteral> {
  readonly #table: string;
  readonly #fields: readonly Field[];
  readonly #selected: readonly Field[];
  readonly #keys: readonly Field[];
  readonly #statements = new Map<string, string>();

  constructor(entity: EntitySchema<T>) {
    this.#table = `"${entity.options.tableName}"`;
    this.#fields = fieldsOf(entity);
    this.#selected = this.#fields.filter(({ selected }) => selected);
    this.#keys = this.#fields.filter(({ primary }) => primary);
  }

  /** The rows that equal one of the keys in the columns `by`; `lock` holds them, in the order of their own keys; SHARE lets others do so too. */
  async find<C extends Column<T>>(
    reader: Reader,
    by: readonly C[],
    keys: readonly Pick<T, C>[],
    lock?: 'UPDATE' | 'SHARE',
  ): Promise<T[]> {
    if (keys.length === 0) return [];
    const fields = this.#named(by);
    const statement = this.#statement(reader, `find ${by} ${lock}`, (source, postgres) => {
      // SQLite would rather go through the whole table; a CROSS JOIN takes the keys first.
      const join = `${source(fields)} ${postgres ? 'JOIN' : 'CROSS JOIN'} ${this.#table} AS row ON ${equal('row', fields)}`;
      const hold = ` ORDER BY ${this.#keys.map(({ name }) => `row."${name}"`)} FOR ${lock} OF row`;
      return `SELECT ${selected(this.#fields)} FROM ${join}${lock && postgres ? hold : ''}`;
    });
    const rows = (await reader.query(statement, [json(fields, keys)])) as Record<string, unknown>[];
    return rows.map((row) => recordOf(this.#selected, row));
  }

  /** `parent`: leaves out, without a word, what belongs to a row that is gone. */
  async insert(
    manager: EntityManager,
    records: readonly T[],
    parent?: { table: string; key: Column<T> },
  ): Promise<void> {
    if (records.length === 0) return;
    const fields = this.#fields;
    const statement = this.#statement(manager, 'insert', (source, postgres) => {
      const names = fields.map(({ name }) => `"${name}"`);
      const values = fields.map(({ name }) => `given."${name}"`);
      const exists = parent
        ? ` JOIN "${parent.table}" AS parent ON parent."site" = given."site" AND parent."id" = given."${parent.key}"`
        : '';
      const hold = parent && postgres ? ' FOR KEY SHARE OF parent' : '';
      return `INSERT INTO ${this.#table} (${names}) SELECT ${values} FROM ${source(fields)}${exists}${hold}`;
    });
    await manager.query(statement, [json(fields, records)]);
  }

  /** Leaves out what is there already; answers how many were new. */
  async insertNew(manager: EntityManager, records: readonly T[]): Promise<number> {
    const fields = this.#fields;
    const statement = this.#statement(manager, 'insert new', (source) => {
      const names = fields.map(({ name }) => `"${name}"`);
      const insert = `INSERT INTO ${this.#table} (${names}) SELECT ${names} FROM ${source(fields)}`;
      // Without a WHERE, SQLite would read ON as part of a join.
      return `${insert} WHERE true ON CONFLICT DO NOTHING RETURNING 1 AS "one"`;
    });
    return ((await manager.query(statement, [json(fields, records)])) as unknown[]).length;
  }

  /** Writes the named columns into the rows of the records' keys. */
  async update(manager: EntityManager, columns: readonly Column<T>[], records: readonly Partial<T>[]): Promise<void> {
    if (records.length === 0) return;
    const fields = [...this.#keys, ...this.#named(columns)];
    const statement = this.#statement(manager, `update ${columns}`, (source) => {
      const set = this.#named(columns).map(({ name }) => `"${name}" = given."${name}"`);
      return `UPDATE ${this.#table} SET ${set} FROM ${source(fields)} WHERE ${equal(this.#table, this.#keys)}`;
    });
    await manager.query(statement, [json(fields, records)]);
  }

  #named(columns: readonly Column<T>[]): Field[] {
    return columns.map((column) => this.#fields.find(({ property }) => property === column) as Field);
  }

  #statement(
    reader: Reader,
    name: string,
    write: (source: (fields: readonly Field[]) => string, postgres: boolean) => string,
  ): string {
    const postgres = isPostgres(reader);
    const key = `${postgres} ${name}`;
    let statement = this.#statements.get(key);
    if (statement === undefined) {
      statement = write(postgres ? postgresRows : sqliteRows, postgres);
      this.#statements.set(key, statement);
    }
    return statement;
  }
}

/** The records as an array of arrays: SQLite finds a value by its place sooner than by its name. */
function json(fields: readonly Field[], records: readonly ObjectLiteral[]): string {
  return JSON.stringify(
    records.map((record) =>
      fields.map(({ property, write }) => {
        const value: unknown = record[property];
        return value === undefined || value === null ? null : write ? write(value) : value;
      }),
    ),
  );
}

const equal = (table: string, fields: readonly Field[]): string =>
  fields.map(({ name }) => `${table}."${name}" = given."${name}"`).join(' AND ');

function sqliteRows(fields: readonly Field[]): string {
  const columns = fields.map(({ name }, place) => `value ->> ${place} AS "${name}"`);
  return `(SELECT ${columns} FROM json_each(?)) AS given`;
}

function postgresRows(fields: readonly Field[]): string {
  const columns = fields.map(({ name, type }, place) => `(value ->> ${place})::${type} AS "${name}"`);
  return `(SELECT ${columns} FROM json_array_elements($1::json)) AS given`;
}
