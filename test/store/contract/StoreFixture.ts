import { afterEach } from 'vitest';
import type { Store } from '#signaling/store/Store.ts';

/** Opens a store on one database; called again, another store on the same data. */
export type OpenStore = () => Promise<Store>;

/** Gives each test an empty database of its own, and closes what the test opened. */
export class StoreFixture {
  readonly #newDatabase: () => Promise<OpenStore>;
  readonly #opened = new Set<Store>();

  constructor(newDatabase: () => Promise<OpenStore>) {
    this.#newDatabase = newDatabase;
    afterEach(() => this.#closeAll());
  }

  async open(): Promise<Store> {
    return (await this.database())();
  }

  async database(): Promise<OpenStore> {
    const open = await this.#newDatabase();
    return async () => {
      const store = await open();
      this.#opened.add(store);
      return store;
    };
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#opened].map((store) => store.close()));
    this.#opened.clear();
  }
}
