/** Where somebody stands within a limit. */
export interface Standing {
  readonly limit: number;
  readonly left: number;
  /** Seconds until the window ends. */
  readonly reset: number;
  readonly refused: boolean;
}

interface Count {
  taken: number;
  readonly endsAt: number;
}

const WINDOW_MS = 60_000;

/** Counts up to a limit by key, in windows of a minute that begin with the first of each key. */
export class Windows {
  readonly #limit: number;
  readonly #counts = new Map<string, Count>();
  #sweepAt = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(key: string): Standing {
    const now = performance.now();
    let count = this.#counts.get(key);
    if (!count || count.endsAt <= now) count = this.#begin(key, now);
    count.taken++;
    return {
      limit: this.#limit,
      left: Math.max(0, this.#limit - count.taken),
      reset: Math.ceil((count.endsAt - now) / 1000),
      refused: count.taken > this.#limit,
    };
  }

  #begin(key: string, now: number): Count {
    if (now >= this.#sweepAt) {
      for (const [old, { endsAt }] of this.#counts) if (endsAt <= now) this.#counts.delete(old);
      this.#sweepAt = now + WINDOW_MS;
    }
    const count = { taken: 0, endsAt: now + WINDOW_MS };
    this.#counts.set(key, count);
    return count;
  }
}
