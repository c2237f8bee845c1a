import { beforeEach, expect, it } from 'vitest';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';
import { custom, el, incremental, page } from './recorded.ts';

const scene = MirrorScene.forTests();
let mirror: MirrorPage;
beforeEach(async () => {
  mirror = await scene.mirror({ viewport: { width: 800, height: 600 } });
});

const show = async (...given: Parameters<typeof page>) => {
  await mirror.feed('full', page(...given));
  await mirror.until('shown');
};
const ask = <T>(script: string): Promise<T> => mirror.viewer.evaluate<T>(script);
const LAYERED = `@layer a, b;
  @layer b { .box { border: 7px solid } }
  @layer a { .box { scroll-snap-type: y mandatory !important; overflow-anchor: auto !important } }`;
const box = () => el('div', { class: 'box', style: 'height:50px;width:200px;overflow:scroll' }, [el('p', {}, ['x'])]);
const looks = (root: string) =>
  ask(`(() => {
    const box = ${root}.querySelector('.box');
    const { borderTopWidth, scrollSnapType, overflowAnchor } = getComputedStyle(box);
    return [borderTopWidth, scrollSnapType, overflowAnchor];
  })()`);

it('[MIRROR-43] the mirror’s own rules lose against those of any layer, and win where nothing else may', async () => {
  const [one, other] = [box(), box()];
  const children = [el('style', { _cssText: LAYERED }, [], { isShadow: true }), { ...other, isShadow: true }];
  await show(
    [one, el('x-host', { id: 'host' }, children, { isShadowHost: true })],
    [el('style', { _cssText: LAYERED })],
  );
  // To these the mirror gives no border, unless the page does.
  await mirror.feed(
    'delta',
    [one, other].map(({ id }) => custom('cv.fullscreen', { id, on: true })),
  );
  await expect.poll(() => looks('document')).toEqual(['7px', 'none', 'none']);
  expect(await looks('host.shadowRoot')).toEqual(['7px', 'none', 'none']);
});

it('[MIRROR-43] also where scripts put all of the page’s rules into an empty sheet', async () => {
  const [one, style] = [box(), el('style')];
  await show([one], [style]);
  const rules = LAYERED.split('\n').map((rule, index) => ({ rule, index }));
  await mirror.feed('delta', [
    incremental(8, { id: style.id, adds: rules }),
    custom('cv.fullscreen', { id: one.id, on: true }),
  ]);
  await expect.poll(() => looks('document')).toEqual(['7px', 'none', 'none']);
});

it('[MIRROR-43] for which no rule of a page’s sheet gets another number', async () => {
  const style = el('style', {
    _cssText:
      '@namespace svg url("http://www.w3.org/2000/svg"); p { color: rgb(1, 1, 1) } @media all { p { top: 1px } }',
  });
  const empty = el('style');
  await show([el('p', {}, ['x'])], [empty, style]);
  await mirror.feed('delta', [
    incremental(8, {
      id: style.id,
      removes: [{ index: 1 }],
      adds: [
        { rule: 'p { color: rgb(2, 2, 2) }', index: 1 },
        { rule: 'p { left: 2px }', index: [2, 1] },
      ],
    }),
    incremental(8, { id: empty.id, adds: [{ rule: 'p { right: 3px }', index: 0 }, { rule: 'p { bottom: 4px }' }] }),
    incremental(13, { id: style.id, index: [2, 0], set: { property: 'top', value: '5px' } }),
    incremental(13, { id: empty.id, index: [0], set: { property: 'right', value: '6px' } }),
  ]);
  const rules = (at: number) =>
    ask<string[]>(
      `[...document.styleSheets[${at}].cssRules].slice(1).map((rule) => rule.cssText.replace(/\\s+/g, ' '))`,
    );
  await expect.poll(() => rules(0)).toEqual(['p { right: 6px; }', 'p { bottom: 4px; }']);
  expect(await rules(1)).toEqual([
    '@namespace svg url("http://www.w3.org/2000/svg");',
    'p { color: rgb(2, 2, 2); }',
    '@media all { p { top: 5px; } p { left: 2px; } }',
  ]);
});
