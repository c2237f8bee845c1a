import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { SiteChange } from '#protocol/site.ts';
import { Languages } from '#signaling/http/Languages.ts';
import { raw, startHere } from './harness.ts';

async function load(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'coview-languages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  let warned = '';
  const log = pino({}, { write: (line: string) => (warned += line) });
  return { languages: await Languages.load(folder, log), warned: () => warned, folder };
}

it('[HTTP-26] a language is a file of texts: told to the widget and served to pages of any origin', async () => {
  const { languages } = await load({ 'fr.json': '{"title": "Bonjour"}', 'pt-BR.json': '{}' });
  const { url, port } = await startHere({ languages });
  expect(await (await fetch(`${url}/cdn/js/demo.js`)).text()).toContain('"languages":["fr","pt-BR"]');
  const response = await fetch(`${url}/cdn/texts/fr.json`);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  });
  expect(await response.json()).toEqual({ title: 'Bonjour' });
  const again = await raw(port, '/cdn/texts/fr.json', { 'If-None-Match': response.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  for (const unknown of ['de', 'FR', '../fr', '%2e%2e%2ffr', '__proto__', 'constructor', 'fr%00', '']) {
    expect((await raw(port, `/cdn/texts/${unknown}.json`)).status, unknown).toBeGreaterThanOrEqual(400);
  }
  expect((await fetch(`${url}/cdn/texts/fr.json`, { method: 'POST' })).status).toBe(405);
});

it.each(['de', 'gsw', 'pt-BR', 'zh-Hant', 'sr-Latn', 'sr-Latn-RS', 'es-419'])(
  '[SITE-31] %s is a language: as setting, for wordings and as a file',
  async (language) => {
    const settings = { language, widget: { texts: { [language]: { title: 'Hi' } } } };
    expect(SiteChange.parse(settings)).toEqual(settings);
    const { languages, warned } = await load({ [`${language}.json`]: '{"title": "Hi"}' });
    expect([languages.names, warned()]).toEqual([[language], '']);
    const { url } = await startHere({ languages });
    expect(await (await fetch(`${url}/cdn/texts/${language}.json`)).json()).toEqual({ title: 'Hi' });
  },
);

it('[SITE-31] a language is offered before those of its regions', async () => {
  const { languages } = await load({ 'pt-BR.json': '{}', 'pt.json': '{}', 'fr-CA.json': '{}' });
  expect(languages.names).toEqual(['fr-CA', 'pt', 'pt-BR']);
});

it.each(['', 'DE', 'zh-hant', 'zh-TW-Hant', 'es-41', 'de-', 'english', '../de'])('[SITE-31] %s is none', (language) => {
  expect(SiteChange.safeParse({ language }).success).toBe(false);
});

it('[HTTP-26] a file that does not fit is left out, and the log says which and why', async () => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [index, ''])));
  const { languages, warned, folder } = await load({
    'fr.json': '{"title": "Bonjour"}',
    'es.json': '{"title": 7}',
    'it.json': '["ciao"]',
    'nl.json': '{',
    'english.json': '{}',
    'pl.json': JSON.stringify({ title: 'x'.repeat(1001) }),
    'sv.json': many,
    'fi.json': `{"a": "${' '.repeat(128 * 1024)}"}`,
    'readme.txt': 'texts',
  });
  expect(languages.names).toEqual(['fr']);
  for (const name of ['es', 'it', 'nl', 'english', 'pl', 'sv', 'fi']) expect(warned()).toContain(`${name}.json`);
  expect(warned()).not.toContain('readme');
  await mkdir(join(folder, 'none'));
  expect((await Languages.load(join(folder, 'nowhere'), pino({ level: 'silent' }))).names).toEqual([]);
});
