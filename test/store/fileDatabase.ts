import { SqliteDatabase } from '#signaling/store/SqliteDatabase.ts';
import type { Store } from '#signaling/store/Store.ts';
import type { TestDatabase } from './contract/StoreFixture.ts';

/** A SQLite file for the contract of stores; `open` makes a store over it. */
export const fileDatabase = (file: string, open: (file: string) => Promise<Store>): TestDatabase => ({
  open: () => open(file),
  several: false,
  async query(sql) {
    const database = await SqliteDatabase.open(file);
    const rows = await database.run((manager) => manager.query<unknown[]>(sql));
    await database.close();
    return rows;
  },
});
