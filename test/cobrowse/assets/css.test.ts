import { expect, test } from 'vitest';
import { importsInlined } from '#client/cobrowse/assets/importsInlined.ts';
import { rewriteCss } from '#client/cobrowse/assets/rewriteCss.ts';

const seen = (css: string) => rewriteCss(css, (url, kind) => `${kind}:${url}`);

test.each([
  ['a { background: url(a.png) }', 'a { background: url("image:a.png") }'],
  [`a { background: url( 'a b.png' ), URL("c.png") }`, 'a { background: url("image:a b.png"), url("image:c.png") }'],
  ['a { background: url(a\\)b.png) }', 'a { background: url("image:a)b.png") }'],
  ['a { background: url("\\61 .png") }', 'a { background: url("image:a.png") }'],
  [
    '@font-face { src: local("x"), url(a.woff2) format("woff2") } b { background: url(b.png) }',
    '@font-face { src: local("x"), url("font:a.woff2") format("woff2") } b { background: url("image:b.png") }',
  ],
  ['@import "a.css" screen; b { color: red }', '@import url("style:a.css") screen; b { color: red }'],
  [`@import url('a.css') layer(x);`, '@import url("style:a.css") layer(x);'],
  ['@namespace svg url(http://www.w3.org/2000/svg);', '@namespace svg url(http://www.w3.org/2000/svg);'],
  [
    'a { background: image-set("a.png" 1x, url(b.png) 2x) }',
    'a { background: image-set(url("image:a.png") 1x, url("image:b.png") 2x) }',
  ],
  [
    'a { background: image-set("a.png" type("image/png")) }',
    'a { background: image-set(url("image:a.png") type("image/png")) }',
  ],
  ['/* url(a.png) */ a::after { content: "url(b.png)" }', '/* url(a.png) */ a::after { content: "url(b.png)" }'],
  ['a { filter: url(#blur); clip-path: url("#clip") }', 'a { filter: url("#blur"); clip-path: url("#clip") }'],
  ['background: url(a.png)', 'background: url("image:a.png")'],
  ['a { color: red }', 'a { color: red }'],
])('[ASSET-9] every address in a style sheet is found, and nothing else: %s', (css, expected) => {
  expect(seen(css)).toBe(expected);
});

test('[ASSET-9] what stands in an address cannot break out of it', () => {
  const css = rewriteCss('a { background: url(x) }', () => 'a"); } body { display: none } /* \\');
  expect(css).toBe('a { background: url("a\\"); } body { display: none } /* \\\\") }');
});

test('[ASSET-4] imports keep their conditions, and circles end', async () => {
  const sheets: Record<string, string> = {
    'https://a.test/one.css': '@charset "utf-8"; @import "main.css"; b { background: url(b.png) }',
    'https://a.test/main.css': '@import "one.css"; never { }',
  };
  const css = await importsInlined(
    '@import url(one.css) layer(base) supports(display: grid) screen and (width > 10px); c { }',
    'https://a.test/start.css',
    (url) => Promise.resolve(sheets[url] ?? ''),
  );
  expect(css.replace(/\s+/g, ' ')).toBe(
    '@layer base { @supports (display: grid) { @media screen and (width > 10px) { never { } b { background: url("https://a.test/b.png") } } } } c { }',
  );
});
