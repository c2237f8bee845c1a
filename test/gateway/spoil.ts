import { onWire } from './rawRequest.ts';

const junk: readonly unknown[] = [
  ...[null, true, -1, 1.5, onWire.infinity, 2 ** 53],
  ...['', 'x', '\0\r\n\ud800', 'x'.repeat(10_000), '__proto__', 'constructor'],
  ...[[], {}, [null], Array(2_000).fill(0), onWire.deep, JSON.parse('['.repeat(40) + ']'.repeat(40))],
  { ['__proto__']: { admin: true } },
  JSON.parse('{"constructor":{"prototype":null},"toString":1,"valueOf":1,"toJSON":1,"then":1,"length":-1}'),
  { _placeholder: true, num: 0 },
];

type Container = Record<string, unknown> | unknown[];

/** The fields of a value; of array items only the first. */
function fieldsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? ['0'].slice(0, value.length) : Object.keys(value);
  return keys.flatMap((key) => [
    [key],
    ...fieldsOf((value as Record<string, unknown>)[key]).map((path) => [key, ...path]),
  ]);
}

function changed(good: unknown, path: readonly string[], change: (container: Container, key: string) => void): unknown {
  const copy = structuredClone(good);
  let container = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) container = container[key] as Record<string, unknown>;
  change(container, path.at(-1) as string);
  return copy;
}

/** A good input spoiled in every single field, and what has nothing to do with it. */
export function spoiled(good: unknown): unknown[] {
  return [
    ...junk,
    ...fieldsOf(good).flatMap((path) => [
      changed(good, path, (container, key) => Reflect.deleteProperty(container, key)),
      ...junk.map((value) => changed(good, path, (container, key) => Reflect.set(container, key, value))),
      changed(good, path, (container) =>
        Object.defineProperty(container, '__proto__', { value: {}, enumerable: true }),
      ),
      changed(good, path, (container) =>
        Object.assign(container, { constructor: {}, toString: 1, ['x'.repeat(5_000)]: 1 }),
      ),
    ]),
  ];
}
