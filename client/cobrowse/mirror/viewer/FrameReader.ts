import {
  FRAME_HEADER_BYTES,
  type FrameHeader,
  type FrameKind,
  MAX_INFLATED,
  readFrameHeader,
} from '#protocol/frame.ts';
import { lengthened } from '../../shortMoves.ts';
import { Inflater } from './Inflater.ts';

interface FrameReaderOptions {
  /** The page begins anew; `stream` counts the recordings. */
  begin(stream: number): void;
  /** May throw: then it is as if the frame had been lost. */
  apply(events: readonly unknown[]): void;
  gap(): void;
}

interface Message {
  kind: FrameKind;
  /** Which full it follows. */
  page: number;
  stream: number;
  parts: Uint8Array<ArrayBuffer>[];
  bytes: number;
  inflater?: Inflater;
}

/** Frames into events, in order and without gaps; at once where nothing has to be inflated before. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  #stream: number | undefined;
  /** Of the next frame; undefined while only a full one helps. */
  #next: number | undefined;
  /** Counts full ones. */
  #page = 0;
  #told = false;
  #open: Message | undefined;
  #queued = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  take(frame: ArrayBuffer): void {
    const bytes = new Uint8Array(frame);
    const header = readFrameHeader(bytes);
    if (!header) return this.#lose(this.#page);
    const payload = bytes.subarray(FRAME_HEADER_BYTES);
    if (header.kind === 'pointer') return this.#point(header, payload);
    const goesOn = this.#follows(header) && this.#open?.kind === header.kind;
    if (header.kind === 'full' && !goesOn) this.#begin(header);
    else if (!this.#follows(header) || (this.#open && !goesOn)) return this.#lose(this.#page);
    this.#next = header.seq + 1;
    const message = this.#open ?? this.#message(header);
    if (header.deflated !== (message.inflater !== undefined)) return this.#lose(this.#page);
    message.bytes += payload.length;
    if (message.bytes > MAX_INFLATED) return this.#lose(this.#page);
    if (message.inflater) message.inflater.push(payload);
    else message.parts.push(payload);
    this.#open = header.more ? message : undefined;
    if (!header.more) this.#queue(message);
  }

  /** What comes is of no use until the next full one. */
  lose(): void {
    this.#lose(this.#page);
  }

  #follows({ stream, seq }: FrameHeader): boolean {
    return stream === this.#stream && seq === this.#next;
  }

  #begin({ stream }: FrameHeader): void {
    this.#open?.inflater?.cancel();
    this.#open = undefined;
    this.#stream = stream;
    this.#page++;
    this.#told = false;
  }

  #message({ kind, stream, deflated }: FrameHeader): Message {
    return { kind, stream, page: this.#page, parts: [], bytes: 0, ...(deflated && { inflater: new Inflater() }) };
  }

  /** One that is lost is not missed. */
  #point(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    if (header.stream !== this.#stream || this.#next === undefined || header.more || this.#open) return;
    const message = this.#message(header);
    if (message.inflater) message.inflater.push(payload);
    else message.parts.push(payload);
    this.#queue(message);
  }

  #queue(message: Message): void {
    const { inflater, parts } = message;
    if (!inflater && this.#queued === 0) return this.#run(message, () => decoded(parts));
    this.#queued++;
    const inflated = inflater?.end();
    this.#tail = this.#tail
      .then(async () => {
        const text = await inflated;
        this.#run(message, () => text ?? decoded(parts));
      })
      .catch(() => this.#lose(message.page))
      .finally(() => this.#queued--);
  }

  #run({ kind, page, stream }: Message, text: () => string): void {
    // Another page has begun meanwhile, or this one was lost.
    if (page !== this.#page || this.#next === undefined) return;
    try {
      const events: unknown = JSON.parse(text());
      if (!Array.isArray(events)) throw new TypeError('no list of events');
      if (kind === 'full') this.#options.begin(stream);
      this.#options.apply(kind === 'pointer' ? lengthened(events) : events);
    } catch (error) {
      console.debug('CoView:', error);
      this.#lose(page);
    }
  }

  #lose(page: number): void {
    if (page !== this.#page) return;
    this.#next = undefined;
    this.#open?.inflater?.cancel();
    this.#open = undefined;
    if (this.#told) return;
    this.#told = true;
    this.#options.gap();
  }
}

function decoded(parts: readonly Uint8Array<ArrayBuffer>[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
}
