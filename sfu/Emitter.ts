type Listener = (...args: never[]) => void;

/** Typed facts; a listener that throws stops neither the others nor the one who told. */
export class Emitter<Events extends { [E in keyof Events]: Listener }> {
  readonly #listeners = new Map<keyof Events, Set<{ listener: Listener }>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Returns the undo. */
  on<E extends keyof Events>(event: E, listener: Events[E]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    const entry = { listener };
    this.#listeners.set(event, listeners.add(entry));
    return () => void listeners.delete(entry);
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    for (const { listener } of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(...(args as never[]));
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  close(): void {
    this.#listeners.clear();
  }
}
