import type { Store } from './Store.ts';

/** Names of what only reads; everything else counts as a write. */
const READS = /^(get|find|list|search|history|idle|openChats|visitorsOf|nextDue|ping|close)/;

/** The same store, which tells of every write when it begins and when it has ended. */
export function watchWrites(store: Store, onWrite: () => void): Store {
  const watched = new Map<unknown, unknown>();
  return new Proxy(store, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name, target);
      if (typeof part === 'function') return part.bind(target);
      if (typeof part !== 'object' || part === null) return part;
      if (!watched.has(part)) watched.set(part, watchPart(part, onWrite));
      return watched.get(part);
    },
  });
}

function watchPart(part: object, onWrite: () => void): object {
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(part, {
    get: (target, name) => {
      if (!methods.has(name)) methods.set(name, watchMethod(target, name, onWrite));
      return methods.get(name);
    },
  });
}

function watchMethod(target: object, name: string | symbol, onWrite: () => void): unknown {
  const method: unknown = Reflect.get(target, name, target);
  if (typeof method !== 'function') return method;
  if (typeof name === 'symbol' || READS.test(name)) return method.bind(target);
  return async (...given: unknown[]) => {
    onWrite();
    try {
      return await method.apply(target, given);
    } finally {
      onWrite();
    }
  };
}
