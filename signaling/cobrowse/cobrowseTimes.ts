import { RING_MS } from '#protocol/limits.ts';

/** Milliseconds. */
export const cobrowseTimes = {
  ring: RING_MS,
  /** How long a side may be without a connection. */
  absence: 30_000,
  /** How long a session that an agent began goes on while nobody watches … */
  unwatched: 60_000,
  /** … and one that the visitor began. */
  wait: 600_000,
  /** A page is not asked for the whole of it again sooner than this. */
  again: 1_000,
};
