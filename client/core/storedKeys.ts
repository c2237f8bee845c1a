export type StorageKind = 'local' | 'session';

export const storageOf = (kind: StorageKind): Storage => (kind === 'local' ? localStorage : sessionStorage);

/** The storage's keys that begin so; none where it is forbidden. */
export function storedKeys(kind: StorageKind, beginning: string): string[] {
  const keys: string[] = [];
  try {
    const storage = storageOf(kind);
    // Pages with Prototype have an `Array.from` of their own.
    for (let index = 0; index < storage.length; index++) keys.push(storage.key(index) ?? '');
  } catch {
    return [];
  }
  return keys.filter((key) => key.startsWith(beginning));
}
