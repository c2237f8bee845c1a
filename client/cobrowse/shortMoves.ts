import type { eventWithTime, mousePosition } from '@rrweb/types';

/** A move of the pointer as it goes over the wire. There are many, and each is of use for a moment only. */
type ShortMove = readonly [source: number, x: number, y: number, id: number];

/** Events of a pointer frame; what is no move stays as it is. */
export function shortened(events: readonly eventWithTime[]): unknown[] {
  return events.map((event) => {
    const { source, positions } = event.data as { source: number; positions?: mousePosition[] };
    const { x, y, id } = positions?.at(-1) ?? {};
    return x === undefined ? event : [source, x, y, id];
  });
}

/** The same as rrweb’s events, but for the time. */
export function lengthened(entries: readonly unknown[]): unknown[] {
  return entries.map((entry) => {
    if (!Array.isArray(entry)) return entry;
    const [source, x, y, id] = entry as unknown as ShortMove;
    return { type: 3, data: { source, positions: [{ x, y, id, timeOffset: 0 }] } };
  });
}
