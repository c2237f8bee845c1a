/** What was told is not what may be told: everything after it is in doubt. */
export class ShapeError extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError('no object');
  return value as Fields;
}

/** Nothing is an empty list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ShapeError('no list');
  return value;
}

export function idOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 0x7fffffff) {
    throw new ShapeError('no id');
  }
  return value;
}

export function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ShapeError('no number');
  return value;
}

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new ShapeError('no text');
  return value;
}
