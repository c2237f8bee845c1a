interface Making<T> {
  readonly of: readonly unknown[];
  readonly value: T;
}

/** What was last made of a record or a list, as long as it would be made of the very same things again; frozen. */
export class Made<K extends object, T extends object> {
  readonly #makings = new WeakMap<K, Making<T>>();

  /** `of`: all that goes into it beside the key. */
  once(key: K, of: readonly unknown[], make: () => T): T {
    const known = this.#makings.get(key);
    if (known && isSame(known.of, of)) return known.value;
    const value = Object.freeze(make());
    this.#makings.set(key, { of, value });
    return value;
  }
}

const isSame = (one: readonly unknown[], two: readonly unknown[]): boolean =>
  one.length === two.length && one.every((item, i) => item === two[i]);
