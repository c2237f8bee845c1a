import type { EntityManager } from 'typeorm';
import type { AuditRecord } from './AuditStore.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { Table } from './Table.ts';

const audit = new Table(AuditEntity);

/** A write and the entries that tell of it: both, or neither. One that answers false changed nothing, and tells nothing. */
export function audited<T>(
  database: Database,
  entries: readonly AuditRecord[],
  write: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  if (entries.length === 0) return database.run(write);
  return database.transaction(async (manager) => {
    const answer = await write(manager);
    if (answer !== false) await audit.insert(manager, entries);
    return answer;
  });
}
