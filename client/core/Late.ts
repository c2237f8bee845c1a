import { complain } from './complain.ts';
import { load } from './load.ts';

/** Between two tries, in milliseconds. */
const AGAIN_MS = 2000;

/** A part that loads when it is first needed. If that fails, it is tried again with the next need. */
export class Late<Part> {
  readonly #load: () => Promise<Part>;
  #part: Promise<Part> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(load: () => Promise<Part>) {
    this.#load = load;
  }

  get(): Promise<Part> {
    this.#part ??= load(this.#load).catch((error: unknown) => {
      this.#part = undefined;
      throw error;
    });
    return this.#part;
  }

  /** As soon as it is there, in the order of the calls. */
  use(act: (part: Part) => unknown): Promise<unknown> {
    return this.get().then(act).catch(complain);
  }

  /** Tries until it is there, or nobody needs it any more. */
  insist(isNeeded: () => boolean): void {
    clearTimeout(this.#again);
    this.get().catch((error: unknown) => {
      complain(error);
      clearTimeout(this.#again);
      this.#again = setTimeout(() => isNeeded() && this.insist(isNeeded), AGAIN_MS);
    });
  }

  /** As `use`, but nothing loads for it. */
  async useIfAsked(act: (part: Part) => unknown): Promise<void> {
    if (this.#part) await this.use(act);
  }
}
