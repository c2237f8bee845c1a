import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { loadCpus, pin, pinned, serverCpus } from '#bench/harness/cpus.ts';
import { progress, rounds } from '#bench/harness/progress.ts';
import type { Result } from '#bench/harness/report.ts';
import { median, percentile } from '#bench/harness/statistics.ts';
import type { ChatReport, ChatTask } from './loadProcess.ts';

const VISITORS = 200;
const OUTSTANDING = 4;
const WARM_MS = 3_000;
const RUN_MS = 5_000;
/** What a busy site writes; far from what the server can do. */
const PACE = 500;

interface Round {
  perSecond: number;
  /** Microseconds of the server's processor time a message. */
  cpu: number;
  single: number;
  grouped: number;
  acknowledgements: number[];
  deliveries: number[];
}

/** Durable messages over sockets, beside what the database alone can keep. */
export async function chat(): Promise<Result> {
  pin(process.pid, loadCpus);
  const service = await CoViewService.start(serverCpus, { RATE_LIMITS: '0' });
  const load = fork(resolve(import.meta.dirname, 'loadProcess.ts'));
  if (load.pid) pin(load.pid, loadCpus);
  try {
    await tell(load, { do: 'open', port: service.port, visitors: VISITORS, agentToken: service.token() });
    await tell(load, { do: 'flood', outstanding: OUTSTANDING, forMs: WARM_MS });
    const all: Round[] = [];
    const count = rounds(3);
    for (let i = 0; i < count; i++) {
      const { single, grouped } = await bareDatabase();
      const cpu = service.process.cpuMicros();
      const { acknowledged, took } = await tell(load, { do: 'flood', outstanding: OUTSTANDING, forMs: RUN_MS });
      const spent = (service.process.cpuMicros() - cpu) / acknowledged;
      const perSecond = (acknowledged / took) * 1000;
      progress(
        `chat, round ${i + 1} of ${count}: ${perSecond.toFixed(0)} messages a second, ${spent.toFixed(0)} µs each`,
      );
      const { acknowledgements, deliveries } = await tell(load, { do: 'pace', perSecond: PACE, forMs: RUN_MS });
      all.push({ perSecond, cpu: spent, single, grouped, acknowledgements, deliveries });
    }
    return resultOf(all);
  } finally {
    load.kill();
    await service.stop();
  }
}

async function tell(load: ChildProcess, task: ChatTask): Promise<ChatReport> {
  load.send(task);
  const [report] = (await once(load, 'message')) as [ChatReport | { error: string }];
  if ('error' in report) throw new Error(report.error);
  return report;
}

async function bareDatabase(): Promise<{ single: number; grouped: number }> {
  const script = resolve(import.meta.dirname, 'databaseProcess.ts');
  const [program = '', ...rest] = pinned(serverCpus, [process.execPath, script]);
  const { stdout } = await promisify(execFile)(program, rest);
  return JSON.parse(/^rates (.*)$/m.exec(stdout)?.[1] ?? '') as { single: number; grouped: number };
}

function resultOf(all: readonly Round[]): Result {
  const of = (key: 'perSecond' | 'cpu' | 'single' | 'grouped') => median(all.map((round) => round[key]));
  const times = (key: 'acknowledgements' | 'deliveries', p: number) =>
    percentile(
      all.flatMap((round) => round[key]),
      p,
    );
  const perSecond = of('perSecond');
  return {
    name: 'chat',
    baseline: 'database alone',
    rows: [
      { figure: 'durable messages, 1 a commit', unit: 'a second', coview: perSecond, baseline: of('single') },
      {
        figure: 'durable messages, 100 a commit',
        unit: 'a second',
        coview: perSecond,
        baseline: of('grouped'),
        limit: { least: 8_000 },
      },
      { figure: 'CPU of the server a message', unit: 'µs', coview: of('cpu') },
      { figure: `${PACE}/s: sent → acknowledged, p50`, unit: 'ms', coview: times('acknowledgements', 0.5) },
      { figure: `${PACE}/s: sent → acknowledged, p99`, unit: 'ms', coview: times('acknowledgements', 0.99) },
      { figure: `${PACE}/s: sent → the agent’s page, p50`, unit: 'ms', coview: times('deliveries', 0.5) },
      { figure: `${PACE}/s: sent → the agent’s page, p99`, unit: 'ms', coview: times('deliveries', 0.99) },
    ],
    notes: [
      `Medians of ${all.length} rounds; ${VISITORS} visitors, one agent with all conversations open, ${OUTSTANDING} messages of 200 bytes under way a visitor, ${RUN_MS / 1000} s each after ${WARM_MS / 1000} s of warming up.`,
      'CoView: production mode over SQLite (WAL, synchronous=FULL), rate limits off. Each message is kept, acknowledged to its page, and told to that page and to the agent’s.',
      'The database alone: prepared statements of better-sqlite3 on a table like that of messages, WAL, synchronous=FULL, on the server’s core; nothing is received, checked, told or acknowledged.',
    ],
    samples: all,
  };
}
