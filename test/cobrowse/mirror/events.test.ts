import { deflateRawSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_INFLATED } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { forgedEvents } from './forgedEvents.ts';
import { forgedTrees } from './forgedTrees.ts';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';
import { add, BODY, custom, el, incremental, page } from './recorded.ts';

const scene = MirrorScene.forTests();
let mirror: MirrorPage;
beforeEach(async () => {
  mirror = await scene.mirror();
});

const text = () => mirror.viewer.evaluate<string>('document.body?.innerText.trim() ?? ""');
const shows = (wanted: string) => expect.poll(text).toBe(wanted);
const alive = [custom('cv.progress', { done: 1, total: 1 })];
const heard = async () => (await mirror.page.evaluate<[string][]>('told')).map(([name]) => name);

describe('forged events', () => {
  const all = [...forgedTrees, ...forgedEvents];
  it('[MIRROR-4] leave the page, or make it ask for another: nothing runs, nothing loads, the next page is shown', {
    timeout: 240_000,
  }, async () => {
    for (const { name, events } of all) {
      const written = typeof events === 'string' ? events : JSON.stringify(events);
      await mirror.feed('full', page([el('p', {}, ['before'])]));
      await mirror.forget();
      await mirror.raw('delta', new TextEncoder().encode(written.replaceAll('FORBIDDEN', scene.stage.url)));
      await mirror.feed('delta', alive);
      await expect.poll(heard, { message: name }).toContainEqual(expect.stringMatching(/gap|progress/));
      await mirror.feed('full', page([el('p', {}, [name])]));
      await shows(name);
      await mirror.settled();
      expect([scene.stage.hits, mirror.foreign], name).toEqual([[], []]);
      const state = await mirror.viewer.evaluate('[window.ran, ({}).polluted, [].polluted, window.polluted]');
      expect(state, name).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  it.each([
    ['no list', { type: 3 }],
    ['an unknown parent', [add(999_999, el('b'))]],
    ['a node in itself', forgedTrees.find(({ name }) => name === 'a node in itself')?.events],
    ['numbers that are none', [incremental(3, { id: BODY, x: 'a', y: 1 })]],
  ])('[MIRROR-5] cannot be applied and are said to be a gap: %s', async (_, events) => {
    await mirror.feed('full', page(['before']));
    await mirror.feed('delta', events);
    await mirror.until('gap');
    // Nothing counts until there is a whole page again.
    await mirror.feed('delta', [add(BODY, el('p', {}, ['late']))]);
    await mirror.feed('delta', [add(BODY, el('p', {}, ['later']))]);
    await mirror.feed('full', page(['after']));
    await shows('after');
    expect(await mirror.told('gap')).toHaveLength(1);
  });

  it('[MIRROR-6] a page too deep or too large is shown as far as it can be, and goes on', {
    timeout: 240_000,
  }, async () => {
    let deep = el('b', {}, ['bottom']);
    for (let level = 0; level < 1000; level++) deep = el('div', {}, [deep]);
    const many = el(
      'div',
      {},
      Array.from({ length: 450_000 }, () => el('i')),
    );
    await mirror.feed('full', page([el('p', {}, ['top']), deep, many]));
    await mirror.feed('delta', [add(BODY, el('p', {}, ['next']))]);
    await mirror.feed('delta', [add(deep.childNodes?.[0]?.id ?? 0, el('p', {}, ['deeper']))]);
    await mirror.feed('delta', alive);
    await mirror.until('progress', 1, 200_000);
    expect(await mirror.told('gap')).toEqual([]);
    const counts = await mirror.viewer.evaluate<number[]>(`(() => {
      let depth = 0;
      for (let at = document.querySelector('body > div'); at; at = at.firstElementChild) depth++;
      return [depth, document.querySelectorAll('*').length];
    })()`);
    expect(counts[0]).toBeLessThanOrEqual(512);
    expect(counts[1]).toBeLessThanOrEqual(400_000);
    expect(counts[1]).toBeGreaterThan(300_000);
  });
});

describe('frames', () => {
  const json = (events: unknown) => new TextEncoder().encode(JSON.stringify(events));
  const session = `cb_${'A'.repeat(22)}` as CobrowseId;

  it('[MIRROR-7] come plain and deflated, whole and in parts, in their order', async () => {
    const full = deflateRawSync(json(page([el('p', {}, ['one'])])));
    await mirror.raw('full', full.subarray(0, 40), { deflated: true, more: true });
    await mirror.raw('full', full.subarray(40, 90), { deflated: true, more: true });
    await mirror.raw('full', full.subarray(90), { deflated: true });
    await mirror.raw('delta', deflateRawSync(json([add(BODY, el('p', {}, ['two']))])), { deflated: true });
    await mirror.raw('delta', json([add(BODY, el('p', {}, ['three']))]));
    const last = json([add(BODY, el('p', {}, ['vier – ü']))]);
    for (let at = 0; at < last.length; at += 30) {
      await mirror.raw('delta', last.subarray(at, at + 30), { more: at + 30 < last.length });
    }
    await shows('one\n\ntwo\n\nthree\n\nvier – ü');
    expect(await mirror.told('gap')).toEqual([]);
  });

  const broken: [string, () => Promise<void>][] = [
    ['a lost one', () => mirror.raw('delta', json([]), { seq: 7 })],
    ['one that comes twice', () => mirror.raw('delta', json([]), { seq: 0 })],
    ['one of another recording', () => mirror.raw('delta', json([]), { stream: 9 })],
    ['no DEFLATE', () => mirror.raw('delta', json([]), { deflated: true })],
    [
      'half of a DEFLATE',
      () => mirror.raw('delta', deflateRawSync(json(page(['x']))).subarray(0, 60), { deflated: true }),
    ],
    [
      'DEFLATE and more',
      () => mirror.raw('delta', Buffer.concat([deflateRawSync(json([])), json([])]), { deflated: true }),
    ],
    ['no JSON', () => mirror.raw('delta', new TextEncoder().encode('[{"type":'))],
    ['no UTF-8', () => mirror.raw('delta', new Uint8Array([0x5b, 0xff, 0xfe, 0x5d]))],
    [
      'an unknown version',
      async () => {
        const frame = writeFrame({ session, stream: 1, seq: 1, kind: 'delta', deflated: false, more: false }, json([]));
        frame[0] = 9;
        await mirror.bytes(frame);
      },
    ],
    ['next to nothing', () => mirror.bytes(new Uint8Array(3))],
    [
      'another kind amid the parts',
      async () => {
        await mirror.raw('full', json([]).subarray(0, 1), { more: true });
        await mirror.raw('delta', json([]));
      },
    ],
    [
      'parts of two sorts',
      async () => {
        await mirror.raw('delta', json([]).subarray(0, 1), { more: true });
        await mirror.raw('delta', json([]).subarray(1), { deflated: true });
      },
    ],
  ];
  it.each(broken)('[MIRROR-8] %s is a gap, told once, and a whole page ends it', async (_, send) => {
    await mirror.feed('full', page(['before']));
    await send();
    await mirror.until('gap');
    await mirror.feed('delta', [add(BODY, el('p', {}, ['late']))]);
    await mirror.feed('full', page(['after']));
    await shows('after');
    expect(await mirror.told('gap')).toHaveLength(1);
  });

  it('[MIRROR-9] that inflate without end are read no further than a page can be large', async () => {
    const bomb = deflateRawSync(Buffer.alloc(MAX_INFLATED + 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(200_000);
    await mirror.feed('full', page(['before']));
    await mirror.raw('delta', bomb, { deflated: true });
    await mirror.until('gap');
    await mirror.feed('full', page(['after']));
    await shows('after');
  });

  it('[MIRROR-10] of the pointer may be lost, or broken, or of before', async () => {
    await mirror.raw('pointer', json([]));
    await mirror.feed('full', page(['before']));
    await mirror.raw('pointer', new Uint8Array([1, 2, 3]), { stream: 8 });
    await mirror.raw('pointer', json(alive), { seq: 77 });
    await mirror.until('progress');
    await mirror.feed('delta', [add(BODY, el('p', {}, ['after']))]);
    await shows('before\n\nafter');
    expect(await mirror.told('gap')).toEqual([]);
  });

  it.each([
    [[[1, 'x', {}, BODY]]],
    [[[1, 5, 5]]],
    [[[1, 5, 5, -0.5]]],
    [[[]]],
    [[[[1, 2], 5, 5, BODY]]],
    [[[3, 5, 5, BODY]]],
    [[[0, null, null, null]]],
  ])('[MIRROR-10] of a move that is none: %j', async (moves) => {
    await mirror.feed('full', page(['before']));
    await mirror.feed('pointer', moves);
    await mirror.feed('pointer', [[1, 30, 40, BODY]]);
    await mirror.feed('full', page(['after']));
    await mirror.feed('pointer', [[1, 50, 60, BODY]]);
    await mirror.viewer.waitForSelector('body[cv-hover]');
    await shows('after');
    expect(await mirror.viewer.evaluate('[window.ran, ({}).polluted]')).toEqual([undefined, undefined]);
    expect(mirror.complaints).toEqual([]);
  });
});
