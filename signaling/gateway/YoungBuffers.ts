import { collectGarbage } from '../collectGarbage.ts';

/** Bytes between two collections. */
const EVERY_BYTES = 1024 * 1024;

/**
 * Large messages are garbage as soon as they are passed on, but V8 sees few objects and so collects none of the young
 * ones, until so many bytes lie outside its heap that it collects everything, which takes a hundred times as long.
 */
export class YoungBuffers {
  #bytes = 0;

  /** So many bytes came in. */
  came(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < EVERY_BYTES) return;
    this.#bytes = 0;
    collectGarbage('minor');
  }
}
