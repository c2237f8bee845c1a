import { documentIn } from './dom.ts';
import type { PageEvent } from './events.ts';
import type { FarFrames, FarFramesOptions } from './FarFrames.ts';
import type { Known } from './Known.ts';

/** Leads to the frames of other origins; what speaks with them loads with the first of them. */
export class FarDoor {
  readonly #options: FarFramesOptions;
  /** Told before what speaks with them was there. */
  readonly #waiting = new Set<Known>();
  #frames: FarFrames | undefined;
  #loading: Promise<void> | undefined;
  #signal: AbortSignal | undefined;

  constructor(options: FarFramesOptions) {
    this.#options = options;
  }

  /** Until the signal ends it. */
  listen(signal: AbortSignal): void {
    this.#signal = signal;
    this.#frames?.listen(signal);
  }

  /** A frame was told, or has loaded something. */
  look(known: Known): void {
    if (this.#frames) this.#frames.look(known);
    else if (!documentIn(known.node as HTMLIFrameElement)) {
      this.#waiting.add(known);
      this.#load();
    }
  }

  left(known: Known): void {
    this.#waiting.delete(known);
    this.#frames?.left(known);
  }

  flush(): PageEvent[] {
    return this.#frames?.flush() ?? [];
  }

  clear(): void {
    this.#waiting.clear();
    this.#signal = undefined;
    this.#frames?.clear();
  }

  #load(): void {
    this.#loading ??= import('./FarFrames.ts')
      .then(({ FarFrames }) => {
        this.#frames = new FarFrames(this.#options);
        if (this.#signal) this.#frames.listen(this.#signal);
        for (const known of this.#waiting) this.#frames.look(known);
        this.#waiting.clear();
      })
      .catch((error) => {
        this.#loading = undefined;
        console.error('CoView:', error);
      });
  }
}
