import { setTimeout } from 'node:timers/promises';

/** Between two tries, in milliseconds; each time twice as long, up to the last. */
const FIRST_MS = 1;
const LAST_MS = 16;

/**
 * Does again what SQLite refuses while another program has the file. SQLite's own waiting would stop the whole
 * process: no socket would be answered meanwhile.
 */
export class Patience {
  readonly #ms: number;
  /** Since when every try was refused, and when the last one was; by the clock of `performance`. */
  #since: number | undefined;
  #refused = 0;

  /**
   * So many milliseconds; who comes when they are over is refused at once, until the file is free again or nobody has
   * asked for as long: what has it then may be another program.
   */
  constructor(ms: number) {
    this.#ms = ms;
  }

  async try<T>(work: () => T | Promise<T>): Promise<T> {
    for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LAST_MS)) {
      try {
        const result = await work();
        this.#since = undefined;
        return result;
      } catch (error) {
        if (!isBusy(error)) throw error;
        const now = performance.now();
        if (this.#since === undefined || now - this.#refused > this.#ms) this.#since = now;
        this.#refused = now;
        if (now - this.#since > this.#ms) throw error;
      }
      await setTimeout(wait);
    }
  }
}

/** By the driver itself, or by TypeORM, which takes over its code. */
const isBusy = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
};
