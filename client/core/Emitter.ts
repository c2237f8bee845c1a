type Listeners<Events> = { [E in keyof Events]?: Set<Events[E]> };

/** Typed events; `on` answers its undo. A listener that throws stops nobody else. */
export class Emitter<Events extends { [E in keyof Events]: (...args: never[]) => void }> {
  /** Pages name events, and some add to `Object.prototype`. */
  readonly #listeners: Listeners<Events> = Object.create(null);

  on<E extends keyof Events>(event: E, listener: Events[E]): () => void {
    const set = this.#listeners[event] ?? new Set();
    this.#listeners[event] = set;
    set.add(listener);
    return () => void set.delete(listener);
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    for (const listener of [...(this.#listeners[event] ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
