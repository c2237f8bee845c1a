import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { onFetch } from '#test/browser/brought.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import { AssetStage, font, hashOf, picture } from './AssetStage.ts';

let browser: Browser;
let stage: AssetStage;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  stage = await AssetStage.open(browser);
  page = await stage.page();
});
afterEach(async () => {
  expect(stage.wrong).toEqual([]);
  await stage.close();
});

const told = (count: number) => expect.poll(() => stage.told(page).then(({ length }) => length)).toBe(count);
const one = hashOf(picture(1));
const two = hashOf(picture(2));

test('[ASSET-1] what only the visitor can load arrives under the hash of its bytes, fonts under their own type', async () => {
  const numbers = await stage.run(
    page,
    `return [book.of('/a.svg', 'image', location.href), book.of('font.woff2', 'font', location.href)];`,
  );
  expect(numbers).toEqual(['asset:0', 'asset:1']);
  await told(2);
  expect((await stage.told(page)).sort()).toEqual([
    [0, one, 'image/svg+xml'],
    [1, hashOf(font), 'font/woff2'],
  ]);
  expect(stage.stored.get(one)).toEqual({ type: 'image/svg+xml', bytes: picture(1) });
  expect(stage.stored.get(hashOf(font))?.bytes).toEqual(font);
});

test('[ASSET-2] the same bytes are sent once, and not at all if the server has them', async () => {
  await stage.run(
    page,
    `for (const url of ['/a.svg', '/same.svg', '/a.svg', '/a.svg?again', '/b.svg']) book.of(url, 'image', location.href);`,
    [two],
  );
  await told(4);
  expect(stage.uploads).toEqual([one]);
  const hashes = (await stage.told(page)).map(([, hash]) => hash);
  expect(hashes.filter((hash) => hash === one)).toHaveLength(3);
  expect(hashes).toContain(two);
});

test('[ASSET-3] what another site lets pages read is read in the page; what not, the server gets', async () => {
  await stage.run(
    page,
    `book.of('${stage.other}/open/c.svg', 'image', location.href);
     book.of('${stage.other}/closed/d.svg', 'image', location.href);`,
  );
  await told(2);
  expect(stage.fetched).toEqual([`${stage.other}/closed/d.svg`]);
  expect(stage.uploads).toEqual([hashOf(picture('/open/c.svg'.length))]);
  expect((await stage.told(page)).map(([, hash]) => hash)).toContain(hashOf(picture('/closed/d.svg'.length)));
});

test('[ASSET-4] a style sheet arrives with its imports in it and a number for every address', async () => {
  const number = await stage.run(page, `return book.styleOf('/style/main.css');`);
  expect(number).toBe('asset:0');
  await told(4);
  const hashes = new Map((await stage.told(page)).map(([n, hash]) => [n, hash]));
  const css = stage.stored.get(hashes.get(0) ?? '')?.bytes.toString() ?? '';
  expect(css).not.toMatch(/@import|\.svg|woff2/);
  expect(css).toContain('@media screen');
  expect(css).toContain('u { color: red }');
  const [, imported] = /i \{ background: url\("asset:(\d)"\) \}/.exec(css) ?? [];
  const [, fonts] = /src: url\("asset:(\d)"\)/.exec(css) ?? [];
  const [, own] = /b \{ background: url\("asset:(\d)"\) \}/.exec(css) ?? [];
  expect([imported, fonts, own].map((n) => hashes.get(Number(n)))).toEqual([two, hashOf(font), one]);
});

test('[ASSET-4] so does one that the page must not read', async () => {
  await stage.run(page, `book.styleOf('${stage.other}/closed/x.css');`);
  await told(2);
  const [, hash] = (await stage.told(page)).find(([n]) => n === 0) ?? [];
  expect(stage.stored.get(hash ?? '')?.bytes.toString()).toBe('b { background: url("asset:1") }');
});

test('[ASSET-5] what is no picture, font or style sheet, or too large, is told as not to be had; other addresses go nowhere', async () => {
  const answers = await stage.run(
    page,
    `return ['/page.html', '/huge.png', '/none.svg', 'javascript:1', 'file:///etc/passwd', 'chrome://a', '', 'http://', 'data:text/html,x']
      .map((url) => book.of(url, 'image', location.href));`,
  );
  expect(answers).toEqual(['asset:0', 'asset:1', 'asset:2', '', '', '', '', '', '']);
  await told(3);
  expect((await stage.told(page)).map(([, hash]) => hash)).toEqual([null, null, null]);
  expect(stage.uploads).toEqual([]);
});

test('[ASSET-6] a new stream keeps the numbers, is told all that is known, and tries again what failed', async () => {
  await stage.run(page, `book.of('/a.svg', 'image', location.href); book.of('/late.svg', 'image', location.href);`);
  await told(2);
  await page.route('**/late.svg', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: picture(2).toString() }),
  );
  const number = await page.evaluate(`told.length = 0; book.forget(); book.of('/a.svg', 'image', location.href)`);
  expect(number).toBe('asset:0');
  await told(2);
  expect((await stage.told(page)).sort()).toEqual([
    [0, one, 'image/svg+xml'],
    [1, two, 'image/svg+xml'],
  ]);
  expect(stage.uploads.filter((hash) => hash === one)).toHaveLength(1);
});

test('[ASSET-7] at most four are loaded at a time, and none is sent once the book is closed', async () => {
  await stage.run(page, `for (let n = 0; n < 9; n++) book.of('/slow/' + n + '.svg', 'image', location.href);`);
  await expect.poll(() => stage.held.length).toBe(4);
  for (const go of stage.held.splice(0)) go();
  await told(4);
  await expect.poll(() => stage.held.length).toBe(4);
  await page.evaluate('book.close()');
  for (const go of stage.held.splice(0)) go();
  // Whatever was still under way would be there before the answer to this.
  await page.evaluate(`fetch('/a.svg').then((answer) => answer.text())`);
  await page.evaluate(
    `fetch('${stage.host}/cobrowse/shop/cb_1/assets/${one}', { headers: { authorization: 'Bearer visitor-token' } }).then((answer) => answer.text())`,
  );
  expect(stage.most).toBe(4);
  expect(stage.uploads).toHaveLength(4);
  expect(await stage.told(page)).toHaveLength(4);
  expect(await page.evaluate(`book.of('/b.svg', 'image', location.href)`)).toBe('');
});

test('[ASSET-10] while nobody watches none is sent; then what that stopped is begun anew', async () => {
  await stage.run(page, `for (let n = 0; n < 9; n++) book.of('/slow/' + n + '.svg', 'image', location.href);`);
  await expect.poll(() => stage.held.length).toBe(4);
  await page.evaluate('book.pause()');
  for (const go of stage.held.splice(0)) go();
  // Whatever was still under way would be there before the answer to this.
  await page.evaluate(
    `fetch('${stage.host}/cobrowse/shop/cb_1/assets/${one}', { headers: { authorization: 'Bearer visitor-token' } }).then((answer) => answer.text())`,
  );
  expect([stage.held, stage.uploads, await stage.told(page)]).toEqual([[], [], []]);
  await page.evaluate('book.resume(); book.forget()');
  const answering = async () => {
    for (const go of stage.held.splice(0)) go();
    return (await stage.told(page)).filter(([, hash]) => hash).length;
  };
  await expect.poll(answering).toBe(9);
  expect(stage.uploads).toHaveLength(9);
});

test('[ASSET-8] small data addresses go as they are; larger ones, and what a page made itself, as assets', async () => {
  const answers = await stage.run<string[]>(
    page,
    `const small = 'data:image/svg+xml,<svg/>';
     const large = 'data:image/svg+xml;base64,' + btoa('<svg>' + ' '.repeat(3000) + '</svg>');
     const own = URL.createObjectURL(new Blob(['<svg id="own"/>'], { type: 'image/svg+xml' }));
     const numbers = [small, large, own].map((url) => book.of(url, 'image', location.href));
     URL.revokeObjectURL(own);
     return numbers;`,
  );
  expect(answers).toEqual([expect.stringMatching(/^data:image\/svg\+xml,/), 'asset:0', 'asset:1']);
  await told(2);
  const hashes = (await stage.told(page)).map(([, hash]) => hash);
  expect(hashes.sort()).toEqual([hashOf(`<svg>${' '.repeat(3000)}</svg>`), hashOf('<svg id="own"/>')].sort());
});

test('[ASSET-1] also on a page without TLS, where browsers do not hash', async () => {
  page = await stage.page(`Object.defineProperty(crypto, 'subtle', { value: undefined })`);
  await stage.run(page, `book.of('/a.svg', 'image', location.href);`);
  await told(1);
  expect(await stage.told(page)).toEqual([[0, one, 'image/svg+xml']]);
});

test('[ASSET-11] what only few assets need is tried again if it did not load, and is not even tried once the book is closed', async () => {
  const asked: string[] = [];
  await onFetch(page, 'RareAssets', (route) => {
    asked.push(route.request().url());
    return asked.length <= 2 ? route.abort() : route.continue();
  });
  await stage.run(page, `book.of('font.woff2', 'font', location.href); book.of('/a.svg', 'image', location.href);`);
  await told(2);
  expect((await stage.told(page)).sort()).toEqual([
    [0, null, ''],
    [1, one, 'image/svg+xml'],
  ]);
  await page.evaluate('told.length = 0; book.forget()');
  await told(2);
  expect((await stage.told(page)).sort()[0]).toEqual([0, hashOf(font), 'font/woff2']);
  expect(asked).toHaveLength(3);
  const other = await stage.page();
  let tries = 0;
  await other.route('**/RareAssets-*', (route) => {
    tries++;
    return route.continue();
  });
  await stage.run(other, `book.of('/slow/1', 'font', location.href);`);
  await expect.poll(() => stage.held.length).toBe(1);
  await other.evaluate('book.close()');
  for (const answer of stage.held) answer();
  await other.evaluate(`fetch('/a.svg', { cache: 'no-store' }).then((answer) => answer.blob())`);
  expect(tries).toBe(0);
});
