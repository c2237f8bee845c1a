/** What one session may send; a page that draws 200 times a second stays below it. */
export const usualFrameRate = {
  framesPerSecond: 250,
  framesAtOnce: 1_000,
  bytesPerSecond: 4 * 1024 * 1024,
  /** A giant page arrives whole. */
  bytesAtOnce: 24 * 1024 * 1024,
};

/** A bucket of frames and one of bytes; a frame needs both. */
export class FrameRate {
  readonly #rate: typeof usualFrameRate;
  #frames: number;
  #bytes: number;
  #filledAt: number;

  constructor(rate: typeof usualFrameRate, now: number) {
    this.#rate = rate;
    this.#frames = rate.framesAtOnce;
    this.#bytes = rate.bytesAtOnce;
    this.#filledAt = now;
  }

  take(bytes: number, now: number): boolean {
    const { framesPerSecond, framesAtOnce, bytesPerSecond, bytesAtOnce } = this.#rate;
    const seconds = Math.max(0, now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#frames = Math.min(framesAtOnce, this.#frames + seconds * framesPerSecond);
    this.#bytes = Math.min(bytesAtOnce, this.#bytes + seconds * bytesPerSecond);
    if (this.#frames < 1 || this.#bytes < bytes) return false;
    this.#frames--;
    this.#bytes -= bytes;
    return true;
  }
}
