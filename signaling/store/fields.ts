import type { EntitySchema, EntitySchemaColumnOptions, ObjectLiteral } from 'typeorm';
import type { Reader } from './Database.ts';

/** How a column is called and typed in the database, and its way between record and row. */
export interface Field {
  property: string;
  name: string;
  type: 'text' | 'bigint' | 'boolean';
  primary: boolean;
  selected: boolean;
  /** Absent where record and row hold the same. */
  write?: (value: unknown) => unknown;
  read?: (value: unknown) => unknown;
}

export const fieldsOf = <T extends ObjectLiteral>(entity: EntitySchema<T>): Field[] =>
  Object.entries(entity.options.columns).map(([property, column]) =>
    fieldOf(property, column as EntitySchemaColumnOptions),
  );

/** What a SELECT of a table called `row` names. */
export const selected = (fields: readonly Field[]): string =>
  fields.flatMap(({ selected, name }) => (selected ? [`row."${name}"`] : [])).join(', ');

/** NULL becomes an absent property. */
export function recordOf<T>(fields: readonly Field[], row: Readonly<Record<string, unknown>>): T {
  const record: Record<string, unknown> = {};
  for (const { property, name, read } of fields) {
    const value = row[name];
    if (value !== null && value !== undefined) record[property] = read ? read(value) : value;
  }
  return record as T;
}

export const isPostgres = ({ dataSource }: Reader): boolean => dataSource.options.type === 'postgres';

function fieldOf(
  property: string,
  { name = property, type, primary = false, select = true }: EntitySchemaColumnOptions,
): Field {
  const field = { property, name, primary, selected: select };
  // PostgreSQL's driver hands a bigint over as text, SQLite keeps a boolean as a number.
  if (type === 'bigint') return { ...field, type, read: Number };
  if (type === 'boolean') return { ...field, type, read: Boolean };
  if (type !== 'simple-json') return { ...field, type: 'text' };
  return { ...field, type: 'text', write: JSON.stringify, read: (value) => JSON.parse(value as string) };
}
