import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import { CorpusStage } from './CorpusStage.ts';

const stage = CorpusStage.forTests();

/** Asks the rules about a page; `ask` is a JavaScript expression with `privacy` and `$` in it. */
async function asked<T>(html: string, rules: Partial<CobrowsePrivacy>, ask: string): Promise<T> {
  const page = await stage.show(html);
  const privacy = { maskAll: false, mask: [], unmask: [], block: [], ...rules };
  const answer = await page.evaluate<T>(`(() => {
    const privacy = new Privacy(${JSON.stringify(privacy)});
    const $ = (selector) => document.querySelector(selector);
    return ${ask};
  })()`);
  await page.close();
  return answer;
}

test('[PRIVACY-3] as many characters arrive as there are, as *, with the white space between them', async () => {
  const html = `<p id="text">Grüße, 李\u00a0雷!\n  x</p><input id="field" value="a b  c"><textarea id="area">one\n two</textarea>`;
  const ask = `[
    privacy.text($('#text').firstChild.data, privacy.judge($('#text'))),
    ...['#field', '#area'].map((id) => privacy.value($(id), privacy.judge($(id))).text),
  ]`;
  expect(await asked(html, { maskAll: true }, ask)).toEqual(['****** *\u00a0**\n  *', '* *  *', '***\n ***']);
});

test('[PRIVACY-4] what hides wins over what shows, the stricter over the milder; what shows counts for all inside', async () => {
  const html = `<div class="block"><p class="unmask" id="a"></p></div><div class="mask"><p class="unmask" id="b"></p></div>
    <div class="unmask"><p class="mask block" id="c"></p><p class="mask" id="d"></p><p id="e"><input id="f"></p>
    <input type="password" id="g"></div><p id="h"></p><input id="i"><div contenteditable><p class="unmask" id="j"></p></div>`;
  const rules = { mask: ['.mask'], unmask: ['.unmask'], block: ['.block'] };
  const ask = `Object.fromEntries([...document.querySelectorAll('[id]')].map((element) => {
    const { blocked, masked, forced } = privacy.judge(element);
    return [element.id, blocked ? 'blocked' : forced ? 'forced' : masked ? 'masked' : 'shown'];
  }))`;
  const common = {
    a: 'blocked',
    b: 'masked',
    c: 'blocked',
    d: 'masked',
    e: 'shown',
    f: 'shown',
    g: 'forced',
    i: 'masked',
  };
  expect(await asked(html, rules, ask)).toEqual({ ...common, h: 'shown', j: 'shown' });
  expect(await asked(html, { ...rules, maskAll: true }, ask)).toEqual({ ...common, h: 'masked', j: 'shown' });
  const all = Object.fromEntries(Object.keys({ ...common, h: 0, j: 0 }).map((id) => [id, 'masked']));
  const broken = await asked(html, { ...rules, block: ['.block', 'p:has('] }, ask);
  expect(broken).toEqual({ ...all, a: 'blocked', c: 'blocked', g: 'forced' });
});

test.each([
  'p:has(',
  '::before',
  'p::after',
  ':is(p, ::x)',
  '.a,,.b',
  '#1',
  'p, ::nonsense',
  ') , (p',
  ':not(:unknown)',
])('[PRIVACY-5] a rule that hides and that no browser understands hides everything: %s', async (rule) => {
  for (const rules of [{ mask: [rule] }, { block: ['.x', rule] }]) {
    const masked = await asked('<p>Text</p>', { ...rules, unmask: ['p'] }, `privacy.judge($('p')).masked`);
    expect(masked).toBe(true);
  }
  expect(await asked('<input>', { unmask: [rule] }, `privacy.judge($('input')).masked`)).toBe(true);
});

test('[PRIVACY-5] one that is understood hides what it names', async () => {
  const html = '<p class="a">One</p><p id="b">Two</p>';
  for (const rule of ['.a', 'p:not(#b), .none', ':is(.a, .c)', 'p:has(+ p)', '[class="a"]', 'p:nth-child(1 of .a)']) {
    expect(await asked(html, { mask: [rule] }, `['.a', '#b'].map((id) => privacy.judge($(id)).masked)`)).toEqual([
      true,
      false,
    ]);
  }
});

test('[PRIVACY-6] a change of whatever a verdict rests on is known as such', async () => {
  const rules = { mask: ['.a > [lang]', '#b:disabled'], unmask: ['[data-open="x"]'] };
  const names = [
    'type',
    'contenteditable',
    'role',
    'autocomplete',
    'name',
    'class',
    'id',
    'lang',
    'disabled',
    'data-open',
  ];
  const ask = `${JSON.stringify([...names, 'style', 'hidden', 'data-other'])}.filter((name) => privacy.mayChange(name))`;
  expect(await asked('', rules, ask)).toEqual(names);
  const others = ask.replace('mayChange', 'mayChangeOthers');
  expect(await asked('', rules, others)).toEqual(['class', 'id', 'lang', 'disabled']);
  expect(await asked('', rules, 'privacy.looksAround')).toBe(false);
  expect(await asked('', { mask: ['p:has(b)'] }, 'privacy.looksAround')).toBe(true);
});

test.each([
  ['.x', false],
  [' .x , p[title="a > b c"]', false],
  [':is(.x, .y):not([data-a = "b" i])', false],
  ['.x p', true],
  ['.x>p', true],
  [':is(.x p, .y)', true],
  ['.y:not(.x *)', true],
  ['p:lang(de).x', true],
  ['input.x:disabled', true],
  [':host(.x)', true],
  ['.x+p', true],
  ['.x:empty', true],
])('[PRIVACY-6] so is one on which verdicts of other elements rest: %s', async (rule, wanted) => {
  expect(await asked('', { unmask: [rule] }, `privacy.mayChangeOthers('class')`)).toBe(wanted);
  expect(await asked('', { mask: [rule] }, `privacy.mayChangeOthers('placeholder')`)).toBe(false);
});

test('[PRIVACY-7] nobody acts in what is hidden, in a masked field, nor through its label; elsewhere one may', async () => {
  const html = `<button id="a">x</button><a id="b">x</a><input id="c"><label id="d">x <input></label>
    <label id="e"><i id="f">x</i><input class="unmask"></label><input class="unmask" id="g">
    <input class="unmask" type="password" id="h"><p contenteditable id="i"><b id="j">x</b></p>
    <div class="mask"><button id="k">x</button></div><div class="block"><button id="l">x</button></div>
    <label for="c" id="m">x</label><select id="n"></select><div role="textbox" id="o"></div>
    <iframe id="p" src="https://js.stripe.com/x"></iframe>`;
  const rules = { mask: ['.mask'], unmask: ['.unmask'], block: ['.block'] };
  const ask = `[...document.querySelectorAll('[id]')]
    .filter((element) => mayControl(privacy, element, privacy.judge(element))).map(({ id }) => id).join('')`;
  expect(await asked(html, rules, ask)).toBe('abefg');
  expect(await asked(html, { ...rules, maskAll: true }, ask)).toBe('abefg');
});

const boxes = (page: Page) =>
  page.evaluate<
    string[]
  >(`[...document.querySelector('coview-widget')?.shadowRoot.querySelectorAll('.hidden-place') ?? []].map((box) => {
    const { x, y, width, height } = box.getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join();
  }).sort()`);
const rects = (page: Page, ...selectors: string[]) =>
  page.evaluate<string[]>(`${JSON.stringify(selectors)}.map((selector) => {
    const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join();
  }).sort()`);

test('[PRIVACY-8] the visitor sees a box over everything hidden, which goes along with the page', async () => {
  const page =
    await stage.show(`<h1>Shop</h1><input id="a"><p class="mask" id="b">Text</p><div class="block" id="c">x</div>
    <p style="height: 3000px">Long</p><input id="d">`);
  const rules = { maskAll: false, mask: ['.mask'], unmask: [], block: ['.block'] };
  await page.evaluate(`{
    const privacy = new Privacy(${JSON.stringify(rules)});
    window.overlay = new HiddenOverlay();
    overlay.show({ verdictOf: (node) => privacy.judge(node) });
  }`);
  await expect.poll(() => boxes(page)).toEqual(await rects(page, '#a', '#b', '#c'));
  await page.evaluate(`scrollTo(0, 20); document.querySelector('h1').className = 'mask'`);
  await expect.poll(() => boxes(page)).toEqual(await rects(page, 'h1', '#a', '#b', '#c'));
  await page.evaluate(`document.querySelector('#b').remove(); document.querySelector('#d').scrollIntoView()`);
  await expect.poll(() => boxes(page)).toEqual(await rects(page, '#d'));
  expect(
    await page.evaluate(
      `document.elementFromPoint(...(({ x, y }) => [x + 5, y + 5])(document.querySelector('#d').getBoundingClientRect())).id`,
    ),
  ).toBe('d');
  await page.evaluate('overlay.hide()');
  expect(await boxes(page)).toEqual([]);
  await page.close();
});

test('[PRIVACY-8] nor does a form hide from that by what its fields are called', async () => {
  const names = [
    'children',
    'childNodes',
    'shadowRoot',
    'localName',
    'getBoundingClientRect',
    'isConnected',
    'ownerDocument',
  ];
  const fields = names.map((name) => `<input name="${name}" type="button" value="${name}">`).join('');
  const page = await stage.show(`<form>${fields}</form><form class="mask" id="b">${fields}</form>`);
  const rules = { maskAll: false, mask: ['.mask'], unmask: [], block: [] };
  await page.evaluate(`{
    const privacy = new Privacy(${JSON.stringify(rules)});
    window.overlay = new HiddenOverlay();
    overlay.show({ verdictOf: (node) => privacy.judge(node) });
  }`);
  await expect.poll(async () => (await boxes(page)).length).toBe(names.length + 1);
  await page.close();
});
