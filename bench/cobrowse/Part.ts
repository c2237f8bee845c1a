import type { Row } from '#bench/harness/report.ts';

/** One of the things that are measured, as its part of the table. */
export interface Part {
  rows: Row[];
  /** How it was measured. */
  notes: string[];
  samples: unknown;
}
