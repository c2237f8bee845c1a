import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

const cdn = join(root, 'dist/cdn');
const KIB = 1024;

const gzip = (path: string) => gzipSync(readFileSync(join(cdn, path)), { level: 9 }).length;

/** A module with everything it imports statically, as a browser has to load it. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = readFileSync(join(cdn, path), 'utf8');
  for (const [, next] of text.matchAll(/(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g)) closure(`app/${next}`, seen);
  return seen;
}

const weight = (...paths: string[]) => {
  const all = new Set(paths.flatMap((path) => [...closure(path)]));
  return [...all].reduce((sum, path) => sum + gzip(path), 0);
};

const chunk = (name: string) => {
  const [path] = globSync(`app/${name}-*.js`, { cwd: cdn });
  if (!path) throw new Error(`dist has no ${name}; run npm start once`);
  return path;
};

const core = (JSON.parse(readFileSync(join(cdn, 'manifest.json'), 'utf8')) as { core: string }).core;

test('[SIZE-1] the first script is at most 3 KiB', () => {
  expect(gzip('loader.js')).toBeLessThanOrEqual(3 * KIB);
});

test('[SIZE-2] a visitor’s page that only waits loads at most 20 KiB', () => {
  expect(gzip('loader.js') + weight(core)).toBeLessThanOrEqual(20 * KIB);
});

test('[SIZE-3] a call adds at most 60 KiB, of which mediasoup-client is 40', () => {
  const waiting = new Set(closure(core));
  const added = [...closure(chunk('VisitorUi')), ...mediaChunks()].filter((path) => !waiting.has(path));
  expect([...new Set(added)].reduce((sum, path) => sum + gzip(path), 0)).toBeLessThanOrEqual(60 * KIB);
});

/** What `import('mediasoup-client')` brings, whatever the bundler named it. */
function mediaChunks(): string[] {
  return globSync('app/*.js', { cwd: cdn }).filter((path) =>
    readFileSync(join(cdn, path), 'utf8').includes('rtpCapabilities'),
  );
}
