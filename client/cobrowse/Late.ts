/** A part that loads when it is first needed. If that fails, it is tried again with the next need. */
export class Late<Part> {
  readonly #load: () => Promise<Part>;
  #part: Promise<Part> | undefined;

  constructor(load: () => Promise<Part>) {
    this.#load = load;
  }

  get(): Promise<Part> {
    this.#part ??= this.#load().catch((error: unknown) => {
      this.#part = undefined;
      throw error;
    });
    return this.#part;
  }

  /** As soon as it is there, in the order of the calls. */
  use(act: (part: Part) => unknown): void {
    this.get()
      .then(act)
      .catch((error: unknown) => console.error('CoView:', error));
  }

  /** As `use`, but nothing loads for it. */
  useIfNeeded(act: (part: Part) => unknown): void {
    if (this.#part) this.use(act);
  }
}
