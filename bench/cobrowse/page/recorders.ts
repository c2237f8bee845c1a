import { record } from '@rrweb/record';
import { Recording } from '#client/cobrowse/Recording.ts';
import type { FrameWire } from '#client/core/Wire.ts';
import { FRAME_HEADER_BYTES, type FrameHeader, readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';

/*
 * A page that nobody records, rrweb does, or CoView: all of what a shared page has, with a wire that leads nowhere.
 */

type Which = 'none' | 'rrweb' | 'coview';
interface Sent {
  header: FrameHeader;
  payload: Uint8Array<ArrayBuffer>;
}

const sent: Sent[] = [];
let fullSent: () => void = () => {};

const wire: Partial<FrameWire> = {
  connected: true,
  waiting: 0,
  insist: (async () => ({ missing: [] })) as never,
  sendFrame(frame) {
    const header = readFrameHeader(frame);
    if (!header) throw new Error('no frame');
    sent.push({ header, payload: frame.subarray(FRAME_HEADER_BYTES) });
    if (header.kind === 'full' && !header.more) fullSent();
  },
};

const privacy = { maskAll: false, mask: [], unmask: [], block: [] };
const boot: Partial<WidgetBoot> = {
  site: 'demo',
  host: location.origin,
  language: 'en',
  cobrowse: { control: true, privacy },
};

const starters: Record<Which, () => Promise<void>> = {
  none: async () => {},
  rrweb: async () => {
    record({ emit() {} });
  },
  coview: () => {
    const recording = new Recording({
      boot: boot as WidgetBoot,
      token: () => '',
      wire: wire as FrameWire,
      session: `cb_${'A'.repeat(22)}` as CobrowseId,
      onPaused(paused) {
        if (paused) throw new Error('it would leave changes out');
      },
    });
    const full = new Promise<void>((resolve) => {
      fullSent = resolve;
    });
    recording.begin(1, privacy);
    return full;
  },
};

const page = {
  /** Resolves with the milliseconds until the whole page has been told. */
  async start(which: Which): Promise<number> {
    const began = performance.now();
    await starters[which]();
    return performance.now() - began;
  },

  /** Rows of six cells, one by one; answers how long the script itself took. */
  addRows(count: number): number {
    const body = document.querySelector('#table tbody') as HTMLElement;
    const began = performance.now();
    for (let n = 0; n < count; n++) {
      const row = document.createElement('tr');
      for (let cell = 0; cell < 6; cell++) {
        row.appendChild(document.createElement('td')).textContent = `Row ${n}, cell ${cell}`;
      }
      body.appendChild(row);
    }
    return performance.now() - began;
  },

  /** Resolves when nothing has been sent for so long. */
  async settled(quietMs: number): Promise<void> {
    for (let before = -1; before !== sent.length; ) {
      before = sent.length;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
  },

  clearRows(): void {
    document.querySelector('#table tbody')?.replaceChildren();
  },

  /** How often a text stands in what was sent since the last time. */
  async told(text: string): Promise<number> {
    let count = 0;
    let parts: Uint8Array<ArrayBuffer>[] = [];
    for (const { header, payload } of sent.splice(0)) {
      parts.push(payload);
      if (header.more) continue;
      const stream = new Blob(parts).stream();
      const plain = header.deflated ? stream.pipeThrough(new DecompressionStream('deflate-raw')) : stream;
      count += (await new Response(plain).text()).split(text).length - 1;
      parts = [];
    }
    return count;
  },
};

Object.assign(window, { page });
