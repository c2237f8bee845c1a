import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import { readSources, root } from './sources.ts';

interface Tree {
  type: string;
  [key: string]: unknown;
}

/** Every node with those around it, the nearest last. */
function* nodes(node: Tree, around: readonly Tree[] = []): Generator<readonly Tree[]> {
  const path = [...around, node];
  yield path;
  for (const value of Object.values(node).flat()) {
    if (typeof (value as Tree | null)?.type === 'string') yield* nodes(value as Tree, path);
  }
}

const nameOf = (node: unknown): unknown => (node as { name?: unknown } | undefined)?.name;

/** Whether the nearest function around is the one whose text tells `load` what to fetch. */
function isFetchedFirst(path: readonly Tree[]): boolean {
  const at = path.findLastIndex(({ type }) => /Function/.test(type));
  const outer = path.slice(0, at).findLast(({ type }) => type !== 'ConditionalExpression');
  if (outer?.type === 'Property') return nameOf(outer['key']) === 'loadControl';
  const callee = outer && nameOf(outer['callee']);
  return callee === 'load' || callee === 'Late';
}

/** Within what Late is made with, but not its own import: what is imported later would come with it. */
const namesMore = (path: readonly Tree[]): boolean =>
  path
    .flatMap((node, at) => (/Function/.test(node.type) ? [path[at - 1]] : []))
    .slice(0, -1)
    .some((outer) => outer?.type === 'NewExpression');

test('[HOUSE-7] what the widget imports late is fetched first, and only what its own loader names', () => {
  const late = readSources()
    .map(({ path }) => path)
    .filter((path) => path.startsWith('client/'))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return [...nodes(parseSync(path, text).program as unknown as Tree)]
        .filter((found) => found.at(-1)?.type === 'ImportExpression')
        .map((found) => ({
          found,
          asked: `${path}: ${(found.at(-1)?.['source'] as { value?: string } | undefined)?.value}`,
        }))
        .filter(({ asked }) => !asked.endsWith(': undefined'));
    });
  expect(late.length).toBeGreaterThan(20);
  expect(late.filter(({ found }) => !isFetchedFirst(found)).map(({ asked }) => asked)).toEqual([]);
});

test('[HOUSE-7] nor does the bundle put the loading of more into the text of a loader', () => {
  const { files } = JSON.parse(readFileSync(join(root, 'dist/cdn/manifest.json'), 'utf8')) as { files: string[] };
  const late = files.flatMap((file) => {
    const code = readFileSync(join(root, 'dist/cdn/app', file), 'utf8');
    const imports = [...nodes(parseSync(file, code).program as unknown as Tree)];
    return imports.filter((found) => found.at(-1)?.type === 'ImportExpression').map((found) => ({ file, found }));
  });
  expect(late.length).toBeGreaterThan(20);
  expect(late.filter(({ found }) => namesMore(found)).map(({ file }) => file)).toEqual([]);
});
