import { CvError } from '#protocol/errors.ts';

/** Where a page ended: the last row's sort key and its id, which tells rows of equal keys apart. */
export interface Position {
  key: string | number;
  id: string;
}

export function writeCursor({ key, id }: Position): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/** Rejects with INVALID_INPUT what `writeCursor` cannot have written for a key of this type. */
export function readCursor(cursor: string, keyType: 'string' | 'number'): Position {
  const [key, id] = parse(cursor);
  const valid = keyType === 'number' ? Number.isSafeInteger(key) : typeof key === 'string';
  if (!valid || typeof id !== 'string') throw malformed();
  const position = { key: key as string | number, id };
  if (writeCursor(position) !== cursor) throw malformed();
  return position;
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Not JSON: as malformed as any other.
  }
  throw malformed();
}

const malformed = () => new CvError('INVALID_INPUT', 'The cursor is not one of this list.');
