import { expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { of } from './events.ts';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();

test('[RECORD-5] rules that a script changes by the names of their properties, in time', async () => {
  const page = await stage.page(
    `<style id="written">.a { color: rgb(1, 1, 1) } .b { left: 1px } @media all { .m { top: 1px } .n { top: 2px } }
      @keyframes turn { to { opacity: 0.1 } }</style>`,
  );
  await page.evaluate(`new Promise((done) => {
    window.made = new CSSStyleSheet();
    made.replaceSync('.c { color: rgb(2, 2, 2) }');
    document.adoptedStyleSheets = [made];
    document.head.append(Object.assign(document.createElement('link'), { id: 'linked', rel: 'stylesheet', href: '/sheet.css', onload: done }));
    window.read = new Set();
    const { get, ...rest } = Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, 'cssText');
    Object.defineProperty(CSSStyleDeclaration.prototype, 'cssText', { ...rest, get() {
      read.add(this.parentRule);
      return get.call(this);
    } });
  })`);
  await stage.record(page, open);
  await page.evaluate(`{
    const [a, , { cssRules: [, n] }, turn] = written.sheet.cssRules;
    window.rules = { a, n, to: turn.cssRules[0], c: made.cssRules[0], linked: linked.sheet.cssRules[0] };
  }`);
  await untilTrue(page, 'Object.values(rules).every((rule) => read.has(rule))');
  await page.evaluate(`{
    rules.a.style.color = 'rgb(11, 1, 1)';
    rules.a.selectorText = '.another';
    rules.n.style.top = '12px';
    rules.to.style.opacity = 0.13;
    rules.c.style.color = 'rgb(14, 2, 2)';
    rules.linked.style.color = 'rgb(15, 2, 2)';
  }`);
  const wanted = ['rgb(11, 1, 1)', '.another', 'top: 12px', 'opacity: 0.13', 'rgb(14, 2, 2)', 'rgb(15, 2, 2)'];
  await expect
    .poll(async () => {
      const told = JSON.stringify(await stage.events(page));
      return wanted.filter((part) => !told.includes(part));
    })
    .toEqual([]);
  const look = await stage.look(page);
  // What a document adopts is no part of its shape.
  for (const part of wanted.filter((one) => !one.includes('14'))) expect(look).toContain(part);
  // As told by the browser's own methods: not once more.
  const events = await stage.after(page, `rules.a.style.setProperty('color', 'rgb(21, 1, 1)'); read.clear()`);
  expect(of(events, 13)).toHaveLength(1);
  await untilTrue(page, 'read.has(rules.a)');
  await stage.settled(page);
  expect(of(await stage.events(page), 8).filter(({ adds }) => adds?.[0].rule.includes('rgb(21'))).toEqual([]);
  // Nor does a page that is told anew fall back to what was written.
  await page.evaluate('page.recorder.snapshot()');
  expect(await stage.look(page)).toContain('rgb(21, 1, 1)');
});

test('[RECORD-5] a style that the browser is still reading counts once it is read', async () => {
  const page = await stage.page('<iframe id="frame"></iframe>');
  const write = (text: string) => page.evaluate(`frame.contentDocument.write(${JSON.stringify(text)})`);
  await page.evaluate('void frame.contentDocument.open()');
  await write('<!doctype html><style>p { color: rgb(1, 2, 3) }');
  await stage.record(page, open);
  expect(JSON.stringify(await stage.events(page))).not.toContain('rgb(1, 2, 3)');
  await write('</style>');
  await expect.poll(async () => JSON.stringify(await stage.events(page))).toContain('rgb(1, 2, 3)');
});
