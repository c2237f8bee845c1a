import type { EntityManager } from 'typeorm';

/** What is asked with SELECT: a connection, or a transaction under way. */
export type Reader = Pick<EntityManager, 'query' | 'dataSource'>;

/**
 * One of the two databases, open. Work that fails rejects with CvError: CONFLICT for what must be unique,
 * NOT_FOUND for a missing parent, INVALID_INPUT for a value the database cannot hold, else UNAVAILABLE.
 */
export interface Database {
  /** What was committed, by one SELECT or several that need not hold together. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** One statement, or several that need not hold together. */
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** All or nothing; nobody sees a part of it. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** The same; what it deletes is not left in a log of ours either. */
  erasure<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** See `Store`. */
  ping(): Promise<void>;
  /** See `Store`. */
  compact(): Promise<void>;
  /** Finishes what has begun, refuses what comes later. Idempotent. */
  close(): Promise<void>;
}
