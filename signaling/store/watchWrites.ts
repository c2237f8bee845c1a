import type { SiteId } from '#protocol/ids.ts';
import type { Store } from './Store.ts';

/** A part of the store, such as `agents`. */
export type StorePart = { [P in keyof Store]: Store[P] extends object ? P : never }[Exclude<
  keyof Store,
  'ping' | 'close'
>];

/** A write to this part, and to this site or, undefined, to any. */
export type OnWrite = (part: StorePart, site: SiteId | undefined) => void;

/** Names of what only reads; everything else counts as a write. */
const READS = /^(get|find|list|search|history|idle|openChats|visitorsOf|nextDue|ping|close)/;

/** The same store, which tells of every write when it begins and when it has ended. */
export function watchWrites(store: Store, onWrite: OnWrite): Store {
  const watched = new Map<unknown, unknown>();
  return new Proxy(store, {
    get: (target, name) => {
      const part: unknown = Reflect.get(target, name, target);
      if (typeof part === 'function') return part.bind(target);
      if (typeof part !== 'object' || part === null) return part;
      if (!watched.has(part)) watched.set(part, watchPart(part, name as StorePart, onWrite));
      return watched.get(part);
    },
  });
}

function watchPart(part: object, partName: StorePart, onWrite: OnWrite): object {
  const methods = new Map<string | symbol, unknown>();
  const tell = (sites: ReadonlySet<SiteId | undefined>) => {
    for (const site of sites) onWrite(partName, site);
  };
  return new Proxy(part, {
    get: (target, name) => {
      if (!methods.has(name)) methods.set(name, watchMethod(target, name, tell));
      return methods.get(name);
    },
  });
}

function watchMethod(
  target: object,
  name: string | symbol,
  tell: (sites: ReadonlySet<SiteId | undefined>) => void,
): unknown {
  const method: unknown = Reflect.get(target, name, target);
  if (typeof method !== 'function') return method;
  if (typeof name === 'symbol' || READS.test(name)) return method.bind(target);
  return async (...given: unknown[]) => {
    const sites = sitesOf(given[0]);
    tell(sites);
    try {
      return await method.apply(target, given);
    } finally {
      tell(sites);
    }
  };
}

/** Every write begins with the name of its site, or with one record or several that name theirs; else it is of all. */
function sitesOf(first: unknown): ReadonlySet<SiteId | undefined> {
  if (typeof first === 'string') return new Set([first as SiteId]);
  const records: unknown[] = [first].flat();
  return new Set(records.map((record) => (record as { site?: SiteId } | null | undefined)?.site));
}
