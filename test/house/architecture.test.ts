import { describe, expect, test } from 'vitest';
import { type Import, readSources, type Source } from './sources.ts';

const sources = readSources();
const under = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));

/** `path → what it may not import`, for every import that breaks the rule. */
const breaches = (from: (path: string) => boolean, forbidden: (target: Import, source: Source) => boolean) =>
  sources
    .filter(({ path }) => from(path))
    .flatMap((source) =>
      source.imports
        .filter((target) => forbidden(target, source))
        .map((target) => `${source.path} → ${target.file ?? target.package}`),
    );

describe('[HOUSE-1] imports only point down', () => {
  test('the contract imports zod and itself', () => {
    expect(
      breaches(
        (path) => under(path, 'protocol'),
        ({ file, package: name }) => (file ? !under(file, 'protocol') : name !== 'zod'),
      ),
    ).toEqual([]);
  });

  test('the media server, signaling and the client know each other only through the contract', () => {
    const siblings = ['sfu', 'signaling', 'client'] as const;
    const composition = ['signaling/CoView.ts', 'signaling/metrics.ts'];
    for (const room of siblings) {
      const others = siblings.filter((other) => other !== room);
      expect(
        breaches(
          (path) => under(path, room) && !composition.includes(path),
          ({ file }) => file !== undefined && under(file, ...others, 'test', 'bench'),
        ),
      ).toEqual([]);
    }
  });

  test('only the composition knows every part', () => {
    const composition = /^signaling\/[^/]+\.ts$/;
    expect(
      breaches(
        (path) => under(path, 'signaling') && !composition.test(path),
        ({ file }) => file !== undefined && composition.test(file),
      ),
    ).toEqual([]);
  });

  test('the browser takes types from the contract, and only what is free of zod at run time', () => {
    const light = ['addresses', 'capabilityOf', 'errors', 'frame', 'writeFrame', 'newId', 'limits', 'lowerCase'].map(
      (name) => `protocol/${name}.ts`,
    );
    expect(
      breaches(
        (path) => under(path, 'client'),
        ({ file, package: name, typeOnly }) =>
          !typeOnly && (name === 'zod' || (file !== undefined && under(file, 'protocol') && !light.includes(file))),
      ),
    ).toEqual([]);
  });

  test.each([
    ['socket.io', ['signaling/gateway']],
    ['socket.io-parser', ['signaling/gateway']],
    ['koa', ['signaling/http']],
    ['@koa/router', ['signaling/http']],
    ['@koa/bodyparser', ['signaling/http']],
    ['typeorm', ['signaling/store']],
    ['pg', ['signaling/store']],
    ['better-sqlite3', ['signaling/store']],
    ['mediasoup', ['sfu']],
    ['mediasoup-client', ['client/core']],
    ['socket.io-client', []],
    ['preact', ['client/ui', 'client/desk']],
  ])('%s is known in %j alone', (name, homes) => {
    expect(
      breaches(
        (path) => !under(path, ...homes, 'test', 'bench'),
        (target) => target.package === name,
      ),
    ).toEqual([]);
  });
});

test('[HOUSE-2] no import cycles, types included', () => {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

describe('[HOUSE-3] files stay small and are named by what they are', () => {
  test('none above 400 lines, the median at most 120', () => {
    expect(sources.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
    const sizes = sources.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(120);
  });

  test('no dumping places', () => {
    expect(sources.filter(({ path }) => /\/(utils?|types|helpers|common|misc)\.tsx?$/.test(path))).toEqual([]);
  });

  test('one exported class a file, and the file is named after it', () => {
    const misnamed = sources
      .filter(({ path }) => !under(path, 'test', 'bench'))
      .flatMap(({ path, text }) => {
        const classes = [...text.matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name]) => name);
        const file = path.split('/').at(-1)?.split('.')[0];
        const errors = classes.filter((name) => !name?.endsWith('Error'));
        return errors.length > 1 || (errors.length === 1 && errors[0] !== file)
          ? [`${path}: ${classes.join(', ')}`]
          : [];
      });
    expect(misnamed).toEqual([]);
  });
});
