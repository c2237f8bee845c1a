/** At most `limit` attempts per key within `windowMs`; old keys are forgotten as new ones come. */
export class AttemptLimiter {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #windows = new Map<string, { count: number; endsAt: number }>();

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  take(key: string, now = performance.now()): boolean {
    for (const [old, window] of this.#windows) {
      if (window.endsAt > now) break;
      this.#windows.delete(old);
    }
    const window = this.#windows.get(key) ?? { count: 0, endsAt: now + this.#windowMs };
    window.count++;
    this.#windows.set(key, window);
    return window.count <= this.#limit;
  }
}
