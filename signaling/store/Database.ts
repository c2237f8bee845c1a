import type { EntityManager } from 'typeorm';

/**
 * One of the two databases, open. Work that fails rejects with CvError: CONFLICT for what must be unique,
 * NOT_FOUND for a missing parent, INVALID_INPUT for a value the database cannot hold, else UNAVAILABLE.
 */
export interface Database {
  /** One statement, or several that need not hold together. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** All or nothing; nobody sees a part of it. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Finishes what has begun, refuses what comes later. Idempotent. */
  close(): Promise<void>;
}
