import { Batch } from './Batch.ts';
import type { Database } from './Database.ts';
import { IdempotencyEntity } from './entities/IdempotencyEntity.ts';
import type { IdempotencyRecord, IdempotencyStore } from './Store.ts';
import { Table } from './Table.ts';

const requests = new Table(IdempotencyEntity);
const manyRequests = new Batch(IdempotencyEntity);

export class SqlIdempotency implements IdempotencyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  begin(record: IdempotencyRecord): Promise<IdempotencyRecord | undefined> {
    const { site, key } = record;
    return this.#database.run(async (manager) => {
      // What is found in the way may be gone when it is looked for: then the key is free after all.
      for (;;) {
        if (await manyRequests.insertNew(manager, [record])) return undefined;
        const former = await requests.find(manager, { site, key });
        if (former) return former;
      }
    });
  }

  async finish({ site, key, createdAt }: IdempotencyRecord, answer: string): Promise<void> {
    await this.#database.run((manager) => requests.update(manager, { site, key, createdAt }, { answer }));
  }

  async release({ site, key, createdAt }: IdempotencyRecord): Promise<void> {
    await this.#database.run((manager) => requests.delete(manager, { site, key, createdAt }));
  }

  deleteBefore(createdAt: number): Promise<number> {
    return this.#database.run((manager) =>
      requests.delete(manager, { sql: '"createdAt" < :createdAt', parameters: { createdAt } }),
    );
  }
}
