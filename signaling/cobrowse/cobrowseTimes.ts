import { RING_MS } from '#protocol/limits.ts';

/** Milliseconds. */
export const cobrowseTimes = {
  ring: RING_MS,
  /** From a page’s being asked to record to its first picture at an agent’s. */
  connect: 60_000,
  /** How long a side may be without a connection. */
  absence: 30_000,
  /** How long a session that an agent began goes on while nobody watches … */
  unwatched: 60_000,
  /** … and one that the visitor began. */
  wait: 600_000,
};
