import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TabId } from '#protocol/ids.ts';
import type { RelayPage } from './RelayPage.ts';
import { RelayStage, told } from './RelayStage.ts';

let stage: RelayStage;
beforeEach(async () => {
  stage = await RelayStage.open();
});
afterEach(() => stage.close());

const sees = (page: RelayPage, ...frames: string[]) => expect.poll(() => told(page.frames)).toEqual(frames);

describe('[RELAY-1] page frames reach those who watch', () => {
  test('byte for byte, in order, and nobody else', async () => {
    const [one, other, stranger] = [await stage.viewer(), await stage.viewer(), await stage.page({ role: 'agent' })];
    const second = await stage.page({ token: stage.visitorId });
    const sent = [stage.send('full', 60_000), stage.send('delta', 125), stage.send('delta', 70_000)];
    sent.push(stage.send('pointer', 1), stage.send('delta', 20_000));
    for (const page of [one, other]) {
      await expect.poll(() => page.frames.length).toBe(sent.length);
      expect(page.frames.map((frame) => Buffer.from(frame))).toEqual(sent.map((frame) => Buffer.from(frame)));
    }
    for (const page of [stranger, second, stage.sharer]) expect(page.frames).toEqual([]);
    expect(stage.told).toEqual([`flowing ${one.tab}`, `flowing ${other.tab}`]);
  });

  test('and not those who watch no more', async () => {
    const [stays, leaves] = [await stage.viewer(), await stage.viewer()];
    stage.send('full');
    await sees(leaves, 'full 1:0 full');
    stage.relay.removeViewer(stage.session, leaves.tab as TabId);
    stage.send('delta');
    await sees(stays, 'full 1:0 full', 'delta 1:1 delta');
    expect(leaves.frames).toHaveLength(1);
  });

  test('in the order of what else the page is told', async () => {
    const viewer = await stage.viewer();
    const { outlet } = stage.gateway;
    const seen: string[] = [];
    viewer.onMessage = (data) => seen.push(typeof data === 'string' ? 'event' : 'frame');
    stage.relay.on('flowing', () => {
      for (let i = 0; i < 3; i++) outlet.toAgentTab(viewer.tab as TabId, 'agent.revoked', {});
      stage.gateway.frames.sendFrame([viewer.tab as TabId], stage.frame('delta'));
      outlet.toAgentTab(viewer.tab as TabId, 'agent.revoked', {});
    });
    stage.send('full');
    await expect.poll(() => seen).toEqual(['frame', 'event', 'event', 'event', 'frame', 'event']);
  });
});

describe('[RELAY-2] who comes late', () => {
  test('gets the last full and everything since, then what comes', async () => {
    const first = await stage.viewer();
    stage.send('full', 'old');
    stage.send('delta', 'old');
    stage.send('full', 'new, part 1', { more: true });
    stage.send('full', 'new, part 2');
    stage.send('delta', 'a');
    stage.send('pointer', 'p');
    await expect.poll(() => first.frames.length).toBe(6);
    const late = await stage.viewer();
    const all = ['full 1:2 new, part 1', 'full 1:3 new, part 2', 'delta 1:4 a', 'pointer 1:4 p'];
    await sees(late, ...all);
    stage.send('delta', 'b');
    await sees(late, ...all, 'delta 1:5 b');
    expect(stage.told).toEqual([`flowing ${first.tab}`, `flowing ${late.tab}`]);
  });

  test('in the middle of a full gets its parts, and counts as served with the last', async () => {
    const first = await stage.viewer();
    stage.send('full', 'part 1', { more: true });
    await sees(first, 'full 1:0 part 1');
    const late = await stage.viewer();
    await sees(late, 'full 1:0 part 1');
    expect(stage.told).toEqual([]);
    stage.send('full', 'part 2');
    await sees(late, 'full 1:0 part 1', 'full 1:1 part 2');
    expect(stage.told).toEqual([`flowing ${first.tab}`, `flowing ${late.tab}`]);
  });

  test('and whose socket was another gets the whole page again', async () => {
    const former = await stage.viewer();
    stage.send('full');
    await sees(former, 'full 1:0 full');
    former.close();
    await expect.poll(() => stage.gateway.frames.waiting(former.tab as TabId)).toBe(Number.POSITIVE_INFINITY);
    stage.send('delta');
    const back = await stage.page({ role: 'agent', tab: former.tab });
    stage.watch(back);
    await sees(back, 'full 1:0 full', 'delta 1:1 delta');
  });
});

test('[RELAY-3] a new stream drops what was before, of the same tab or another', async () => {
  const viewer = await stage.viewer();
  stage.send('full', 'one');
  stage.send('delta', 'one');
  await expect.poll(() => viewer.frames.length).toBe(2);
  stage.record();
  const late = await stage.viewer();
  stage.send('full', 'two');
  await sees(viewer, 'full 1:0 one', 'delta 1:1 one', 'full 2:0 two');
  await sees(late, 'full 2:0 two');

  const other = await stage.page({ token: stage.visitorId });
  stage.record(other.tab);
  other.send(stage.frame('full', 'three'));
  await sees(late, 'full 2:0 two', 'full 3:0 three');
});

describe('[RELAY-4] pointers', () => {
  test('follow the frame they say, and none but the last is kept, until the page begins anew', async () => {
    const viewer = await stage.viewer();
    stage.send('pointer', 'before anything', { seq: 0 });
    stage.send('full');
    stage.send('pointer', 'good');
    stage.send('delta');
    stage.send('pointer', 'late', { seq: 0 });
    stage.send('pointer', 'again');
    await sees(viewer, 'full 1:0 full', 'pointer 1:0 good', 'delta 1:1 delta', 'pointer 1:1 again');
    expect(stage.relay.counted).toMatchObject({ relayed: 4, stale: 2, forged: 0 });
    await sees(await stage.viewer(), 'full 1:0 full', 'delta 1:1 delta', 'pointer 1:1 again');
    stage.send('delta', 'more');
    const late = ['full 1:0 full', 'delta 1:1 delta', 'delta 1:2 more'];
    await sees(await stage.viewer(), ...late, 'pointer 1:2 again');
    stage.send('full', 'anew');
    await sees(await stage.viewer(), 'full 1:3 anew');
    stage.send('pointer', 'x'.repeat(3000));
    await expect.poll(() => viewer.frames.length).toBe(7);
    await sees(await stage.viewer(), 'full 1:3 anew');
  });
});

describe('[RELAY-5] who could not go on', () => {
  test('gets the cache once, and a new full is asked for if that did not help', async () => {
    const [viewer, other] = [await stage.viewer(), await stage.viewer()];
    stage.send('full');
    stage.send('delta');
    await expect.poll(() => viewer.frames.length).toBe(2);
    stage.relay.refresh(stage.session, viewer.tab as TabId);
    await sees(viewer, 'full 1:0 full', 'delta 1:1 delta', 'full 1:0 full', 'delta 1:1 delta');
    expect(stage.told).not.toContain('needsFull');
    stage.relay.refresh(stage.session, viewer.tab as TabId);
    await expect.poll(() => stage.told).toContain('needsFull');
    stage.record();
    stage.send('full', 'new');
    await expect.poll(() => told(viewer.frames).at(-1)).toBe('full 2:0 new');
    await sees(other, 'full 1:0 full', 'delta 1:1 delta', 'full 2:0 new');
  });
});

describe('[RELAY-6] a tap', () => {
  test('gets every frame as it is from the next full on, which is asked for', async () => {
    const viewer = await stage.viewer();
    stage.send('full', 'before');
    await sees(viewer, 'full 1:0 before');
    const tapped: Uint8Array[] = [];
    const untap = stage.relay.tap(stage.session, (frame) => tapped.push(frame));
    await expect.poll(() => stage.told).toContain('needsFull');
    stage.send('delta', 'before');
    await sees(viewer, 'full 1:0 before', 'delta 1:1 before');
    stage.record();
    const sent = [stage.send('full'), stage.send('delta'), stage.send('pointer')];
    await expect.poll(() => tapped.length).toBe(3);
    expect(tapped.map((frame) => Buffer.from(frame))).toEqual(sent.map((frame) => Buffer.from(frame)));
    untap();
    stage.send('delta', 'after');
    await expect.poll(() => viewer.frames.length).toBe(6);
    expect(tapped).toHaveLength(3);
  });

  test('that fails is ended, and nobody else notices', async () => {
    const viewer = await stage.viewer();
    let calls = 0;
    stage.relay.tap(stage.session, () => {
      calls++;
      throw new Error('the disk is full');
    });
    stage.send('full');
    stage.send('delta');
    await sees(viewer, 'full 1:0 full', 'delta 1:1 delta');
    expect(calls).toBe(1);
  });
});

describe('[RELAY-7] without WebSocket', () => {
  test('frames go both ways through HTTP', async () => {
    const [viewer, plain] = [await stage.polling({ role: 'agent' }), await stage.viewer()];
    stage.watch(viewer);
    const sharer = await stage.polling({ token: stage.visitorId });
    stage.record(sharer.tab);
    const sent = [stage.frame('full', 60_000), stage.frame('delta', 50, { seq: 1 })];
    await sharer.send(...sent);
    for (const page of [viewer, plain]) {
      await expect.poll(() => page.frames.length).toBe(2);
      expect(page.frames.map((frame) => Buffer.from(frame))).toEqual(sent.map((frame) => Buffer.from(frame)));
    }
  });
});
