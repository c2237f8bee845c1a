import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';
import { add, BODY, custom, el, HTML, incremental, mutation, page, text } from './recorded.ts';

const scene = MirrorScene.forTests();
let mirror: MirrorPage;
beforeEach(async () => {
  mirror = await scene.mirror();
});
afterEach(async () => {
  expect(mirror.foreign).toEqual([]);
  expect(await mirror.told('gap')).toEqual([]);
});

const show = async (...given: Parameters<typeof page>) => {
  await mirror.feed('full', page(...given));
  await mirror.until('shown');
};
const remove = (parentId: number, id: number) => mutation({ removes: [{ parentId, id }] });
const ask = <T>(script: string): Promise<T> => mirror.viewer.evaluate<T>(script);
const styleOf = (selector: string, property: string) =>
  ask<string>(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);
const hashOf = (content: string) => createHash('sha256').update(content).digest('hex');
const tell = (n: number, content: string | null) =>
  custom('cv.asset', { n, hash: content === null ? null : hashOf(content), type: 'x' });
const give = (content: string, mime: string) =>
  mirror.page.evaluate(
    `mirror.asset('${hashOf(content)}', '${mime}', new TextEncoder().encode(${JSON.stringify(content)}).buffer)`,
  );
const square = (size: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="9" height="9"/></svg>`;

it('[MIRROR-15] assets are asked for once, and shown wherever they stand, whenever they come', async () => {
  await show(
    [
      el('img', { id: 'a', src: 'asset:1' }),
      el('img', { id: 'b', src: 'asset:1' }),
      el('p', { style: 'background-image:url(asset:1)' }, ['x']),
      el('div', { id: 'c' }, ['y']),
    ],
    [el('style', { _cssText: '@media all{#c{background-image:url(asset:1)}} #a{border:1px solid}' })],
  );
  const inserted = el('style', { _cssText: 'i{}' });
  await mirror.feed('delta', [
    add(BODY, inserted),
    incremental(8, { id: inserted.id, adds: [{ rule: 'h6{background-image:url(asset:1)}', index: 0 }] }),
    add(BODY, el('h6')),
    tell(1, square(17)),
    tell(2, square(17)),
  ]);
  await mirror.until('wants');
  expect(await ask('document.querySelector("#a").getAttribute("src")')).toBe(null);
  await give(square(17), 'image/svg+xml');
  await expect.poll(() => ask('[a.naturalWidth, b.naturalWidth].join()')).toBe('17,17');
  for (const selector of ['p', '#c', 'h6']) {
    await expect.poll(() => styleOf(selector, 'background-image')).toMatch(/^url\("blob:null\//);
  }
  await mirror.feed('delta', [add(BODY, el('img', { id: 'd', src: 'asset:2' }))]);
  await expect.poll(() => ask('document.querySelector("#d")?.naturalWidth')).toBe(17);
  expect(await mirror.told('wants')).toEqual([[hashOf(square(17))]]);
});

it('[MIRROR-15] an asset of a new recording is another one; what cannot be had is shown as such', async () => {
  await show([el('img', { id: 'a', src: 'asset:1' })]);
  await mirror.feed('delta', [tell(1, square(17))]);
  await give(square(17), 'image/svg+xml');
  await expect.poll(() => ask('a.naturalWidth')).toBe(17);
  mirror.restart();
  await mirror.forget();
  await show([
    el('img', { id: 'a', src: 'asset:1' }),
    el('img', { id: 'b', src: 'asset:2' }),
    el('img', { id: 'c', src: 'asset:3' }),
  ]);
  await mirror.feed('delta', [tell(1, null), tell(2, square(17)), tell(3, square(21))]);
  await expect.poll(() => ask('b.naturalWidth')).toBe(17);
  await mirror.page.evaluate(`mirror.asset('${hashOf(square(21))}', '', null)`);
  await expect.poll(() => ask('[a.src, c.src].join()')).toBe('data:,,data:,');
  expect(await mirror.told('wants')).toEqual([[hashOf(square(21))]]);
});

it('[MIRROR-15] a sheet that is an asset counts once it is there, and is cleaned as any other', async () => {
  const sheet = `p { color: rgb(1, 2, 3); background: url(asset:2), url(${'https://elsewhere.example/x.png'}) }`;
  await show([el('p', {}, ['x'])], [el('link', { rel: 'stylesheet', href: 'asset:1', media: 'screen' })]);
  await mirror.feed('delta', [tell(1, sheet), tell(2, square(9))]);
  await mirror.until('wants');
  await give(sheet, 'text/css');
  await expect.poll(() => styleOf('p', 'color')).toBe('rgb(1, 2, 3)');
  await give(square(9), 'image/svg+xml');
  await expect.poll(() => styleOf('p', 'background-image')).toMatch(/^url\("blob:null\/[^"]+"\), url\("data:,"\)$/);
});

it('[MIRROR-16] a list that the visitor opens is shown, and gone with it; nobody else can choose from it', async () => {
  const select = el('select', {}, [
    el('option', {}, ['One']),
    el('optgroup', { disabled: '' }, [el('option', { selected: true }, ['Two'])]),
  ]);
  await show([select]);
  await mirror.feed('pointer', [custom('cv.select', { id: select.id, open: true })]);
  const options = mirror.page.getByRole('option');
  await expect.poll(() => options.allInnerTexts()).toEqual(['One', 'Two']);
  expect(await options.last().getAttribute('aria-selected')).toBe('true');
  expect(await options.last().getAttribute('aria-disabled')).toBe('true');
  expect(
    await mirror.page.evaluate(`getComputedStyle(mirror.element.shadowRoot.querySelector('.list')).pointerEvents`),
  ).toBe('none');
  await mirror.feed('pointer', [custom('cv.select', { id: select.id, open: false })]);
  await expect.poll(() => options.count()).toBe(0);
});

it('[MIRROR-17] state that is no markup: dialogs, popovers, choices, scrolled boxes, marked text, fonts, blocked parts', async () => {
  const dialog = el('dialog', { rr_open_mode: 'modal', open: '' }, ['Modal']);
  const popover = el('div', { popover: 'manual', id: 'pop', rr_popover: 'open' }, ['Popover']);
  const words = text('Some words here');
  const option = el('option', {}, ['B']);
  await show([
    dialog,
    popover,
    el('p', {}, [words]),
    el('select', { id: 's' }, [el('option', {}, ['A']), option]),
    el('div', { id: 'box', style: 'height:50px;overflow:auto', rr_scrollTop: 40 }, [
      el('p', { style: 'height:500px' }),
    ]),
    el('div', { id: 'blocked', rr_width: '120px', rr_height: '30px', class: 'secret' }, [], { needBlock: true }),
  ]);
  expect(await ask(`document.querySelector('dialog').matches(':modal')`)).toBe(true);
  expect(await ask(`pop.matches(':popover-open')`)).toBe(true);
  expect(await ask('box.scrollTop')).toBe(40);
  expect(await ask('[blocked.offsetWidth, blocked.offsetHeight, blocked.innerHTML].join()')).toBe('120,30,');
  await mirror.feed('delta', [
    mutation({
      attributes: [
        { id: option.id, attributes: { selected: '' } },
        { id: dialog.id, attributes: { open: null } },
        { id: popover.id, attributes: { rr_popover: null } },
      ],
    }),
    incremental(10, { family: 'Own', fontSource: 'url(asset:4)', buffer: false, descriptors: { weight: '700' } }),
    tell(4, null),
    incremental(14, { ranges: [{ start: words.id, startOffset: 5, end: words.id, endOffset: 10 }] }),
  ]);
  await expect.poll(() => ask('String(getSelection())')).toBe('words');
  expect(await ask('s.selectedIndex')).toBe(1);
  expect(await ask(`document.querySelector('dialog').open || pop.matches(':popover-open')`)).toBe(false);
  await expect
    .poll(() => ask('[...document.fonts].map(({ family, weight }) => family + weight).join()'))
    .toBe('Own700');
});

it('[MIRROR-35] what is scrolled stays where the visitor has it, whatever comes in pieces, grows late or would snap', async () => {
  const tall = (id: string) => el('div', { id, style: 'height:3000px' }, [id]);
  const [upper, lower, picture] = [tall('upper'), tall('lower'), el('img', { src: 'asset:7' })];
  const inner = tall('inner');
  const box = el('div', { id: 'box', style: 'height:100px;overflow:auto;scroll-snap-type:y mandatory' }, [
    el('div', { style: 'height:100px;scroll-snap-align:start' }, ['snap']),
    inner,
  ]);
  await show([box, upper, lower]);
  const places = () => ask<number[]>('[scrollY, document.querySelector("#box").scrollTop].map(Math.round)');
  await mirror.feed('delta', [
    incremental(3, { id: 1, x: 0, y: 4000 }),
    incremental(3, { id: HTML, x: 0, y: 4000 }),
    incremental(3, { id: 1, x: 0, y: 5000 }),
    incremental(3, { id: box.id, x: 0, y: 1234 }),
  ]);
  await expect.poll(places).toEqual([5000, 1234]);
  await mirror.feed('delta', [remove(BODY, upper.id), remove(box.id, inner.id)]);
  await expect.poll(places).not.toContain(5000);
  await mirror.settled();
  await mirror.feed('delta', [add(BODY, tall('again'))]);
  await mirror.feed('delta', [add(box.id, tall('inside'))]);
  await expect.poll(places).toEqual([5000, 1234]);
  await mirror.feed('delta', [add(BODY, picture), incremental(3, { id: 1, x: 0, y: 6200 }), tell(7, square(2000))]);
  await expect.poll(places).not.toContain(5000);
  expect(await places()).not.toContain(6200);
  await give(square(2000), 'image/svg+xml');
  await expect.poll(places).toEqual([6200, 1234]);
});

it('[MIRROR-18] links look like links, and lead nowhere', async () => {
  await show(
    [el('a', { id: 'l', href: 'https://shop.example/a.pdf' }, ['x']), el('a', { id: 'n' }, ['y'])],
    [
      el('style', {
        _cssText: 'a[href$=".pdf"]{color:rgb(1, 2, 3)} a:any-link{font-weight:700} a:not([href]){color:rgb(4, 5, 6)}',
      }),
    ],
  );
  expect(await styleOf('#l', 'color')).toBe('rgb(1, 2, 3)');
  expect(await styleOf('#l', 'font-weight')).toBe('700');
  expect(await styleOf('#n', 'color')).toBe('rgb(4, 5, 6)');
  expect(await ask('l.href')).toBe('about:invalid');
  await ask('l.click()');
  await mirror.settled();
  expect(await ask('l.textContent')).toBe('x');
});

it('[MIRROR-19] moved, replaced and repeated nodes stand where the last word puts them', async () => {
  const [a, b, c] = [el('b', {}, ['a']), el('b', {}, ['b']), el('b', {}, ['c'])];
  await show([a, b, c]);
  await mirror.feed('delta', [
    mutation({ removes: [{ parentId: BODY, id: a.id }], adds: [{ parentId: BODY, nextId: c.id, node: a }] }),
    // Without the removal, and before something that comes later in the list.
    mutation({
      adds: [
        { parentId: BODY, nextId: 9001, node: c },
        { parentId: BODY, nextId: b.id, node: el('i', {}, ['d'], { id: 9001 }) },
      ],
    }),
  ]);
  await expect.poll(() => ask('document.body.textContent')).toBe('cdba');
});
