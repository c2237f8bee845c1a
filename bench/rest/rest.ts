import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { loadCpus, pin, serverCpus } from '#bench/harness/cpus.ts';
import { alternate, progress, rounds } from '#bench/harness/progress.ts';
import type { Result, Row } from '#bench/harness/report.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { median } from '#bench/harness/statistics.ts';
import { furnish } from './scene.ts';

const CONNECTIONS = 32;
const WARM_MS = 2_000;
const RUN_MS = 3_000;

interface Sample {
  perSecond: number;
  /** Microseconds of processor time a request. */
  cpu: number;
}

type Samples = Record<string, { coview: Sample[]; bare: Sample[] }>;

/** What REST reads cost beside koa that answers the same from an object it holds. */
export async function rest(): Promise<Result> {
  pin(process.pid, loadCpus);
  const service = await CoViewService.start(serverCpus, { RATE_LIMITS: '0' });
  const bare = await ServerProcess.start({
    script: 'bench/rest/bareServer.ts',
    env: { NODE_ENV: 'production' },
    cpus: serverCpus,
    ready: /listening on (\d+)/,
  });
  const load = fork(resolve(import.meta.dirname, 'loadProcess.ts'));
  if (load.pid) pin(load.pid, loadCpus);
  const samples: Samples = {};
  const sizes: Record<string, number> = {};
  try {
    const { paths, close } = await furnish(service);
    const token = service.credentials.apiKey;
    const answers = await Promise.all(
      Object.values(paths).map(async (path) => [path, await textOf(service.port, path, token)] as const),
    );
    bare.child.send({ answers: Object.fromEntries(answers) });
    await once(bare.child, 'message');
    const measure = (server: ServerProcess, path: string) => sampleOf(load, server, { path, token });
    const count = rounds(5);
    for (const [name, path] of Object.entries(paths)) {
      sizes[name] = answers.find(([of]) => of === path)?.[1].length ?? 0;
      samples[name] = { coview: [], bare: [] };
    }
    for (let round = 0; round < count; round++) {
      progress(`rest, round ${round + 1} of ${count}`);
      for (const [name, path] of Object.entries(paths)) {
        const of = samples[name] as Samples[string];
        for (const who of alternate(round, 'coview' as const, 'bare' as const)) {
          of[who].push(await measure(who === 'coview' ? service.process : bare, path));
        }
      }
    }
    close();
    return resultOf(samples, sizes, count);
  } finally {
    load.kill();
    await bare.stop();
    await service.stop();
  }
}

async function sampleOf(
  load: ChildProcess,
  server: ServerProcess,
  what: { path: string; token: string },
): Promise<Sample> {
  const run = async (forMs: number) => {
    load.send({ port: server.port, connections: CONNECTIONS, forMs, ...what });
    const [done] = (await once(load, 'message')) as [{ answered: number; took: number }];
    return done;
  };
  await run(WARM_MS);
  const cpu = server.cpuMicros();
  const { answered, took } = await run(RUN_MS);
  return { perSecond: (answered / took) * 1000, cpu: (server.cpuMicros() - cpu) / answered };
}

async function textOf(port: number, path: string, token: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${text}`);
  return text;
}

function resultOf(samples: Samples, sizes: Record<string, number>, count: number): Result {
  const rows = Object.entries(samples).flatMap(([name, { coview, bare }]): Row[] => {
    const of = (key: keyof Sample) => ({
      coview: median(coview.map((sample) => sample[key])),
      baseline: median(bare.map((sample) => sample[key])),
    });
    return [
      {
        figure: `GET ${name} (${((sizes[name] ?? 0) / 1000).toFixed(1)} kB)`,
        unit: 'µs of CPU',
        ...of('cpu'),
        limit: { times: 1.25 },
      },
      { figure: '  answered', unit: 'a second', ...of('perSecond') },
    ];
  });
  return {
    name: 'rest',
    baseline: 'bare koa',
    rows,
    notes: [
      `Medians of ${count} rounds, in turn on the same path, ${CONNECTIONS} kept-alive connections, ${RUN_MS / 1000} s each after ${WARM_MS / 1000} s of warming up.`,
      'To reach: 80% of bare koa’s throughput, which is 1.25 × its processor time a request.',
      'CoView: production mode over SQLite, API key, its log of one line a request on, rate limits off. Bare koa: no routes, no authentication, no log; it makes the same JSON of an object that it holds.',
    ],
    samples,
  };
}
