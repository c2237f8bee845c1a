import type { MessageId } from '#protocol/ids.ts';
import { type StorageKind, storageOf, storedKeys } from '../core/storedKeys.ts';
import type { Pending } from './Pending.ts';

const ROOT = 'coview:out:';

/** Names of the queues that lie in the storage, of those that begin so. */
export function storedQueues(kind: StorageKind, beginning: string): string[] {
  const names = storedKeys(kind, ROOT + beginning).map((key) => key.slice(ROOT.length, key.lastIndexOf(':')));
  return [...new Set(names)];
}

/**
 * A queue in the browser's storage: a key for each message, so that tabs which write at the same moment lose nothing
 * of each other. Where storage is forbidden or full, nothing is kept, and nothing fails.
 */
export class PendingStore {
  readonly #kind: StorageKind;
  readonly #beginning: string;
  readonly #onStorage = (event: StorageEvent) => this.#heard(event);
  /** Another tab has put a message there, or taken it out. */
  readonly #onForeign: (id: MessageId, pending: Pending | undefined) => void;

  constructor(kind: StorageKind, name: string, onForeign: (id: MessageId, pending: Pending | undefined) => void) {
    this.#kind = kind;
    this.#beginning = `${ROOT}${name}:`;
    this.#onForeign = onForeign;
    addEventListener('storage', this.#onStorage);
  }

  all(): Pending[] {
    return storedKeys(this.#kind, this.#beginning).flatMap((key) => this.#parse(key, this.#read(key)) ?? []);
  }

  has(id: MessageId): boolean {
    return this.#read(this.#beginning + id) !== undefined;
  }

  put(pending: Pending): void {
    try {
      storageOf(this.#kind).setItem(this.#beginning + pending.id, JSON.stringify(pending));
    } catch {
      // Forbidden or full: this message lives as long as the page.
    }
  }

  delete(id: MessageId): void {
    try {
      storageOf(this.#kind).removeItem(this.#beginning + id);
    } catch {
      // Nothing was kept.
    }
  }

  clear(): void {
    for (const key of storedKeys(this.#kind, this.#beginning)) this.delete(this.#idOf(key));
  }

  close(): void {
    removeEventListener('storage', this.#onStorage);
  }

  #heard({ key, newValue, storageArea }: StorageEvent): void {
    if (!key?.startsWith(this.#beginning)) return;
    try {
      if (storageArea !== storageOf(this.#kind)) return;
    } catch {
      return;
    }
    this.#onForeign(this.#idOf(key), this.#parse(key, newValue ?? undefined));
  }

  #idOf(key: string): MessageId {
    return key.slice(this.#beginning.length) as MessageId;
  }

  #read(key: string): string | undefined {
    try {
      return storageOf(this.#kind).getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  /** The page's own scripts may write there too: what is no message of this queue is passed over. */
  #parse(key: string, text: string | undefined): Pending | undefined {
    try {
      const pending = JSON.parse(text ?? 'null') as Partial<Pending> | null;
      const { id, at, text: words } = pending ?? {};
      const good = id === this.#idOf(key) && typeof at === 'number' && typeof words === 'string';
      return good ? (pending as Pending) : undefined;
    } catch {
      return undefined;
    }
  }
}
