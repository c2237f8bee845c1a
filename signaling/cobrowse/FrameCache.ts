import type { FrameHeader } from '#protocol/frame.ts';

const MIB = 1024 * 1024;

export const usualCacheLimits = {
  /** Bytes of a full; a larger one is relayed and not kept. */
  full: 24 * MIB,
  /** Bytes of what follows it; beyond, and beyond twice the full, a new full is shorter than all of it. */
  deltas: 2 * MIB,
  /** Frames; each costs more than its bytes. */
  frames: 10_000,
  /** Bytes of all sessions of this process. */
  total: 256 * MIB,
};
export type CacheLimits = typeof usualCacheLimits;

/** Bytes that all caches together hold. */
export interface CacheBudget {
  used: number;
}

/**
 * The last full and everything since, by position: positions count all numbered frames of the session. It is whole,
 * or it holds nothing.
 */
export class FrameCache {
  readonly #limits: CacheLimits;
  readonly #budget: CacheBudget;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #fullBytes = 0;
  #start = 0;
  #end = 0;
  #goesOn = false;
  #fullEnd = Number.POSITIVE_INFINITY;

  constructor(limits: CacheLimits, budget: CacheBudget) {
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Position of the first frame that is held, which begins a full. */
  get start(): number {
    return this.#start;
  }

  /** Position of the frame that comes next. */
  get end(): number {
    return this.#end;
  }

  /** Position after the last part of the full; Infinity while there is none, or more of it to come. */
  get fullEnd(): number {
    return this.#fullEnd;
  }

  /** The last full has more parts to come. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  at(position: number): Uint8Array | undefined {
    return this.#frames[position - this.#start];
  }

  /** Whether this frame begins a full. */
  begins({ kind }: FrameHeader): boolean {
    return kind === 'full' && !this.#goesOn;
  }

  add(header: FrameHeader, frame: Uint8Array): void {
    const begins = this.begins(header);
    if (begins) this.#release();
    const holds = begins || !this.isEmpty;
    this.#end++;
    if (holds) this.#hold(frame);
    else this.#start = this.#end;
    if (header.kind === 'full') {
      this.#goesOn = header.more;
      this.#fullEnd = header.more ? Number.POSITIVE_INFINITY : this.#end;
      this.#fullBytes = this.#bytes;
    }
    if (holds && this.#isTooMuch) this.#release();
  }

  /** Another recording begins, or none: nothing that was goes on. */
  drop(): void {
    this.#release();
    this.#goesOn = false;
    this.#fullEnd = Number.POSITIVE_INFINITY;
  }

  #hold(frame: Uint8Array): void {
    // A small message is a view into all that came in with it; what is held must cost what it counts.
    const wasteful = frame.buffer.byteLength > 2 * frame.length;
    this.#frames.push(wasteful ? Buffer.from(frame) : frame);
    this.#bytes += frame.length;
    this.#budget.used += frame.length;
  }

  #release(): void {
    this.#budget.used -= this.#bytes;
    this.#frames = [];
    this.#bytes = this.#fullBytes = 0;
    this.#start = this.#end;
  }

  get #isTooMuch(): boolean {
    const { full, deltas, frames, total } = this.#limits;
    if (this.#budget.used > total || this.#frames.length > frames) return true;
    if (this.#goesOn) return this.#bytes > full;
    return this.#fullBytes > full || this.#bytes - this.#fullBytes > Math.max(deltas, 2 * this.#fullBytes);
  }
}
