import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FrameHeader, MAX_FRAME_PAYLOAD } from '#protocol/frame.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { MAX_FRAME_BYTES } from '#protocol/limits.ts';
import { newId } from '#protocol/newId.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import type { FrameVerdict } from '#signaling/cobrowse/FrameSession.ts';
import type { RelayPage } from './RelayPage.ts';
import { RelayStage, told } from './RelayStage.ts';

let stage: RelayStage;
let viewer: RelayPage;
beforeEach(async () => {
  stage = await RelayStage.open();
  viewer = await stage.viewer();
  stage.send('full');
  stage.send('delta');
  await expect.poll(() => viewer.frames.length).toBe(2);
});
afterEach(() => stage.close());

const counts = (verdict: FrameVerdict, times = 1) => expect.poll(() => stage.relay.counted[verdict]).toBe(times);

/** Nothing more came of it, and the session goes on as if nothing had been. */
async function nothingHappened(): Promise<void> {
  stage.send('delta', 'next');
  await expect.poll(() => told(viewer.frames)).toEqual(['full 1:0 full', 'delta 1:1 delta', 'delta 1:2 next']);
  expect(stage.told).toEqual([`flowing ${viewer.tab}`]);
  expect(stage.sharer.ended).toBe(false);
}

const changed = (at: number, byte: number) => {
  const frame = stage.frame('delta');
  frame[at] = byte;
  return frame;
};

describe('[RELAY-8] a frame that no page of ours sends is dropped', () => {
  test.each<[string, (header: Partial<FrameHeader>) => Uint8Array]>([
    ['replayed', () => stage.frame('delta', 'again', { seq: 1 })],
    ['the first again', () => stage.frame('full', 'again', { seq: 0 })],
    ['of a stream to come', () => stage.frame('full', 'x', { stream: 2, seq: 0 })],
    ['of a session that is none', () => stage.frame('delta', 'x', { session: newId<CobrowseId>('cb') })],
    ['a pointer in parts', () => stage.frame('pointer', 'x', { more: true })],
    ['of another version', () => changed(0, 2)],
    ['of an unknown kind', () => changed(1, 3)],
    ['with unknown flags', () => changed(2, 4)],
    ['with what is reserved', () => changed(3, 1)],
    ['of noise', () => new Uint8Array(4_000).fill(255)],
  ])('%s', async (_what, frame) => {
    stage.sharer.send(frame({}));
    await counts('forged');
    await nothingHappened();
  });

  test('from another visitor, of this site or another, also under the sharer’s tab', async () => {
    for (const hello of [{}, { tab: stage.sharer.tab }, { site: 'other', tab: stage.sharer.tab }]) {
      (await stage.page(hello)).send(stage.frame('delta'));
    }
    await counts('forged', 3);
    await nothingHappened();
  });

  test('from an agent, one who watches too, and under the sharer’s tab', async () => {
    const agent = await stage.page({ role: 'agent', tab: stage.sharer.tab, token: stage.visitorId });
    for (const page of [agent, viewer]) page.send(stage.frame('delta'));
    await counts('forged', 2);
    await nothingHappened();
  });

  test('into another’s session by one who shares, too', async () => {
    const [session, visitorId] = [newId<CobrowseId>('cb'), newId<VisitorId>('v')];
    const other = await stage.page({ token: visitorId });
    stage.relay.open(session);
    stage.relay.record(session, { visitorId, tab: other.tab as never }, 1);
    other.send(stage.frame('delta'));
    stage.sharer.send(stage.frame('full', 'x', { session, seq: 0 }));
    await counts('forged', 2);
    await nothingHappened();
  });

  test('a first frame that is not a full', async () => {
    stage.record();
    stage.sharer.send(stage.frame('delta', 'x'));
    await counts('forged');
    stage.send('full', 'y');
    await expect.poll(() => told(viewer.frames).at(-1)).toBe('full 2:0 y');
  });
});

test('[RELAY-9] a frame above the size of one is dropped, the size itself is taken', async () => {
  stage.sharer.send(stage.frame('delta', MAX_FRAME_PAYLOAD + 1));
  await counts('oversize');
  const largest = stage.send('delta', MAX_FRAME_PAYLOAD);
  await expect.poll(() => viewer.frames.length).toBe(3);
  expect(Buffer.from(viewer.frames[2] ?? [])).toEqual(Buffer.from(largest));
  stage.sharer.send(new Uint8Array(MAX_FRAME_BYTES + 1));
  await expect.poll(() => stage.sharer.ended).toBe(true);
  expect(viewer.ended).toBe(false);
});

describe('[RELAY-10] without consent nothing passes', () => {
  const session = () => newId<CobrowseId>('cb');
  const frameOf = (id: CobrowseId) => stage.frame('full', 'secret', { session: id, stream: 1, seq: 0 });

  test('before it, and before anybody was told to record', async () => {
    const id = session();
    stage.relay.addViewer(id, viewer.tab as never);
    stage.sharer.send(frameOf(id));
    await counts('forged');
    stage.relay.open(id);
    stage.relay.addViewer(id, viewer.tab as never);
    stage.sharer.send(frameOf(id));
    await counts('forged', 2);
    await nothingHappened();
  });

  test('after the revocation, and nothing of before is given to anybody', async () => {
    stage.relay.close(stage.session);
    stage.relay.close(stage.session);
    expect(stage.relay.kept).toBe(0);
    stage.sharer.send(stage.frame('delta', 'secret'));
    await counts('forged');
    stage.watch(await stage.viewer());
    stage.relay.refresh(stage.session, viewer.tab as never);
    stage.record();
    stage.sharer.send(stage.frame('full', 'secret'));
    await counts('forged', 2);
    expect(told(viewer.frames)).toEqual(['full 1:0 full', 'delta 1:1 delta']);
    expect(stage.told).toEqual([`flowing ${viewer.tab}`]);
  });

  test('after it was told to be still, until it is told to record', async () => {
    stage.relay.still(stage.session);
    expect(stage.relay.kept).toBe(0);
    stage.sharer.send(stage.frame('delta', 'x'), stage.frame('full', 'x', { seq: 0 }));
    await counts('stale', 2);
    const late = await stage.viewer();
    stage.record();
    stage.send('full', 'seen');
    for (const page of [late, viewer]) await expect.poll(() => told(page.frames).at(-1)).toBe('full 2:0 seen');
    expect(late.frames).toHaveLength(1);
  });

  test('of the stream before, and of the tab that recorded before', async () => {
    const other = await stage.page({ token: stage.visitorId });
    const old = stage.frame('delta', 'old');
    stage.record(other.tab);
    stage.sharer.send(old, stage.frame('full', 'other tab'));
    other.send(old);
    await counts('stale', 3);
    other.send(stage.frame('full', 'seen'));
    await expect.poll(() => told(viewer.frames)).toEqual(['full 1:0 full', 'delta 1:1 delta', 'full 2:0 seen']);
  });
});

describe('[RELAY-11] a gap is never papered over', () => {
  test('nothing follows it until the page is sent anew, which is asked for once', async () => {
    for (const [kind, seq] of [
      ['delta', 3],
      ['delta', 4],
      ['full', 5],
      ['delta', 2],
    ] as const)
      stage.sharer.send(stage.frame(kind, 'after', { seq }));
    await counts('gap');
    await counts('stale', 3);
    expect(stage.told).toEqual([`flowing ${viewer.tab}`, 'needsFull']);
    stage.record();
    stage.send('full', 'whole');
    await expect.poll(() => told(viewer.frames)).toEqual(['full 1:0 full', 'delta 1:1 delta', 'full 2:0 whole']);
  });
});

describe('[RELAY-12] who sends many false frames is ended, alone', () => {
  test.each([
    ['a visitor who shares nothing', () => stage.page()],
    ['an agent', () => stage.page({ role: 'agent' })],
  ])('%s', async (_who, connect) => {
    const page = await connect();
    for (let i = 0; i < 2_000; i++) page.send(stage.frame('delta'));
    await expect.poll(() => page.ended).toBe(true);
    expect(stage.relay.counted.forged).toBeLessThan(2_000);
    await nothingHappened();
  });

  test('some, as may be on their way when a session ends, end nobody', async () => {
    const page = await stage.page();
    for (let i = 0; i < 100; i++) page.send(stage.frame('delta'));
    await counts('forged', 100);
    page.send('421["request","presence.page",{}]');
    await expect.poll(() => page.texts.at(-1)).toMatch(/^431/);
  });
});

describe('[RELAY-13] a flood', () => {
  test('above the rate nothing is relayed, and it ends the socket; others go on', async () => {
    const small = await RelayStage.open({ rate: { framesAtOnce: 5, framesPerSecond: 0 } });
    const watching = await small.viewer();
    for (let i = 0; i < 1_000; i++) small.send(i === 0 ? 'full' : 'delta');
    await expect.poll(() => small.sharer.ended).toBe(true);
    await expect.poll(() => watching.frames.length).toBe(5);
    expect(small.relay.counted.relayed).toBe(5);
    expect(watching.ended).toBe(false);
    await small.close();
  });

  test('of bytes as of frames; the gap it leaves is one', async () => {
    const small = await RelayStage.open({ rate: { bytesAtOnce: 10_000, bytesPerSecond: 0 } });
    const watching = await small.viewer();
    small.send('full', 9_000);
    small.send('delta', 2_000);
    small.send('delta', 100);
    await expect.poll(() => small.relay.counted).toMatchObject({ relayed: 1, flood: 1, gap: 1 });
    expect(small.told).toEqual([`flowing ${watching.tab}`, 'needsFull']);
    await small.close();
  });
});

describe('[RELAY-14] bytes beside frames', () => {
  test('too few for a frame end the socket', async () => {
    for (const size of [0, 1, 27, 28]) {
      const page = await stage.page({ token: stage.visitorId });
      page.send(stage.frame('delta').subarray(0, size));
      await expect.poll(() => page.ended).toBe(true);
    }
    await nothingHappened();
  });

  test('that a packet has announced are the packet’s, and a frame after them is a frame', async () => {
    stage.sharer.send('451-1["request","presence.page",{"_placeholder":true,"num":0}]', stage.frame('delta'));
    stage.send('delta', 'next');
    await expect.poll(() => told(viewer.frames).at(-1)).toBe('delta 1:2 next');
    await expect.poll(() => stage.sharer.texts.at(-1)).toMatch(/^431/);
    expect(viewer.frames).toHaveLength(3);
  });

  test('text in place of a frame ends the socket', async () => {
    stage.sharer.send(Buffer.from(stage.frame('delta')).toString('latin1'));
    await expect.poll(() => stage.sharer.ended).toBe(true);
  });

  test('before the page has said who it is end the connection', async () => {
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`${stage.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&site=demo`);
    socket.on('open', () => socket.send(writeFrame({ ...header(), seq: 2 }, Buffer.from('x'))));
    await new Promise((resolve) => socket.on('close', resolve));
    await nothingHappened();
  });

  const header = (): FrameHeader => ({
    session: stage.session,
    stream: 1,
    seq: 2,
    kind: 'delta',
    deflated: false,
    more: false,
  });
});
