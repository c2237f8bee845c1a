import type { Sent } from '#protocol/chat.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { MessageId } from '#protocol/ids.ts';
import { isPassing } from '../core/isPassing.ts';
import type { StorageKind } from '../core/storedKeys.ts';
import type { Pending } from './Pending.ts';
import { PendingStore } from './PendingStore.ts';

export interface OutboxOptions {
  kind: StorageKind;
  /** Whose queue it is; the same in every tab. Undefined: nobody's yet, held in memory alone. */
  name: string | undefined;
  /** What another queue still held. */
  taken?: readonly Pending[];
  /** Whether there is a connection to send by; `flush` is called when there is one. */
  ready(): boolean;
  /** What has to be over before a message is sent. */
  before?(): Promise<unknown>;
  /** Rejects with CvError. */
  send(pending: Pending): Promise<Sent>;
  onSent(pending: Pending, sent: Sent): void;
  onChange(): void;
}

/** After the server could not take a message, and how long another tab may keep this one waiting; milliseconds. */
const RETRY_MS = 2_000;
const LOCK_MS = 8_000;

/**
 * Messages on their way to the server, in the order they were written, one at a time and each until it is answered.
 * All tabs hold the same queue; one of them sends. A message's id makes a second sending harmless.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #store: PendingStore | undefined;
  #items: Pending[];
  /** Written in this page: sent even if the page's scripts have emptied the storage. */
  readonly #own: Set<MessageId>;
  #draining = false;
  #closed = false;
  #wake: (() => void) | undefined;
  readonly #onLeave = () => this.#keep();

  constructor(options: OutboxOptions) {
    this.#options = options;
    const { kind, name, taken = [] } = options;
    this.#store = name ? new PendingStore(kind, name, (id, pending) => this.#foreign(id, pending)) : undefined;
    this.#own = new Set(taken.map(({ id }) => id));
    this.#items = inOrder([...(this.#store?.all() ?? []), ...taken]);
    this.#keep();
    addEventListener('pagehide', this.#onLeave);
  }

  /** Oldest first. */
  get items(): readonly Pending[] {
    return this.#items;
  }

  add(pending: Omit<Pending, 'at'>): void {
    const at = Math.max(Date.now(), (this.#items.at(-1)?.at ?? 0) + 1);
    const item: Pending = { ...pending, at };
    this.#own.add(item.id);
    this.#put(item);
    this.flush();
  }

  /** Sends a failed one again, under its id: if it did arrive, it is still the same message. */
  retry(id: string): void {
    const item = this.#find(id);
    if (!item?.failed) return;
    const { failed: _, ...again } = item;
    this.#own.add(item.id);
    this.#put(again);
    this.flush();
  }

  discard(id: string): void {
    if (this.#find(id)?.failed) this.#remove(id);
  }

  /** It has arrived, whoever sent it. */
  confirm(id: string): void {
    if (this.#find(id)) this.#remove(id);
  }

  /** Drops what this is not true for. */
  restrict(keep: (pending: Pending) => boolean): void {
    for (const item of this.#items) if (!keep(item)) this.#remove(item.id);
  }

  flush(): void {
    if (this.#draining || !this.#next()) return;
    this.#draining = true;
    void this.#locked(() => this.#drain()).finally(() => {
      this.#draining = false;
      this.flush();
    });
  }

  /** Forgets the queue here and in the storage. */
  clear(): void {
    this.#items = [];
    this.#store?.clear();
  }

  /** What is left stays in the storage for the next page. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#store?.close();
    removeEventListener('pagehide', this.#onLeave);
  }

  #next(): Pending | undefined {
    return this.#closed || !this.#options.ready() ? undefined : this.#items.find(({ failed }) => !failed);
  }

  async #drain(): Promise<void> {
    for (;;) {
      if (this.#next()) await this.#options.before?.();
      const item = this.#next();
      if (!item) return;
      // Another tab's that is gone from the storage was sent there.
      if (!this.#own.has(item.id) && !this.#store?.has(item.id)) {
        this.#remove(item.id);
        continue;
      }
      try {
        const sent = await this.#options.send(item);
        if (this.#closed || !this.#find(item.id)) continue;
        this.#remove(item.id, item);
        this.#options.onSent(item, sent);
      } catch (error) {
        await this.#refused(item, error);
      }
    }
  }

  async #refused(item: Pending, error: unknown): Promise<void> {
    if (!isPassing(error)) {
      const failed: ErrorCode = error instanceof CvError ? error.code : 'INTERNAL';
      if (!this.#closed && this.#find(item.id)) this.#put({ ...item, failed });
    } else if (this.#next()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** One tab at a time; one that is put to sleep by the browser keeps the others waiting only so long. */
  async #locked(act: () => Promise<void>): Promise<void> {
    const { locks } = navigator;
    if (!locks) return act();
    let begun = false;
    const begin = () => {
      begun = true;
      return act();
    };
    try {
      await locks.request(`coview:out:${this.#options.name}`, { signal: AbortSignal.timeout(LOCK_MS) }, begin);
    } catch (error) {
      if (begun) throw error;
      await act();
    }
  }

  #find(id: string): Pending | undefined {
    return this.#items.find((item) => item.id === id);
  }

  #put(item: Pending): void {
    this.#items = inOrder([...this.#items.filter(({ id }) => id !== item.id), item]);
    this.#store?.put(item);
    this.#options.onChange();
  }

  #remove(id: string, sent?: Pending): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#store?.delete(id as MessageId);
    if (!sent) this.#options.onChange();
  }

  #foreign(id: MessageId, pending: Pending | undefined): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    if (pending) this.#items = inOrder([...this.#items, pending]);
    this.#options.onChange();
    // Without locks every tab sends its own.
    if (pending && 'locks' in navigator) this.flush();
  }

  /** A page that clears the storage does not take along what was written here. */
  #keep(): void {
    const store = this.#store;
    for (const item of this.#items) if (this.#own.has(item.id) && !store?.has(item.id)) store?.put(item);
  }
}

const inOrder = (items: readonly Pending[]): Pending[] =>
  [...new Map(items.map((item) => [item.id, item])).values()].sort((one, other) => one.at - other.at);
