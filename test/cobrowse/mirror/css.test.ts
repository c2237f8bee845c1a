import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanCss } from '../../../client/cobrowse/mirror/viewer/cleanCss.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { MirrorStage } from './MirrorStage.ts';
import { add, BODY, custom, el, page } from './recorded.ts';

const sheets: Record<number, string> = { 5: '@charset "utf-8";p{background:url(asset:1)}', 6: '@import "asset:6";a{}' };
const visitors = new Set(['prefers-color-scheme:dark', 'hover:hover', 'pointer:coarse']);
const known = { url: (n: number) => `blob:null/${n}`, style: (n: number) => sheets[n] };
const clean = (css: string) => cleanCss(css, known);

describe('[MIRROR-12] styles', () => {
  it.each([
    // Addresses.
    ['a{background:url(asset:3)}', 'a{background:url("blob:null/3")}'],
    ['a{background:URL( "asset:3" ) no-repeat}', 'a{background:url("blob:null/3" ) no-repeat}'],
    ['a{fill:url(#g)}', 'a{fill:url("#g")}'],
    ['a{background:url(data:image/png;base64,AA==)}', 'a{background:url("data:image/png;base64,AA==")}'],
    ['a{background:url(data:text/html,x)}', 'a{background:url("data:,")}'],
    ['a{background:url(//elsewhere.example)}', 'a{background:url("data:,")}'],
    ['a{background:\\75 r\\4c("https://elsewhere.example")}', 'a{background:url("data:,")}'],
    ['@namespace svg url("http://www.w3.org/2000/svg" );a{}', '@namespace svg "http://www.w3.org/2000/svg";a{}'],
    ['@namespace url(http://www.w3.org/1999/xhtml);a{}', '@namespace "http://www.w3.org/1999/xhtml";a{}'],
    ['@namespace a url(x) url(https://x);', '@namespace a "x" url("data:,");'],
    ['b{c:image-set(@namespace url(https://x) 1x)}', 'b{c:image-set(@namespace url("data:,") 1x)}'],
    ['a{content:"url(https://elsewhere.example)"}', 'a{content:"url(https://elsewhere.example)"}'],
    [
      'a{b:image-set("https://x" 1x, "asset:2" type("image/png") 2x)}',
      'a{b:image-set("data:," 1x, "blob:null/2" type("image/png") 2x)}',
    ],
    ['a{b:image-set(var(--x) 1x)} c{d:var(--x)}', 'a{b:image-set(cv-none(--x) 1x)} c{d:var(--x)}'],
    ['@media not (display-mode:fullscreen){a{}}', '@media not (display-mode:fullscreen){a{}}'],
    // Sheets within sheets.
    ['@import "https://x";b{}', '@cv-import  "https://x";b{}'],
    ['@import url("asset:5") screen;b{}', '@media screen{p{background:url("blob:null/1")}\n}b{}'],
    [
      '@import "asset:5" layer(x) supports(display: grid);',
      '@layer x{@supports (display: grid){p{background:url("blob:null/1")}\n}\n}',
    ],
    ['@import "asset:6";', /^(@cv-import "asset:6";)?(@cv-import {2})?.*a\{\}/],
    ['@import "asset:9";b{}', 'b{}'],
    // States.
    ['a:hover,b:not(:focus):active{}', 'a[cv-hover],b:not([cv-focus])[cv-active]{}'],
    ['form:focus-within{}', 'form[cv-within]{}'],
    ['.hover\\:red:hover{}', '.hover\\:red[cv-hover]{}'],
    [
      '@media (hover:hover){a::-webkit-scrollbar-thumb:hover,b::after{}}',
      '@media (hover:hover){a::-webkit-scrollbar-thumb:hover,b::after{}}',
    ],
    ['a[href$=".pdf"]::after{content:attr(href)}', 'a[cv-href$=".pdf"]::after{content:attr(cv-href)}'],
    ['p:target,p:target-text{}', 'p[cv-target],p:target-text{}'],
    // Nothing stays open.
    ['a{content:"x', 'a{content:"x"'],
    ['a{content:"x\\', 'a{content:"x"'],
    ['a{}/* x', 'a{}/**/'],
    ['a{background:url(x', 'a{background:url("data:,")'],
    ['a{}\\', 'a{}'],
  ])('%s', (css, wanted) => {
    if (wanted instanceof RegExp) expect(clean(css)).toMatch(wanted);
    else expect(clean(css)).toBe(wanted);
  });

  it.each([
    ['@media (prefers-color-scheme: dark){}', '@media (min-width:0){}'],
    ['@media not (PREFERS-color-scheme:light){}', '@media not (max-width:-1px){}'],
    ['@media (prefers-reduced-motion){}', '@media (max-width:-1px){}'],
    ['@media ( prefers-reduced-motion : no-preference ){}', '@media (min-width:0){}'],
    ['@media (hover) and (pointer:fine){}', '@media (min-width:0) and (max-width:-1px){}'],
    ['@media (prefers-unheard-of: x){}', '@media (prefers-unheard-of: x){}'],
    ['a{color-scheme:light dark}', 'a{color-scheme: dark}'],
    ['a{color-scheme:only light}', 'a{color-scheme:only light}'],
    ['a{color-scheme:url(https://elsewhere.example)}', 'a{color-scheme:url("data:,")}'],
    ['a:is(hover){b:image-set((hover) "https://x" 1x)}', 'a:is(hover){b:image-set((hover) "data:," 1x)}'],
  ])('[MIRROR-37] %s asks the visitor', (css, expected) => {
    expect(cleanCss(css, { ...known, features: visitors })).toBe(expected);
    // Before anything is known of the visitor, nothing is said.
    expect(clean(css)).not.toContain('min-width');
  });

  it('are cleaned in a time that grows with their length alone', { timeout: 240_000 }, () => {
    const shapes = [
      'url(',
      'image-set(',
      '"\\',
      '/*',
      '[ ',
      'attr( ',
      '::x(',
      ':hover',
      '\\',
      '-',
      '\\75 ',
      "'\n",
      '@import ',
      'a\\b',
      '((',
      '<!--',
      '@import "asset:6";',
    ];
    for (const shape of shapes) {
      // What took the square of it would take hours.
      expect(clean(shape.repeat(1_000_000)).length).toBeGreaterThan(0);
    }
  });
});

/** Pieces that change what the ones after them mean. */
const pieces = [
  '@namespace ',
  'url(',
  'URL(',
  ')',
  '(',
  '"',
  "'",
  '\\',
  '\\\n',
  '\n',
  '\f',
  '/*',
  '*/',
  '{',
  '}',
  '[',
  ']',
  ';',
  ':',
  ',',
  ' ',
  '<!--',
  '-->',
  'HERE',
  '"HERE"',
  "'HERE'",
  'url(HERE)',
  'url("HERE")',
  '\\75 rl(HERE)',
  'u\\72l("HERE")',
  'image-set(',
  '-webkit-image-set("HERE" 1x)',
  'image-set("HERE" 1x)',
  '@import "HERE";',
  '@\\69mport "HERE";',
  '@import url(HERE) screen;',
  'p{',
  'p{background:',
  'color-scheme:',
  'light dark',
  '(hover',
  'background:',
  'background-image:',
  'content:',
  '--x:',
  'var(--x)',
  'src(',
  'cross-fade(',
  'type("image/png")',
  'asset:1',
  'é',
  '×',
  '\u0000',
  '\ufeff',
  '#',
  '1',
  '-',
  '--',
  '@media screen{',
  '@font-face{font-family:f;src:',
  'font-family:f;',
  ':hover',
  'calc(',
  'attr(href)',
  '@layer a{',
  'p',
  '*',
  '1x',
  '@supports (display:grid){',
  '@charset "utf-8";',
  '\\',
  'rl(HERE)',
  'ur',
  'l(HERE)',
  '\r',
];

/** Always the same: what failed once fails again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('[MIRROR-13] styles at random', { timeout: 180_000 }, () => {
  let browser: Browser;
  let stage: MirrorStage;
  beforeAll(async () => {
    [browser, stage] = await Promise.all([launchChromium(), MirrorStage.open({ bare: true })]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });
  const soups = (seed: number, count: number) => {
    const next = random(seed);
    return Array.from({ length: count }, (_, at) => {
      const soup = Array.from({ length: 3 + next() * 14 }, () => pieces[Math.floor(next() * pieces.length)]).join('');
      return soup.replaceAll('HERE', `${stage.url}/soup-${seed}-${at}`);
    });
  };

  it('load something in an ordinary page', async () => {
    const context = await browser.newContext();
    const ordinary = await context.newPage();
    await ordinary.goto(`${stage.url}/agent.js`);
    stage.hits.length = 0;
    await ordinary.evaluate(`for (const css of ${JSON.stringify(soups(1, 1500))}) {
      const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
      root.innerHTML = '<p>x</p>';
      root.appendChild(document.createElement('style')).textContent = css;
    }`);
    await expect.poll(() => new Set(stage.hits).size).toBeGreaterThan(20);
    await context.close();
  });

  it('load nothing in the mirror, without any policy', async () => {
    const mirror = await stage.page(browser);
    stage.hits.length = 0;
    mirror.requests.length = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const hosts = soups(seed, 750).map((css) =>
        el(
          'div',
          {},
          [el('p', {}, ['x'], { isShadow: true }), el('style', { _cssText: css }, [], { isShadow: true })],
          { isShadowHost: true },
        ),
      );
      await mirror.forget();
      await mirror.feed('full', page(hosts));
      const attributes = soups(seed + 100, 300).map((css) => el('p', { style: css }, ['x']));
      await mirror.feed('delta', [
        ...attributes.map((node) => add(BODY, node)),
        custom('cv.progress', { done: 1, total: 1 }),
      ]);
      await mirror.until('progress');
      await mirror.settled();
      expect([stage.hits, mirror.foreign]).toEqual([[], []]);
    }
    await mirror.close();
  });
});
