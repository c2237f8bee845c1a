import { type StorageKind, storageOf } from './storedKeys.ts';

/**
 * One value in the browser's storage under CoView's prefix. It is held in memory too and put back when the page is
 * left, so that a host page's `clear()` does not make a visitor somebody else; where storage is forbidden, memory is all.
 */
export class KeptValue {
  readonly #key: string;
  readonly #kind: StorageKind;
  #value: string | undefined;
  /** What other tabs have put there since stays. */
  readonly #restore = () => this.#read() === undefined && this.#write();

  constructor(kind: StorageKind, name: string) {
    this.#kind = kind;
    this.#key = `coview:${name}`;
    this.#value = this.#read();
    addEventListener('pagehide', this.#restore);
    document.addEventListener('visibilitychange', this.#restore);
  }

  get(): string | undefined {
    return this.#value;
  }

  set(value: string | undefined): void {
    this.#value = value;
    this.#write();
  }

  /** Takes what another tab of this browser has stored meanwhile. */
  refresh(): string | undefined {
    this.#value = this.#read() ?? this.#value;
    return this.#value;
  }

  /** As it is stored now, or no more: another tab has taken it away on purpose. */
  reread(): string | undefined {
    this.#value = this.#read();
    return this.#value;
  }

  close(): void {
    removeEventListener('pagehide', this.#restore);
    document.removeEventListener('visibilitychange', this.#restore);
  }

  #read(): string | undefined {
    try {
      return storageOf(this.#kind).getItem(this.#key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #write(): void {
    try {
      if (this.#value === undefined) storageOf(this.#kind).removeItem(this.#key);
      else storageOf(this.#kind).setItem(this.#key, this.#value);
    } catch {
      // Storage is forbidden or full: this page goes on from memory.
    }
  }
}
