import type { EntitySchemaColumnOptions } from 'typeorm';

/** The few kinds of columns that both databases store alike. */
export const key: EntitySchemaColumnOptions = { type: 'text', primary: true };
export const text: EntitySchemaColumnOptions = { type: 'text' };
export const maybeText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
export const flag: EntitySchemaColumnOptions = { type: 'boolean' };
export const json: EntitySchemaColumnOptions = { type: 'simple-json' };

/** Milliseconds since the epoch. PostgreSQL's driver hands a bigint over as text. */
export const time: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: {
    to: (value: unknown) => value,
    from: (value: number | string | null) => (value === null ? null : Number(value)),
  },
};
export const maybeTime: EntitySchemaColumnOptions = { ...time, nullable: true };
