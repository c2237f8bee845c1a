import { TYPING_MS } from '#protocol/limits.ts';

/** Who types on the other side; without a word for a while nobody does. */
export class TypingShown {
  readonly #onChange: () => void;
  #name: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get name(): string | undefined {
    return this.#name;
  }

  set(name: string | undefined): void {
    clearTimeout(this.#timer);
    if (name !== undefined) this.#timer = setTimeout(() => this.set(undefined), TYPING_MS);
    if (name === this.#name) return;
    this.#name = name;
    this.#onChange();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
