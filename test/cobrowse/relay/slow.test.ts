import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TabId } from '#protocol/ids.ts';
import type { RelayPage } from './RelayPage.ts';
import { RelayStage, told } from './RelayStage.ts';

const MIB = 1024 * 1024;
/** What a viewer may have waiting, and one frame more. */
const BOUND = 1.5 * MIB + 100;
const unlimited = { framesAtOnce: 1e9, bytesAtOnce: 1e12 };

let stage: RelayStage;
let [slow, fast]: RelayPage[] = [];
afterEach(() => stage.close());

const open = async (options: Parameters<typeof RelayStage.open>[0] = {}) => {
  stage = await RelayStage.open({ rate: unlimited, ...options });
  [slow, fast] = [await stage.viewer(), await stage.viewer()];
};
const pages = () => ({ slow: slow as RelayPage, fast: fast as RelayPage });
const waiting = (page: RelayPage) => stage.gateway.frames.waiting(page.tab as TabId);

/** Sends until so many bytes wait for the page, and looks that the other one has all of it each time. */
async function overwhelm(page: RelayPage, other: RelayPage, enough: () => boolean): Promise<void> {
  page.stall();
  for (let round = 0; !enough(); round++) {
    if (round > 200) throw new Error('it took everything');
    for (let i = 0; i < 4; i++) stage.send('delta', 100_000);
    const sent = stage.sentFrames;
    await expect.poll(() => other.frames.length).toBe(sent);
    expect(waiting(page)).toBeLessThanOrEqual(BOUND);
  }
}

describe('[RELAY-15] a viewer that takes nothing', () => {
  beforeEach(() => open());

  test('has a bounded number of bytes waiting, and the others get everything', async () => {
    const { slow, fast } = pages();
    stage.send('full');
    await overwhelm(slow, fast, () => waiting(slow) > MIB);
    for (let i = 0; i < 100; i++) stage.send('delta', 100_000);
    const sent = stage.sentFrames;
    await expect.poll(() => fast.frames.length).toBe(sent);
    expect(waiting(slow)).toBeLessThanOrEqual(BOUND);
    expect(stage.relay.kept).toBeLessThanOrEqual(2 * MIB);
    expect(stage.told).not.toContain('needsFull');
  });

  test('gets a full again when it has caught up, without a gap that is not one', async () => {
    const { slow, fast } = pages();
    stage.send('full');
    await overwhelm(slow, fast, () => waiting(slow) > MIB);
    for (let i = 0; i < 40; i++) stage.send('delta', 100_000);
    await expect.poll(() => fast.frames.length).toBe(stage.sentFrames);
    stage.relay.once('needsFull', () => {
      stage.record();
      stage.send('full', 'anew');
      stage.send('delta', 'on');
    });
    slow.resume();
    await expect.poll(() => told(slow.frames).at(-1)).toBe('delta 2:1 on');
    const frames = told(slow.frames);
    expect(frames.at(-2)).toBe('full 2:0 anew');
    // Before it there is the beginning of the former stream, without a hole.
    expect(frames.slice(0, -2).map((frame) => Number(/:(\d+)/.exec(frame)?.[1]))).toEqual(
      frames.slice(0, -2).map((_, index) => index),
    );
    expect(frames.length).toBeLessThan(fast.frames.length);
    await expect.poll(() => told(fast.frames).at(-1)).toBe('delta 2:1 on');
  });

  test('loses pointers first, and is told of the last when it has caught up', async () => {
    const { slow, fast } = pages();
    stage.send('full');
    await overwhelm(slow, fast, () => waiting(slow) > 100_000);
    stage.send('pointer', 'here');
    stage.send('pointer', 'there');
    await expect.poll(() => told(fast.frames).at(-1)).toContain('there');
    stage.send('delta', 'end');
    slow.resume();
    await expect.poll(() => told(slow.frames).at(-1)).toContain('there');
    const [last, rests] = told(slow.frames).slice(-2);
    expect(rests).toBe(last?.replace('delta', 'pointer').replace('end', 'there'));
    expect(told(slow.frames).join()).not.toContain('here,');
    expect(told(slow.frames).filter((frame) => frame.startsWith('pointer'))).toHaveLength(1);
  });
});

test('[RELAY-16] a viewer that is only a little behind gets what it lacks out of the cache, in order, without a new full', async () => {
  await open({ cache: { deltas: 100 * MIB } });
  const { slow, fast } = pages();
  stage.send('full');
  await overwhelm(slow, fast, () => waiting(slow) > MIB);
  for (let i = 0; i < 40; i++) stage.send('delta', 100_000);
  await expect.poll(() => fast.frames.length).toBe(stage.sentFrames);
  slow.resume();
  await expect.poll(() => slow.frames.length).toBe(stage.sentFrames);
  expect(told(slow.frames)).toEqual(told(fast.frames));
  expect(stage.told).not.toContain('needsFull');
});

test('[RELAY-17] a viewer that stalls in the middle of a large full gets all its parts', async () => {
  await open();
  const { slow, fast } = pages();
  slow.stall();
  for (let part = 0; part < 40; part++) stage.send('full', 500_000, { more: part < 39 });
  await expect.poll(() => fast.frames.length).toBe(40);
  expect(waiting(slow)).toBeLessThanOrEqual(BOUND);
  expect(stage.told).toEqual([`flowing ${fast.tab}`]);
  slow.resume();
  await expect.poll(() => slow.frames.length).toBe(40);
  expect(stage.told).toEqual([`flowing ${fast.tab}`, `flowing ${slow.tab}`]);
});
