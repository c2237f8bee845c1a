import type { eventWithTime } from '@rrweb/types';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FrameSender } from '#client/cobrowse/FrameSender.ts';
import { FRAME_HEADER_BYTES, type FrameHeader, readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';

afterEach(() => vi.useRealTimers());

interface Sent extends FrameHeader {
  payload: Uint8Array<ArrayBuffer>;
}

/** A sender whose socket takes what it gets, or says how much waits. */
function open() {
  const session = newId<CobrowseId>('cb');
  const sent: Sent[] = [];
  const wire = {
    connected: true,
    waiting: 0,
    sendFrame(frame: Uint8Array<ArrayBuffer>) {
      const header = readFrameHeader(frame);
      if (!header) throw new Error('no frame');
      sent.push({ ...header, payload: frame.slice(FRAME_HEADER_BYTES) });
    },
  };
  const behind: boolean[] = [];
  const sender = new FrameSender({ wire, session, stream: 7, onBehind: (is) => behind.push(is) });
  return { session, sent, wire, behind, sender };
}

const event = (text: string) => ({ type: 5, data: { tag: 'x', payload: text }, timestamp: 1 }) as eventWithTime;
/** Text that does not shrink. */
const noise = (chars: number) => {
  let state = 1;
  let text = '';
  for (let nth = 0; nth < chars; nth++) {
    state = (state * 48_271) % 2_147_483_647;
    text += String.fromCharCode(33 + (state % 90));
  }
  return text;
};

/** What the frames say, part by part joined as the contract has it. */
async function read(frames: readonly Sent[]): Promise<{ kind: string; texts: string[] }[]> {
  const all: { kind: string; texts: string[] }[] = [];
  let parts: Sent[] = [];
  for (const frame of frames) {
    parts.push(frame);
    if (frame.more) continue;
    expect(new Set(parts.map(({ kind }) => kind)).size).toBe(1);
    let stream = new Blob(parts.map(({ payload }) => payload)).stream();
    if (frame.deflated) stream = stream.pipeThrough(new DecompressionStream('deflate-raw'));
    const events = JSON.parse(await new Response(stream).text()) as { data: { tag: string; payload: string } }[];
    all.push({ kind: frame.kind, texts: events.map(({ data }) => (data.tag === 'x' ? data.payload : data.tag)) });
    parts = [];
  }
  expect(parts).toEqual([]);
  return all;
}

describe('frames of a stream', () => {
  test('[SHARE-1] number themselves from 0 without gaps; pointers repeat the number they follow; short ones go plain', async () => {
    const { session, sent, sender } = open();
    sender.send([event('too early')], 'pointer');
    sender.send([event('page')], 'full');
    sender.send([event('p1')], 'pointer');
    sender.send([event('d1')], 'delta');
    await until(() => expect(sent.length).toBe(3));
    sender.send([event('p2')], 'pointer');
    sender.send([event('d2')], 'delta');
    await until(() => expect(sent.length).toBe(5));
    expect(sent.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['full', 0],
      ['pointer', 0],
      ['delta', 1],
      ['pointer', 1],
      ['delta', 2],
    ]);
    for (const frame of sent) expect(frame).toMatchObject({ session, stream: 7, deflated: false, more: false });
    expect((await read(sent)).map(({ texts }) => texts[0])).toEqual(['page', 'p1', 'd1', 'p2', 'd2']);
  });

  test('[SHARE-1] a move of the pointer goes as four numbers', async () => {
    const { sent, sender } = open();
    const move = { source: 1, positions: [{ x: 5, y: 6, id: 78, timeOffset: 0 }] };
    sender.send([event('page')], 'full');
    sender.send([{ type: 3, data: move, timestamp: 1 } as eventWithTime, event('left')], 'pointer');
    sender.send([{ type: 3, data: move, timestamp: 1 } as eventWithTime], 'delta');
    await until(() => expect(sent.length).toBe(3));
    const told = sent.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)));
    expect(told[1]).toEqual([[1, 5, 6, 78], event('left')]);
    expect(told[2]).toEqual([{ type: 3, data: move, timestamp: 1 }]);
  });

  test('[SHARE-1] from 512 characters on they are deflated; what came before leaves before', async () => {
    const { sent, sender } = open();
    sender.send([event('ä日🙂'.repeat(30_000))], 'full');
    sender.send([event('after')], 'delta');
    await until(() => expect(sent.length).toBe(2));
    expect(sent.map(({ deflated }) => deflated)).toEqual([true, false]);
    expect(await read(sent)).toEqual([
      { kind: 'full', texts: ['ä日🙂'.repeat(30_000)] },
      { kind: 'delta', texts: ['after'] },
    ]);
    expect(sent[0]?.payload.length).toBeLessThan(2_000);
  });

  test('[SHARE-1] what is large goes in parts, each but the last marked, and is one stream', async () => {
    const { sent, sender } = open();
    const text = noise(500_000);
    sender.send([event(text)], 'full');
    await until(() => expect(sent.at(-1)?.more).toBe(false));
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, at) => at));
    expect(sent.slice(0, -1).every(({ more, payload }) => more && payload.length === 128 * 1024)).toBe(true);
    expect(await read(sent)).toEqual([{ kind: 'full', texts: [text] }]);
  });

  test('[SHARE-1] a page that comes in slices is one full, and changes meanwhile follow it', async () => {
    const { sent, sender } = open();
    sender.send([event('one')], 'full', true);
    sender.send([event('changed')], 'delta');
    sender.send([event('two'), event('three')], 'full', true);
    await until(() => expect(sent).toEqual([]));
    sender.send([event('four')], 'full');
    await until(() => expect(sent.length).toBe(2));
    expect(await read(sent)).toEqual([
      { kind: 'full', texts: ['one', 'two', 'three', 'four'] },
      { kind: 'delta', texts: ['changed'] },
    ]);
  });

  test('[SHARE-1] the end of a page in slices may come without anything new', async () => {
    const { sent, sender } = open();
    sender.send([event('one')], 'full', true);
    sender.send([], 'full', true);
    sender.send([], 'delta');
    sender.send([], 'full');
    await until(() => expect(sent.length).toBe(1));
    expect(await read(sent)).toEqual([{ kind: 'full', texts: ['one'] }]);
  });

  test('[SHARE-1] on a page whose scripts gave texts and arrays a toJSON, events are what they are', async () => {
    const { sent, sender } = open();
    const prototypes = [Array.prototype, String.prototype] as { toJSON?: () => string }[];
    for (const prototype of prototypes) prototype.toJSON = () => 'broken';
    try {
      sender.send([event('whole')], 'full');
    } finally {
      for (const prototype of prototypes) delete prototype.toJSON;
    }
    await until(() => expect(sent.length).toBe(1));
    expect(await read(sent)).toEqual([{ kind: 'full', texts: ['whole'] }]);
  });

  test('[SHARE-1] without a compressor they go as they are', async () => {
    vi.stubGlobal('CompressionStream', undefined);
    try {
      const { sent, sender } = open();
      sender.send([event('x'.repeat(300_000))], 'full');
      await until(() => expect(sent.at(-1)?.more).toBe(false));
      expect(sent.every(({ deflated }) => !deflated)).toBe(true);
      expect(await read(sent)).toEqual([{ kind: 'full', texts: ['x'.repeat(300_000)] }]);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('a slow network', () => {
  test('[SHARE-2] is given little at a time, and a stop takes back all the rest', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sent, wire, sender } = open();
    sender.send([event(noise(500_000))], 'full');
    wire.waiting = 64 * 1024 + 1;
    sender.send([event('later')], 'delta');
    const looked = until(() => expect(vi.getTimerCount()).toBe(1));
    await vi.advanceTimersByTimeAsync(1_000);
    await looked;
    expect(sent).toEqual([]);
    wire.waiting = 0;
    await vi.advanceTimersByTimeAsync(10);
    wire.waiting = 64 * 1024 + 1;
    const before = sent.length;
    expect(before).toBeGreaterThan(0);
    sender.stop();
    wire.waiting = 0;
    sender.send([event('never')], 'delta');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.length).toBe(before);
  });

  test('[SHARE-2] changes that wait go together; pointers are left out, but where the last one rests', async () => {
    const { sent, wire, sender } = open();
    sender.send([event('page')], 'full');
    await until(() => expect(sent.length).toBe(1));
    wire.waiting = 100_000;
    for (const text of ['a', 'b', 'c', 'd']) {
      sender.send([event(text)], 'delta');
      sender.send([event(`pointer ${text}`)], 'pointer');
    }
    wire.waiting = 0;
    await until(() => expect(sent.length).toBe(4));
    expect((await read(sent)).flatMap(({ texts }) => texts)).toEqual(['page', 'a', 'b', 'c', 'd', 'pointer d']);
    expect(sent.map(({ seq }) => seq)).toEqual([0, 1, 2, 2]);
  });

  test('[SHARE-2] a resting pointer is told as soon as there is room, also where nothing else follows, and not of a page before', async () => {
    const { sent, wire, sender } = open();
    sender.send([event('page')], 'full');
    await until(() => expect(sent.length).toBe(1));
    wire.waiting = 100_000;
    sender.send([event('on the way')], 'pointer');
    sender.send([event('rests')], 'pointer');
    wire.waiting = 0;
    await until(() => expect(sent.length).toBe(3));
    wire.waiting = 100_000;
    sender.send([event('of before')], 'pointer');
    sender.send([event('gone')], 'pointer');
    sender.send([event('anew')], 'full');
    wire.waiting = 0;
    await until(() => expect(sent.at(-1)?.kind).toBe('full'));
    sender.send([event('end')], 'delta');
    await until(() => expect(sent.at(-1)?.kind).toBe('delta'));
    const texts = (await read(sent)).flatMap((message) => message.texts);
    expect(texts).toEqual(['page', 'on the way', 'rests', 'of before', 'anew', 'end']);
  });

  test('[SHARE-3] that falls behind is told once, gets no more changes, and the whole page when it has caught up', async () => {
    const { sent, wire, behind, sender } = open();
    sender.send([event('page')], 'full');
    await until(() => expect(sent.length).toBe(1));
    wire.waiting = 100_000;
    let count = 0;
    for (; behind.length === 0; count++) sender.send([event(`${count}`.repeat(1024 * 1024))], 'delta');
    expect(count).toBeGreaterThan(3);
    sender.send([event('lost')], 'delta');
    wire.waiting = 0;
    await until(() => expect(behind).toEqual([true, false]));
    sender.send([event('anew')], 'full');
    sender.send([event('after')], 'delta');
    await until(() => expect(sent.at(-1)).toMatchObject({ kind: 'delta', deflated: false }));
    const read1 = await read(sent);
    expect(read1.flatMap(({ texts }) => texts.map((text) => text.slice(0, 9)))).toEqual([
      'page',
      ...Array.from({ length: count }, (_, nth) => `${nth}`.repeat(9)),
      'cv.paused',
      'anew',
      'after',
    ]);
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, at) => at));
  });

  test('[SHARE-3] a new full takes the place of changes that have not left', async () => {
    const { sent, wire, sender } = open();
    sender.send([event('page')], 'full');
    await until(() => expect(sent.length).toBe(1));
    wire.waiting = 100_000;
    sender.send([event('under way')], 'delta');
    sender.send([event('stale')], 'delta');
    sender.send([event('anew')], 'full');
    wire.waiting = 0;
    await until(() => expect(sent.length).toBe(3));
    expect((await read(sent)).flatMap(({ texts }) => texts)).toEqual(['page', 'under way', 'anew']);
  });

  test('[SHARE-3] a lost connection ends the stream: what would follow has a gap before it', async () => {
    const { sent, wire, sender } = open();
    sender.send([event('page')], 'full');
    await until(() => expect(sent.length).toBe(1));
    wire.connected = false;
    sender.send([event('lost')], 'delta');
    await new Promise((resolve) => setTimeout(resolve));
    wire.connected = true;
    sender.send([event('never')], 'delta');
    await new Promise((resolve) => setTimeout(resolve));
    expect(sent.length).toBe(1);
  });
});
