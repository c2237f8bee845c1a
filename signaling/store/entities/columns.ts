import type { EntitySchemaColumnOptions } from 'typeorm';

/** The few kinds of columns that both databases store alike. */
export const key: EntitySchemaColumnOptions = { type: 'text', primary: true };
export const text: EntitySchemaColumnOptions = { type: 'text' };
export const maybeText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
export const flag: EntitySchemaColumnOptions = { type: 'boolean' };
export const json: EntitySchemaColumnOptions = { type: 'simple-json' };

export const maybeJson: EntitySchemaColumnOptions = { ...json, nullable: true };

/** A whole number. PostgreSQL's driver hands a bigint over as text. */
export const number: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: {
    to: (value: unknown) => value,
    from: (value: number | string | null) => (value === null ? null : Number(value)),
  },
};
export const maybeNumber: EntitySchemaColumnOptions = { ...number, nullable: true };
export const numberKey: EntitySchemaColumnOptions = { ...number, primary: true };

/** Milliseconds since the epoch. */
export const time: EntitySchemaColumnOptions = { ...number };
export const maybeTime: EntitySchemaColumnOptions = { ...maybeNumber };
