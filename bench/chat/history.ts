import { progress } from '#bench/harness/progress.ts';
import type { Result } from '#bench/harness/report.ts';
import { HistoryRun } from '#test/chat/history/HistoryRun.ts';

/** The history checker of the tests, at length: is anything lost, doubled or told differently, whatever is killed? */
export async function history(): Promise<Result> {
  const seed = Number(process.env['BENCH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const scene = { visitors: 60, agents: 6, messages: 100_000, kills: 20, cuts: 200, seed };
  const result = await new HistoryRun({ ...scene, progress }).run();
  for (const fault of result.faults.slice(0, 20)) progress(`FAULT ${fault}`);
  const row = (figure: string, coview: number, limit?: { most: number } | { least: number }) => ({
    figure,
    unit: '',
    coview,
    ...(limit && { limit }),
  });
  return {
    name: 'history',
    baseline: '',
    rows: [
      row('messages sent', result.messages),
      row('acknowledged', result.acknowledged, { least: result.messages }),
      row('server killed (SIGKILL)', result.kills),
      row('networks cut', result.cuts),
      row('lost', result.lost, { most: 0 }),
      row('doubled', result.doubled, { most: 0 }),
      row('other faults: gaps, order, views', result.faults.length, { most: 0 }),
      { figure: 'time', unit: 's', coview: result.seconds },
    ],
    notes: [
      `${scene.visitors} visitors and ${scene.agents} agents write to each other over a real server process on SQLite; seed ${seed} (BENCH_SEED).`,
      'At the end the database holds every message once, seqs without a gap, each page’s messages in the order in which it sent them, and every page was told exactly what the database holds.',
    ],
    samples: result,
  };
}
