/** Within TYPING_MS of the contract, so that the other side sees it without a break. */
const REPEAT_MS = 3_000;

/** Tells that somebody here types: at once, then every few seconds while it goes on, and that it has stopped. */
export class TypingTeller {
  readonly #tell: (on: boolean) => void;
  #toldAt: number | undefined;

  constructor(tell: (on: boolean) => void) {
    this.#tell = tell;
  }

  type(on: boolean): void {
    const now = performance.now();
    if (on && (this.#toldAt === undefined || now - this.#toldAt >= REPEAT_MS)) {
      this.#toldAt = now;
      this.#tell(true);
    } else if (!on && this.#toldAt !== undefined) {
      this.#toldAt = undefined;
      this.#tell(false);
    }
  }

  /** The message has gone out, which says it too. */
  sent(): void {
    this.#toldAt = undefined;
  }
}
