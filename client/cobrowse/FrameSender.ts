import type { eventWithTime } from '@rrweb/types';
import type { FrameKind } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { toJson } from '../core/toJson.ts';
import type { FrameWire } from '../core/Wire.ts';
import { deflate, inParts } from './deflate.ts';
import { custom } from './record/events.ts';
import { shortened } from './shortMoves.ts';

export interface FrameSenderOptions {
  wire: Pick<FrameWire, 'connected' | 'waiting' | 'sendFrame'>;
  session: CobrowseId;
  stream: number;
  /** The network does not take what the page gives: true when it begins to be left out, false when all is taken. */
  onBehind(behind: boolean): void;
}

/** Shorter JSON is not worth a compression. */
const DEFLATE_CHARS = 512;
/** What the socket has been given cannot be taken back by a revocation, so it is given little at a time. */
const PART_BYTES = 128 * 1024;
const WINDOW_BYTES = 64 * 1024;
/** JSON that waits, about four times what it is as deflated. */
const DROP_POINTERS_CHARS = 1024 * 1024;
const BEHIND_CHARS = 4 * 1024 * 1024;
/** No event tells that a socket has room again. */
const LOOK_MS = 10;

interface Item {
  kind: FrameKind;
  /** Events as JSON, without the brackets around. */
  texts: string[];
  /** More of it will come. */
  open: boolean;
  /** More has come, or nothing will. */
  wake?: () => void;
}

/** Sends what one recording tells, as frames of one stream: in order, without gaps, deflated, in parts. */
export class FrameSender {
  readonly #options: FrameSenderOptions;
  readonly #queue: Item[] = [];
  /** JSON of deltas that waits. */
  #chars = 0;
  #seq = -1;
  /** Set while the first of the queue is on its way. */
  #sending: Item | undefined;
  #behind = false;
  #stopped = false;
  /** The pointer that was left out last: where it rests is told when there is room. */
  #place: readonly eventWithTime[] | undefined;

  constructor(options: FrameSenderOptions) {
    this.#options = options;
  }

  /** `more`: a full goes on with the next one, which may be without events and only say that it was all. */
  send(events: readonly eventWithTime[], kind: FrameKind, more = false): void {
    if (this.#stopped || (events.length === 0 && kind !== 'full')) return;
    if (kind === 'full') this.#full(events, more);
    else if (this.#behind) return;
    else if (kind === 'pointer' && this.#sending && this.#isSlow()) this.#place = events;
    else this.#follow(events, kind);
    if (this.#chars > BEHIND_CHARS) this.#fallBehind();
    if (!this.#sending) void this.#pump();
  }

  /** From here on nothing leaves, whatever waits. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#sending?.wake?.();
  }

  #full(events: readonly eventWithTime[], more: boolean): void {
    const last = this.#queue.find(({ kind, open }) => kind === 'full' && open);
    if (last) {
      if (events.length > 0) last.texts.push(bare(events));
      last.open = more;
      last.wake?.();
      return;
    }
    // It replaces everything that has not begun to leave.
    this.#queue.splice(this.#sending ? 1 : 0);
    this.#chars = this.#sending?.kind === 'delta' ? charsOf(this.#sending) : 0;
    this.#behind = false;
    this.#place = undefined;
    this.#queue.push({ kind: 'full', texts: events.length > 0 ? [bare(events)] : [], open: more });
  }

  #follow(events: readonly eventWithTime[], kind: 'delta' | 'pointer'): void {
    const text = bare(kind === 'pointer' ? shortened(events) : events);
    if (kind === 'delta') this.#chars += text.length;
    else this.#place = undefined;
    const last = this.#queue.at(-1);
    if (last?.kind === kind && last !== this.#sending) last.texts.push(text);
    else this.#queue.push({ kind, texts: [text], open: false });
  }

  #isSlow(): boolean {
    return this.#chars > DROP_POINTERS_CHARS || this.#options.wire.waiting > WINDOW_BYTES;
  }

  #fallBehind(): void {
    if (this.#behind) return;
    this.#follow([{ ...custom('cv.paused', { paused: true }), timestamp: Date.now() }], 'delta');
    this.#behind = true;
    this.#options.onBehind(true);
  }

  async #pump(): Promise<void> {
    for (let item = this.#queue[0]; item; item = this.#queue[0]) {
      this.#sending = item;
      for await (const { bytes, deflated, more } of this.#pack(item)) {
        await this.#room();
        if (this.#stopped) break;
        this.#put(item.kind, bytes, deflated, more);
      }
      this.#queue.shift();
      if (this.#place && this.#queue.length === 0) this.#follow(this.#place, 'pointer');
    }
    this.#sending = undefined;
    if (!this.#behind || this.#stopped) return;
    await this.#room();
    if (!this.#behind || this.#stopped) return;
    this.#behind = false;
    this.#options.onBehind(false);
  }

  async *#pack(item: Item): AsyncGenerator<{ bytes: Uint8Array; deflated: boolean; more: boolean }> {
    const deflated = (item.open || charsOf(item) >= DEFLATE_CHARS) && canDeflate();
    const texts = this.#textsOf(item);
    for await (const part of inParts(deflated ? deflate(texts) : encoded(texts), PART_BYTES)) {
      yield { ...part, deflated };
    }
  }

  async *#textsOf(item: Item): AsyncGenerator<string> {
    yield '[';
    for (let before = ''; ; ) {
      for (let text = item.texts.shift(); text !== undefined; text = item.texts.shift()) {
        if (item.kind === 'delta') this.#chars -= text.length;
        yield before + text;
        before = ',';
      }
      if (!item.open || this.#stopped) break;
      await new Promise<void>((resolve) => {
        item.wake = resolve;
      });
    }
    yield ']';
  }

  #put(kind: FrameKind, payload: Uint8Array, deflated: boolean, more: boolean): void {
    const { wire, session, stream } = this.#options;
    // What is lost on the way is a gap: the server asks for another stream when the page is back.
    if (!wire.connected) return this.stop();
    if (kind !== 'pointer') this.#seq++;
    if (this.#seq >= 0) wire.sendFrame(writeFrame({ session, stream, seq: this.#seq, kind, deflated, more }, payload));
  }

  async #room(): Promise<void> {
    while (!this.#stopped && this.#options.wire.waiting > WINDOW_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

const bare = (events: readonly unknown[]): string => toJson(events).slice(1, -1);

const charsOf = ({ texts }: Item): number => texts.reduce((chars, text) => chars + text.length, 0);

function canDeflate(): boolean {
  try {
    return new CompressionStream('deflate-raw') !== undefined;
  } catch {
    return false;
  }
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}
