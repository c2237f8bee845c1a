import { CvError } from '#protocol/errors.ts';
import type { FileId, SiteId } from '#protocol/ids.ts';

export interface Unsent {
  readonly site: SiteId;
  readonly id: FileId;
  bytes: number;
  /** It has no row yet. */
  arriving: boolean;
  /** When it came, or is there whole. */
  since: number;
  readonly pools: readonly UnsentPool[];
}

export interface UnsentPoolOptions {
  readonly key: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** What to do about it. */
  readonly refusal: string;
}

/** How soon it is looked again what was sent meanwhile, in milliseconds. */
const LOOK_AGAIN_MS = 10_000;
/** Up to so many are looked after each time: it costs next to nothing. */
const FEW = 10;

/** Files that are counted together, of one sender for example. */
export class UnsentPool {
  readonly #options: UnsentPoolOptions;
  readonly #files = new Set<Unsent>();
  #bytes = 0;
  #looking: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: UnsentPoolOptions) {
    this.#options = options;
  }

  get key(): string {
    return this.#options.key;
  }

  get empty(): boolean {
    return this.#files.size === 0;
  }

  /** Whether another file has no place. */
  get full(): boolean {
    return this.#files.size >= this.#options.maxFiles || this.#bytes >= this.#options.maxBytes;
  }

  /** Whether those that are here hold more than they may. */
  get over(): boolean {
    return this.#bytes > this.#options.maxBytes;
  }

  add(file: Unsent): void {
    this.#files.add(file);
    this.#bytes += file.bytes;
  }

  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  delete(file: Unsent): void {
    if (this.#files.delete(file)) this.#bytes -= file.bytes;
  }

  /** Looks which were sent; who asks meanwhile waits for the same look. */
  look(forget: (file: Unsent) => Promise<void>): Promise<void> {
    if (this.#looking) return this.#looking;
    if (this.#files.size > FEW && performance.now() < this.#lookedAt + LOOK_AGAIN_MS) return Promise.resolve();
    const look = async () => {
      for (const file of [...this.#files]) if (!file.arriving) await forget(file);
    };
    this.#looking = look().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = performance.now();
    });
    return this.#looking;
  }

  refuse(): never {
    throw new CvError('RATE_LIMITED', this.#options.refusal);
  }
}
