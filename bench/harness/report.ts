import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Machine } from './machine.ts';

const RESULTS = resolve(import.meta.dirname, '../results');

/** What CoView must not exceed: a figure, a multiple of the baseline, or the baseline and so much more; or must reach. */
type Limit = { most: number } | { times: number } | { above: number } | { least: number };

export interface Row {
  figure: string;
  unit: string;
  coview: number;
  baseline?: number;
  /** Where it was taken of neighbouring measurements, which the machine's moods touch alike; else coview / baseline. */
  ratio?: number;
  limit?: Limit;
}

export interface Result {
  name: string;
  rows: Row[];
  /** What stands in the baseline's column. */
  baseline: string;
  /** How it was measured, in as few words as a reader needs to doubt it. */
  notes: string[];
  /** Every single measurement, for whoever wants another statistic. */
  samples: unknown;
}

const ratioOf = ({ coview, baseline = Number.NaN, ratio = coview / baseline }: Row): number => ratio;

function reached(row: Row): boolean | undefined {
  const { coview, baseline = Number.NaN, limit } = row;
  if (!limit) return undefined;
  if ('least' in limit) return coview >= limit.least;
  if ('most' in limit) return coview <= limit.most;
  return 'times' in limit ? ratioOf(row) <= limit.times : coview <= baseline + limit.above;
}

export function tableOf({ name, rows, baseline, notes }: Result, machine: Machine): string {
  const cells = [
    [name, 'unit', 'CoView', baseline, 'ratio', 'limit', ''],
    ...rows.map((row) => [
      row.figure,
      row.unit,
      digits(row.coview),
      digits(row.baseline),
      row.baseline === undefined ? '' : ratioOf(row).toFixed(2),
      limitText(row.limit),
      { true: 'reached', false: 'NOT reached' }[String(reached(row))] ?? '',
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return [...lines, '', ...notes.map((note) => `- ${note}`), `- ${machineText(machine)}`, ''].join('\n');
}

export async function writeResult(result: Result, machine: Machine): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const file = resolve(RESULTS, `${result.name}.json`);
  const rows = result.rows.map((row) => ({ ...row, ratio: ratioOf(row), reached: reached(row) }));
  await writeFile(file, `${JSON.stringify({ ...result, rows, machine }, null, 2)}\n`);
  return file;
}

function limitText(limit: Limit | undefined): string {
  if (!limit) return '';
  if ('least' in limit) return `≥ ${limit.least}`;
  if ('most' in limit) return `≤ ${limit.most}`;
  return 'times' in limit ? `≤ ${limit.times} ×` : `≤ + ${limit.above}`;
}

const digits = (value: number | undefined): string =>
  value === undefined ? '' : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

const machineText = ({ date, cpu, cores, system, node, chromium, loadBefore, pinned }: Machine): string =>
  `${date}, ${cores} × ${cpu}, ${system}, Node ${node}, Chromium ${chromium}; ` +
  `${pinned ? 'server and load pinned apart unless said otherwise' : 'NOT pinned'}; load average before: ${loadBefore}.`;
