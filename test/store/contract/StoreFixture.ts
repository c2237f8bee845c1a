import { afterEach } from 'vitest';
import type { Store } from '#signaling/store/Store.ts';
import { entities } from '#signaling/store/schema.ts';

/** Opens a store on one database; called again, another store on the same data. */
export type OpenStore = () => Promise<Store>;

export interface TestDatabase {
  open: OpenStore;
  /** Whether several stores of one process may be open on it. */
  several: boolean;
  query(sql: string): Promise<unknown[]>;
}

/** Gives each test an empty database of its own, and closes what the test opened. */
export class StoreFixture {
  readonly #newDatabase: () => Promise<TestDatabase>;
  readonly #opened = new Set<Store>();
  #current: TestDatabase | undefined;

  constructor(newDatabase: () => Promise<TestDatabase>) {
    this.#newDatabase = newDatabase;
    afterEach(() => this.#closeAll());
  }

  async open(): Promise<Store> {
    return (await this.database())();
  }

  async database(): Promise<OpenStore> {
    const database = await this.#newDatabase();
    this.#current = database;
    return async () => {
      const store = await database.open();
      this.#opened.add(store);
      return store;
    };
  }

  /** Stores as of several processes, or thrice the same one where a process may open but one. */
  async several(): Promise<[Store, Store, Store]> {
    const open = await this.database();
    const first = await open();
    return this.#current?.several ? [first, await open(), await open()] : [first, first, first];
  }

  /** Every row of every table of this test's database, as JSON, in a fixed order. */
  async rows(): Promise<string[]> {
    const rows: string[] = [];
    for (const { options } of entities) {
      const found = (await this.#current?.query(`SELECT * FROM "${options.tableName}"`)) ?? [];
      rows.push(...found.map((row) => `${options.tableName} ${JSON.stringify(row)}`));
    }
    return rows.toSorted();
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#opened].map((store) => store.close()));
    this.#opened.clear();
  }
}
