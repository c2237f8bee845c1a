import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes between two collections. */
const EVERY_BYTES = 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;

/**
 * Large messages are garbage as soon as they are passed on, but V8 sees few objects and so collects none of the young
 * ones, until so many bytes lie outside its heap that it collects everything: that took 60 to 100 ms, the young ones
 * alone about half a millisecond.
 */
export class YoungBuffers {
  #bytes = 0;

  /** So many bytes came in. */
  came(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < EVERY_BYTES) return;
    this.#bytes = 0;
    collect ??= exposed();
    collect({ type: 'minor' });
  }
}

function exposed(): NonNullable<typeof collect> {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
