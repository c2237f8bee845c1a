import { Late } from '../../core/Late.ts';
import { documentIn } from './dom.ts';
import type { PageEvent } from './events.ts';
import type { FarFrames, FarFramesOptions } from './FarFrames.ts';
import type { Known } from './Known.ts';

/** Leads to the frames of other origins; what speaks with them loads with the first of them. */
export class FarDoor {
  readonly #late: Late<FarFrames>;
  #frames: FarFrames | undefined;
  #signal: AbortSignal | undefined;

  constructor(options: FarFramesOptions) {
    this.#late = new Late(async () => {
      this.#frames = new (await import('./FarFrames.ts')).FarFrames(options);
      if (this.#signal) this.#frames.listen(this.#signal);
      return this.#frames;
    });
  }

  /** Until the signal ends it. */
  listen(signal: AbortSignal): void {
    this.#signal = signal;
    this.#frames?.listen(signal);
  }

  /** A frame was told, or has loaded something. */
  look(known: Known): void {
    if (this.#frames) this.#frames.look(known);
    else if (!documentIn(known.node as Element)) this.#late.use((frames) => this.#signal && frames.look(known));
  }

  left(known: Known): void {
    this.#frames?.left(known);
  }

  flush(): PageEvent[] {
    return this.#frames?.flush() ?? [];
  }

  clear(): void {
    this.#signal = undefined;
    this.#frames?.clear();
  }
}
