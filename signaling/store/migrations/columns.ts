import type { QueryRunner, TableColumnOptions } from 'typeorm';

export type Columns = ReturnType<typeof columnsFor>;

/**
 * PostgreSQL sorts and compares text by the bytes, as SQLite does: both give the same order, and an upgrade of
 * the system's locales cannot spoil an index.
 */
export function columnsFor(runner: QueryRunner) {
  const collation = runner.dataSource.options.type === 'postgres' ? 'C' : undefined;
  const text = (name: string, more: Partial<TableColumnOptions> = {}) => ({ name, type: 'text', collation, ...more });
  return {
    keys: (...names: string[]) => names.map((name) => text(name, { isPrimary: true })),
    text: (...names: string[]) => names.map((name) => text(name)),
    maybeText: (...names: string[]) => names.map((name) => text(name, { isNullable: true })),
    time: (...names: string[]) => names.map((name) => ({ name, type: 'bigint' })),
    maybeTime: (...names: string[]) => names.map((name) => ({ name, type: 'bigint', isNullable: true })),
    number: (...names: string[]) => names.map((name) => ({ name, type: 'bigint' })),
    maybeNumber: (...names: string[]) => names.map((name) => ({ name, type: 'bigint', isNullable: true })),
    flag: (...names: string[]) => names.map((name) => ({ name, type: 'boolean' })),
  };
}

export const unique = (name: string, ...columnNames: string[]) => ({ name, columnNames, isUnique: true });
export const index = (name: string, ...columnNames: string[]) => ({ name, columnNames });

/** Rows that go when the row they belong to goes. */
export const belongsTo = (table: string, name: string, column: string, key = 'id') => ({
  name,
  columnNames: ['site', column],
  referencedTableName: table,
  referencedColumnNames: ['site', key],
  onDelete: 'CASCADE',
});
