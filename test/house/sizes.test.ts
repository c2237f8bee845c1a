import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

const cdn = join(root, 'dist/cdn');
const KIB = 1024;

const text = (path: string) => readFileSync(join(cdn, path), 'utf8');
const gzip = (path: string) => gzipSync(text(path), { level: 9 }).length;

/** A module with everything it imports statically, as a browser has to load it. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, next] of text(path).matchAll(/(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g))
    closure(`app/${next}`, seen);
  return seen;
}

const closureOf = (...paths: string[]) => [...new Set(paths.flatMap((path) => [...closure(path)]))];
const sum = (paths: readonly string[]) => paths.reduce((bytes, path) => bytes + gzip(path), 0);
const weight = (...paths: string[]) => sum(closureOf(...paths));

const { core, files } = JSON.parse(readFileSync(join(cdn, 'manifest.json'), 'utf8')) as {
  core: string;
  files: string[];
};

/** Of this build: the one before it is kept for pages that are open. */
const chunks = (name: string) =>
  files.filter((file) => file.startsWith(`${name}-`) && file.endsWith('.js')).map((file) => `app/${file}`);

const chunk = (name: string) => {
  const [path] = chunks(name);
  if (!path) throw new Error(`dist has no ${name}; run npm start once`);
  return path;
};

test('[SIZE-1] the first script is at most 3 KiB', () => {
  expect(gzip('loader.js')).toBeLessThanOrEqual(3 * KIB);
});

test('[SIZE-2] a visitor’s page that only waits, its launcher included, loads at most 20 KiB', () => {
  expect(gzip('loader.js') + weight(core, chunk('Launcher'))).toBeLessThanOrEqual(20 * KIB);
  expect([...closure(core)], 'the main module, for which every page waits, is one file').toEqual([core]);
});

test('[SIZE-3] a call adds at most 60 KiB, of which mediasoup-client is 40, and nothing of the chat', () => {
  const call = closureOf(core, chunk('VisitorCalling'), chunk('VisitorUi'), ...mediaChunks());
  expect(sum(call) - weight(core)).toBeLessThanOrEqual(60 * KIB);
  for (const path of [chunk('VisitorChat'), chunk('ChatUi')]) expect(call).not.toContain(path);
});

test('[SIZE-4] until a visitor can read and write, at most 40 KiB are loaded, and nothing of calls', () => {
  const languages = wordsWith('welcome:');
  const modules = ['Launcher', 'VisitorChat', 'ChatUi'].map((name) => chunk(name));
  const chat = closureOf(core, ...modules, ...languages.slice(0, 1));
  expect(gzip('loader.js') + sum(chat)).toBeLessThanOrEqual(40 * KIB);
  for (const path of [chunk('VisitorCalling'), chunk('VisitorUi'), ...mediaChunks()]) expect(chat).not.toContain(path);
});

test('[SIZE-5] a shared page and the question for it load at most 30 KiB beyond the chat, what few pages need comes later', () => {
  const chat = closureOf(core, ...['Launcher', 'VisitorChat', 'ChatUi'].map((name) => chunk(name)));
  const share = closureOf(...['openSharing', 'CobrowseUi'].map((name) => chunk(name)));
  const largest = wordsWith('hidesAll:').slice(0, 1);
  const more = [...share, ...largest].filter((path) => !chat.includes(path));
  expect(largest).toHaveLength(1);
  expect(sum(more)).toBeLessThanOrEqual(30 * KIB);
  const late = [
    'Remote',
    'HiddenOverlay',
    'CanvasSampler',
    'FarFrames',
    'RareAssets',
    'moreParts',
    'VisitorControl',
    'AgentsOnPage',
    'rareWatchers',
    'RuleWatch',
    'Animations',
  ];
  for (const name of late) expect(share).not.toContain(chunk(name));
});

test('[SIZE-6] the npm package is at most 2 KiB of code, and what it loads first at most 3 KiB', () => {
  expect(gzip('../npm/index.js')).toBeLessThanOrEqual(2 * KIB);
  expect(gzip('loader.mjs')).toBeLessThanOrEqual(3 * KIB);
});

/** The texts of one part in each built-in language, the largest first. */
function wordsWith(key: string): string[] {
  return [...chunks('en'), ...chunks('de')]
    .filter((path) => text(path).includes(key))
    .sort((one, other) => gzip(other) - gzip(one));
}

/** What `import('mediasoup-client')` brings, whatever the bundler named it. */
function mediaChunks(): string[] {
  return files
    .filter((file) => file.endsWith('.js'))
    .map((file) => `app/${file}`)
    .filter((path) => text(path).includes('rtpCapabilities'));
}
