import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import { isPostgres } from './Batch.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { PageRequest } from './PageRequest.ts';

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
 * Records in and out of one table. It writes with single statements rather than TypeORM's `save`, which would ask
 * for the row first, and turns absent properties into NULL and back.
 */
export class Table<T extends ObjectLiteral> {
  readonly #entity: EntitySchema<T>;
  readonly #keys: readonly Column<T>[];
  readonly #others: readonly Column<T>[];

  constructor(entity: EntitySchema<T>) {
    this.#entity = entity;
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

  async find(manager: EntityManager, where: Where<T>): Promise<T | undefined> {
    const row = await manager.findOneBy(this.#entity, where as FindOptionsWhere<T>);
    return row ? this.#record(row) : undefined;
  }

  /** The row, which nobody else changes before this transaction ends. */
  async hold(manager: EntityManager, where: Where<T>): Promise<T | undefined> {
    const [first = 'id' as Column<T>] = this.#keys;
    return (await this.findAll(manager, where, { orderBy: first, lock: 'wait' }))[0];
  }

  async findAll(
    manager: EntityManager,
    where: Where<T> | Condition,
    { orderBy, direction = 'ASC', limit, lock }: Reading<T>,
  ): Promise<T[]> {
    const query = this.#select(manager, where);
    for (const column of [orderBy].flat()) query.addOrderBy(`row.${column}`, direction);
    if (limit !== undefined) query.limit(limit);
    if (lock && isPostgres(manager)) {
      query.setLock('pessimistic_write');
      if (lock === 'skip') query.setOnLocked('skip_locked');
    }
    return (await query.getMany()).map((row) => this.#record(row));
  }

  count(manager: EntityManager, where: Where<T> | Condition): Promise<number> {
    return this.#select(manager, where).getCount();
  }

  async page(
    manager: EntityManager,
    where: Where<T> & { site: SiteId },
    { by, id, type, direction }: Order<T>,
    { limit, cursor }: PageRequest,
    conditions: readonly Condition[] = [],
  ): Promise<Page<T>> {
    const query = this.#select(manager, where)
      .orderBy(`row.${by}`, direction)
      .addOrderBy(`row.${id}`, direction)
      .limit(limit + 1);
    for (const { sql, parameters } of conditions) query.andWhere(sql, parameters);
    if (cursor !== undefined) {
      const after = direction === 'ASC' ? '>' : '<';
      query.andWhere(`(row.${by}, row.${id}) ${after} (:key, :id)`, { ...readCursor(cursor, type) });
    }
    const rows = await query.getMany();
    const items = rows.slice(0, limit).map((row) => this.#record(row));
    const last = items.at(-1);
    if (rows.length <= limit || !last) return { items };
    return { items, nextCursor: writeCursor({ key: last[by], id: last[id] }) };
  }

  #select(manager: EntityManager, where: Where<T> | Condition) {
    const query = manager.createQueryBuilder(this.#entity, 'row');
    return isCondition(where) ? query.where(where.sql, where.parameters) : query.where(where as object);
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

  #record(row: T): T {
    const known = this.#columns().filter((column) => row[column] !== null && row[column] !== undefined);
    return Object.fromEntries(known.map((column) => [column, row[column]])) as T;
  }
}

const isCondition = (where: object): where is Condition => 'sql' in where;
