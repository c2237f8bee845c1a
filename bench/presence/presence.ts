import { loadCpus, pin } from '#bench/harness/cpus.ts';
import { needLocalPorts, needOpenFiles } from '#bench/harness/openFiles.ts';
import { alternate, progress, rounds } from '#bench/harness/progress.ts';
import type { Result, Row } from '#bench/harness/report.ts';
import { median } from '#bench/harness/statistics.ts';
import { startBare, startCoView } from './candidates.ts';
import { LISTS, measure, type Round, type RoundFigures, VISITORS } from './round.ts';

const KIB = 1024;

/** What ten thousand tagged visitors cost, beside as many sockets of bare socket.io. */
export async function presence(): Promise<Result> {
  needOpenFiles(VISITORS + 200);
  needLocalPorts(VISITORS);
  pin(process.pid, loadCpus);
  const samples: Record<'coview' | 'bare', Round[]> = { coview: [], bare: [] };
  const measureCoView = async () => {
    samples.coview.push(await measure('CoView', await startCoView(), undefined));
  };
  const measureBare = async () => {
    const [first] = samples.coview;
    if (!first) throw new Error('CoView goes first: the baseline takes its settings and its list');
    samples.bare.push(await measure('bare socket.io', await startBare(first.settings), first.list));
  };
  const count = rounds(3);
  for (let round = 0; round < count; round++) {
    progress(`presence, round ${round + 1} of ${count}`);
    for (const step of alternate(round, measureCoView, measureBare)) await step();
  }
  const row = (figure: string, unit: string, key: keyof RoundFigures, scale: number, limit?: Row['limit']): Row => ({
    figure,
    unit,
    coview: median(samples.coview.map(({ figures }) => figures[key])) / scale,
    baseline: median(samples.bare.map(({ figures }) => figures[key])) / scale,
    ...(limit ? { limit } : {}),
  });
  const bytes = JSON.stringify(samples.coview[0]?.list).length;
  return {
    name: 'presence',
    baseline: 'bare socket.io',
    rows: [
      row('RSS per idle tagged visitor', 'KiB', 'collectedPerVisitor', KIB, { most: 25 }),
      row('  once the heap is made to shrink', 'KiB', 'reducedPerVisitor', KIB, { most: 25 }),
      row('CPU per heartbeat', 'µs', 'cpuPerHeartbeat', 1, { times: 1.2 }),
      row('CPU per page update', 'µs', 'cpuPerUpdate', 1, { times: 1.2 }),
      row('  while an agent watches', 'µs', 'cpuPerWatchedUpdate', 1, { times: 1.2 }),
      row('page update p50', 'ms', 'updateP50', 1),
      row('page update p99', 'ms', 'updateP99', 1),
      row('CPU per arrival (handshake and tag)', 'µs', 'cpuPerArrival', 1),
      row('user.list of 10,000 p50', 'ms', 'listP50', 1),
      row('user.list of 10,000 p99', 'ms', 'listP99', 1),
      row('CPU per user.list', 'ms', 'cpuPerList', 1000),
    ],
    notes: [
      `Medians of ${count} rounds, in turn, each on fresh processes. ${VISITORS} visitors, 500 a second, each with a Chromium’s headers, a token of its own and a tag; 500 others come and go first.`,
      'RSS: after minus before over the visitors, each once forced collections lower it no more: V8’s ordinary ones first (what V8 holds in reserve counts, and differs from run to run), then those that give memory back.',
      'CPU: /proc/PID/stat over two heartbeats of every visitor (heartbeats counted by the load), over 20,000 updates at 2,000 a second, and over the lists; of the latter two the heartbeats’ share is taken off.',
      `user.list: ${LISTS} times, from request to the last byte, not parsed; ${(bytes / 1e6).toFixed(2)} MB of JSON. The baseline answers the same JSON from an object it holds.`,
      'Bare: socket.io 4.8.4 with the same heartbeat, without compression; it acknowledges and does nothing. While an agent watches it sends each change at once, CoView at most ten messages a second.',
    ],
    samples: {
      coview: samples.coview.map(({ figures, footprint }) => ({ figures, footprint })),
      bare: samples.bare.map(({ figures, footprint }) => ({ figures, footprint })),
    },
  };
}
