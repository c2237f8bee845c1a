import { signal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { CV } from '../../page/CV.ts';
import { codeOf } from '../texts/failure.ts';

/** A list of the REST API under `path`, and what was done to it last. */
export class ListStore<T extends object> {
  /** Undefined until it is loaded. */
  readonly items = signal<readonly T[] | undefined>(undefined);
  readonly error = signal<ErrorCode | undefined>(undefined);
  readonly busy = signal(false);
  readonly #cv: CV;
  readonly #path: string;

  constructor(cv: CV, path: string) {
    this.#cv = cv;
    this.#path = path;
    void this.load();
  }

  load(): Promise<unknown> {
    return this.run('GET', '').then((answer) => {
      if (answer) this.items.value = (answer as { items: T[] }).items;
    });
  }

  /** Asks, and reads the list again where that may have changed it; undefined if it did not work, which `error` tells. */
  async run<R = unknown>(verb: string, path: string, body?: unknown): Promise<R | undefined> {
    this.error.value = undefined;
    try {
      return await this.ask<R>(verb, path, body);
    } catch (error) {
      this.error.value = codeOf(error);
      return undefined;
    }
  }

  /** The same for who tells of failures where they belong. */
  async ask<R = unknown>(verb: string, path: string, body?: unknown): Promise<R> {
    this.busy.value = true;
    try {
      const answer = await this.#cv.rest.request<R>(verb, `${this.#path}${path}`, body);
      if (verb !== 'GET') {
        const { items } = await this.#cv.rest.request<{ items: T[] }>('GET', this.#path);
        this.items.value = items;
      }
      return answer ?? ({} as R);
    } finally {
      this.busy.value = false;
    }
  }
}
