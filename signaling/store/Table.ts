import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Reader } from './Database.ts';
import { type Field, fieldsOf, isPostgres, recordOf, selected } from './fields.ts';
import type { PageRequest } from './PageRequest.ts';
import { Statements } from './Statements.ts';

type Column<T> = keyof T & string;
type Where<T> = { [C in Column<T>]?: string | number | boolean };

/** A condition in SQL over `row`; input goes into its parameters. */
export interface Condition {
  sql: string;
  parameters?: ObjectLiteral;
}

export interface Reading<T> {
  orderBy: Column<T> | readonly Column<T>[];
  direction?: 'ASC' | 'DESC';
  limit?: number;
  /** Nobody else changes the rows before this transaction ends; `skip`: leaves out what others hold. */
  lock?: 'wait' | 'skip';
}

export interface Order<T> {
  by: Column<T>;
  /** Tells rows apart that are equal in `by`. */
  id: Column<T>;
  type: 'string' | 'number';
  direction: 'ASC' | 'DESC';
}

/**
 * Records in and out of one table; absent properties are NULL. It reads with texts of its own, made once, because
 * TypeORM builds every query and every entity anew, and writes with single statements rather than TypeORM's `save`,
 * which would ask for the row first.
 */
export class Table<T extends ObjectLiteral> {
  readonly #entity: EntitySchema<T>;
  readonly #keys: readonly Column<T>[];
  readonly #others: readonly Column<T>[];
  readonly #read: readonly Field[];
  readonly #selectFrom: string;
  readonly #countFrom: string;
  readonly #statements: Statements;

  constructor(entity: EntitySchema<T>) {
    this.#entity = entity;
    const fields = fieldsOf(entity);
    this.#read = fields.filter(({ selected }) => selected);
    const from = `FROM "${entity.options.tableName}" AS row`;
    this.#selectFrom = `SELECT ${selected(fields)} ${from}`;
    this.#countFrom = `SELECT count(*) AS "count" ${from}`;
    this.#statements = new Statements(fields);
    const columns = Object.keys(entity.options.columns) as Column<T>[];
    this.#keys = columns.filter((column) => entity.options.columns[column]?.primary);
    this.#others = columns.filter((column) => !this.#keys.includes(column));
  }

  async insert(manager: EntityManager, records: readonly T[]): Promise<void> {
    if (records.length > 0) await this.#insert(manager, records).execute();
  }

  /** Inserts, or replaces the row of the same key. */
  async upsert(manager: EntityManager, record: T): Promise<void> {
    await this.#insert(manager, [record]).orUpdate(this.#names(this.#others), this.#names(this.#keys)).execute();
  }

  /** False if there was no such row. */
  async update(manager: EntityManager, where: Where<T>, changes: Partial<T>): Promise<boolean> {
    const set = Object.fromEntries(Object.entries(changes).map(([column, value]) => [column, value ?? null]));
    const query = manager
      .createQueryBuilder()
      .update(this.#entity)
      .set(set as object)
      .where(where as object);
    const { affected } = await query.updateEntity(false).execute();
    return affected === 1;
  }

  /** As `update`, each new value in SQL; input goes into the parameters. */
  async change(
    manager: EntityManager,
    where: Where<T>,
    changes: { [C in Column<T>]?: string },
    parameters: ObjectLiteral,
  ): Promise<void> {
    const set = Object.fromEntries(Object.entries(changes).map(([column, sql]) => [column, () => sql as string]));
    const query = manager
      .createQueryBuilder()
      .update(this.#entity)
      .set(set as object)
      .where(where as object);
    await query.setParameters(parameters).updateEntity(false).execute();
  }

  /** Replaces the row of the record's key; false if there was none. */
  replace(manager: EntityManager, record: T): Promise<boolean> {
    const pick = (columns: readonly Column<T>[]): object =>
      Object.fromEntries(columns.map((column) => [column, record[column]]));
    return this.update(manager, pick(this.#keys) as Where<T>, pick(this.#others) as Partial<T>);
  }

  /** How many rows there were. */
  async delete(manager: EntityManager, where: Where<T> | Condition): Promise<number> {
    const query = manager.createQueryBuilder().delete().from(this.#entity);
    const { affected } = await (isCondition(where)
      ? query.where(where.sql, where.parameters)
      : query.where(where as object)
    ).execute();
    return affected ?? 0;
  }

  async find(reader: Reader, where: Where<T>): Promise<T | undefined> {
    return (await this.#select(reader, [conditionOf(where)], 'LIMIT 1'))[0];
  }

  /** The row, which nobody else changes before this transaction ends. */
  async hold(reader: Reader, where: Where<T>): Promise<T | undefined> {
    const [first = 'id' as Column<T>] = this.#keys;
    return (await this.findAll(reader, where, { orderBy: first, lock: 'wait' }))[0];
  }

  findAll(
    reader: Reader,
    where: Where<T> | Condition,
    { orderBy, direction = 'ASC', limit, lock }: Reading<T>,
  ): Promise<T[]> {
    // All that there are, are few, and sorted when they are found: without the sign SQLite would rather go through a
    // whole site in an index that has their order.
    const sign = limit === undefined && !isPostgres(reader) ? '+' : '';
    const order = [orderBy].flat().map((column) => `${sign}row.${column} ${direction}`);
    const most = limit === undefined ? '' : ' LIMIT :limit';
    const held = lock && isPostgres(reader) ? ` FOR UPDATE${lock === 'skip' ? ' SKIP LOCKED' : ''}` : '';
    return this.#select(reader, [conditionOf(where)], `ORDER BY ${order}${most}${held}`, { limit });
  }

  async count(reader: Reader, where: Where<T> | Condition): Promise<number> {
    const { sql, parameters } = conditionOf(where);
    const [row] = await this.#query<{ count: number | string }>(reader, `${this.#countFrom} WHERE ${sql}`, parameters);
    return Number(row?.count);
  }

  async page(
    reader: Reader,
    where: Where<T> & { site: SiteId },
    { by, id, type, direction }: Order<T>,
    { limit, cursor }: PageRequest,
    conditions: readonly Condition[] = [],
  ): Promise<Page<T>> {
    const all = [conditionOf(where), ...conditions];
    if (cursor !== undefined) {
      const { key: lastKey, id: lastId } = readCursor(cursor, type);
      const after = direction === 'ASC' ? '>' : '<';
      all.push({ sql: `(row.${by}, row.${id}) ${after} (:lastKey, :lastId)`, parameters: { lastKey, lastId } });
    }
    const order = `ORDER BY row.${by} ${direction}, row.${id} ${direction} LIMIT :limit`;
    const found = await this.#select(reader, all, order, { limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    if (found.length <= limit || !last) return { items };
    return { items, nextCursor: writeCursor({ key: last[by], id: last[id] }) };
  }

  async #select(reader: Reader, conditions: readonly Condition[], order: string, more?: ObjectLiteral): Promise<T[]> {
    const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ');
    const parameters = Object.assign({}, ...conditions.map((condition) => condition.parameters), more);
    const text = `${this.#selectFrom} WHERE ${where} ${order}`;
    const rows = await this.#query<Record<string, unknown>>(reader, text, parameters);
    return rows.map((row) => recordOf(this.#read, row));
  }

  #query<R>(reader: Reader, text: string, parameters: ObjectLiteral): Promise<R[]> {
    const { sql, values } = this.#statements.bind(text, parameters, isPostgres(reader));
    return reader.query<R[]>(sql, values);
  }

  #insert(manager: EntityManager, records: readonly T[]) {
    const values = records.map((record) => this.#row(record) as object);
    return manager.createQueryBuilder().insert().into(this.#entity).values(values).updateEntity(false);
  }

  #columns(): Column<T>[] {
    return [...this.#keys, ...this.#others];
  }

  /** As the columns are called in the database. */
  #names(columns: readonly Column<T>[]): string[] {
    return columns.map((column) => this.#entity.options.columns[column]?.name ?? column);
  }

  #row(record: T): T {
    return Object.fromEntries(this.#columns().map((column) => [column, record[column] ?? null])) as T;
  }
}

const isCondition = (where: object): where is Condition => 'sql' in where;

function conditionOf(where: object): Required<Condition> {
  if (isCondition(where)) return { sql: where.sql, parameters: where.parameters ?? {} };
  const sql = Object.keys(where).map((column) => `row.${column} = :${column}`);
  return { sql: sql.join(' AND ') || 'true', parameters: where };
}
