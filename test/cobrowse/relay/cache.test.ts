import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FrameHeader } from '#protocol/frame.ts';
import type { CobrowseId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { FrameRelay, type FrameRelayOptions } from '#signaling/cobrowse/FrameRelay.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';
import { told } from './RelayStage.ts';

const tab = newId<TabId>('t');
const visitorId = newId<VisitorId>('v');
const sharer = { role: 'visitor', site: 'demo' as SiteId, visitorId, tab } as const;

/** Viewers who take everything at once, or nothing. */
class Viewers implements FrameOutlet {
  readonly got = new Map<TabId, Uint8Array[]>();
  takes = true;

  sendFrame(tabs: Iterable<TabId>, frame: Uint8Array, most = Number.POSITIVE_INFINITY): TabId[] {
    const taken = this.waiting() <= most ? [...tabs] : [];
    for (const to of taken) this.got.set(to, [...(this.got.get(to) ?? []), frame]);
    return taken;
  }

  waiting(): number {
    return this.takes ? 0 : 10_000_000;
  }

  seen(viewer: TabId): string[] {
    return told(this.got.get(viewer) ?? []);
  }
}

let viewers: Viewers;
let relay: FrameRelay;
let asked: CobrowseId[];
const open = (options: FrameRelayOptions = {}) => {
  viewers = new Viewers();
  relay = new FrameRelay(viewers, options);
  asked = [];
  relay.on('needsFull', (session) => asked.push(session));
};
const record = (session = newId<CobrowseId>('cb'), stream = 1) => {
  relay.open(session);
  relay.record(session, sharer, stream);
  return session;
};
const send = (session: CobrowseId, kind: FrameHeader['kind'], seq: number, size: number, more = false, stream = 1) =>
  relay.receive(
    sharer,
    writeFrame({ session, stream, seq, kind, deflated: false, more }, new Uint8Array(size).fill(120)),
  );
const late = (session: CobrowseId) => {
  const viewer = newId<TabId>('t');
  relay.addViewer(session, viewer);
  return viewer;
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  relay.closeAll();
  vi.useRealTimers();
});

describe('[RELAY-18] the cache is bounded', () => {
  test.each([
    ['bytes of what follows a full', { deltas: 1_000 }, 100, [400, 400, 400]],
    ['frames', { frames: 3 }, 100, [1, 1, 1]],
    ['bytes of a full', { full: 500 }, 600, []],
    ['bytes of all sessions', { total: 500 }, 100, [200, 200]],
  ])(
    'in %s: then nothing is kept, those who watch go on, and a new viewer has a full asked for',
    (_what, cache, full, deltas) => {
      open({ cache });
      const session = record();
      const first = late(session);
      send(session, 'full', 0, full);
      for (const [index, size] of deltas.entries()) send(session, 'delta', index + 1, size);
      expect(relay.kept).toBe(0);
      expect(viewers.seen(first)).toHaveLength(1 + deltas.length);
      vi.advanceTimersByTime(1_000);
      expect(asked).toEqual([]);
      const viewer = late(session);
      expect(viewers.seen(viewer)).toEqual([]);
      expect(asked).toEqual([session]);
      send(session, 'delta', deltas.length + 1, 1);
      expect(viewers.seen(viewer)).toEqual([]);
      relay.record(session, sharer, 2);
      send(session, 'full', 0, 10, false, 2);
      expect(viewers.seen(viewer)).toHaveLength(1);
      expect(viewers.seen(first)).toHaveLength(3 + deltas.length);
    },
  );

  test('twice the full may follow it; the next full begins anew', () => {
    open({ cache: { deltas: 10 } });
    const session = record();
    send(session, 'full', 0, 1_000);
    send(session, 'delta', 1, 1_900);
    expect(relay.kept).toBeGreaterThan(2_900);
    send(session, 'full', 2, 100);
    expect(relay.kept).toBe(128);
    send(session, 'delta', 3, 300);
    expect(relay.kept).toBe(0);
  });

  test('what is kept of a small message is not all that came in with it', () => {
    open();
    const session = record();
    const chunk = new Uint8Array(1_000_000);
    const frame = writeFrame(
      { session, stream: 1, seq: 0, kind: 'full', deflated: false, more: false },
      Buffer.from('x'),
    );
    chunk.set(frame, 5_000);
    relay.receive(sharer, chunk.subarray(5_000, 5_000 + frame.length));
    const viewer = late(session);
    const [kept] = viewers.got.get(viewer) ?? [];
    expect(kept?.length).toBe(frame.length);
    expect(kept?.buffer.byteLength).toBeLessThan(chunk.length);
  });

  test('a session that ends gives back what it held', () => {
    open();
    const [one, other] = [record(), record()];
    for (const session of [one, other]) send(session, 'full', 0, 1_000);
    relay.close(one);
    expect(relay.kept).toBe(1_028);
    relay.closeAll();
    expect(relay.kept).toBe(0);
  });
});

describe('[RELAY-19] a full is asked for', () => {
  test('not while one is on its way, and at most once a second', () => {
    open();
    const session = record();
    late(session);
    expect(asked).toEqual([]);
    send(session, 'full', 0, 10);
    send(session, 'delta', 2, 10);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(999);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(asked).toEqual([session]);
    relay.refresh(session, late(session));
    vi.advanceTimersByTime(5_000);
    expect(asked).toEqual([session]);
    relay.record(session, sharer, 2);
    send(session, 'delta', 1, 10, false, 2);
    vi.advanceTimersByTime(1_000);
    expect(asked).toEqual([session, session]);
  });

  test('again if nothing came of it for ten seconds and somebody still needs it', () => {
    open();
    const session = record();
    const viewer = late(session);
    vi.advanceTimersByTime(9_999);
    relay.refresh(session, viewer);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    relay.refresh(session, viewer);
    expect(asked).toEqual([session]);
  });

  test('of nobody while nobody records', () => {
    open();
    const session = newId<CobrowseId>('cb');
    relay.open(session);
    relay.refresh(session, late(session));
    relay.record(session, sharer, 1);
    relay.still(session);
    late(session);
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual([]);
  });

  test('for a viewer who is too slow every five seconds at most, and only when it takes anything', () => {
    open({ cache: { deltas: 100 } });
    const session = record();
    const viewer = late(session);
    send(session, 'full', 0, 10);
    viewers.takes = false;
    for (let seq = 1; seq < 4; seq++) send(session, 'delta', seq, 100);
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual([]);
    viewers.takes = true;
    vi.advanceTimersByTime(50);
    expect(asked).toEqual([session]);
    relay.record(session, sharer, 2);
    send(session, 'full', 0, 10, false, 2);
    expect(viewers.seen(viewer)).toHaveLength(2);
    viewers.takes = false;
    for (let seq = 1; seq < 4; seq++) send(session, 'delta', seq, 100, false, 2);
    viewers.takes = true;
    vi.advanceTimersByTime(4_000);
    expect(asked).toEqual([session]);
    vi.advanceTimersByTime(1_000);
    expect(asked).toEqual([session, session]);
  });

  test('never in the middle of a full that is still coming', () => {
    open({ cache: { full: 50 } });
    const session = record();
    vi.advanceTimersByTime(60_000);
    send(session, 'full', 0, 100, true);
    const viewer = late(session);
    vi.advanceTimersByTime(60_000);
    expect(asked).toEqual([]);
    send(session, 'full', 1, 100);
    vi.advanceTimersByTime(50);
    expect(asked).toEqual([session]);
    expect(viewers.seen(viewer)).toEqual([]);
  });
});

test('[RELAY-20] nothing runs while nobody is behind', () => {
  open();
  const session = record();
  const viewer = late(session);
  send(session, 'full', 0, 10);
  expect(vi.getTimerCount()).toBe(0);
  viewers.takes = false;
  send(session, 'delta', 1, 10);
  expect(vi.getTimerCount()).toBe(1);
  viewers.takes = true;
  vi.advanceTimersByTime(50);
  expect(viewers.seen(viewer)).toHaveLength(2);
  expect(vi.getTimerCount()).toBe(0);
});
