import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { loadCpus, pin, serverCpus } from '#bench/harness/cpus.ts';
import { progress, rounds } from '#bench/harness/progress.ts';
import type { Result, Row } from '#bench/harness/report.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { median } from '#bench/harness/statistics.ts';
import { furnish, STEP_MS } from './scene.ts';

const CONNECTIONS = 32;
const WARM_MS = 2_000;
const RUN_MS = 3_000;
const ALONE_MS = 2_000;

interface Sample {
  perSecond: number;
  /** Microseconds of processor time a request. */
  cpu: number;
}

/** CoView on a site where nothing happens, on one at work, and with no row in memory; and the baseline. */
type Who = 'quiet' | 'work' | 'unkept' | 'bare';
type Samples = Record<string, Record<Who, Sample[]>>;

/** What REST reads cost beside koa that answers the same from an object it holds. */
export async function rest(): Promise<Result> {
  pin(process.pid, loadCpus);
  const coview = await CoViewService.start(serverCpus, { RATE_LIMITS: '0' });
  const unkept = await CoViewService.start(serverCpus, { RATE_LIMITS: '0', COVIEW_KEEP_ROWS: '0' });
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
    const scenes = { coview: await furnish(coview), unkept: await furnish(unkept) };
    const { paths } = scenes.coview;
    const token = coview.credentials.apiKey;
    const answers: Record<string, string> = {};
    for (const [name, path] of Object.entries(paths)) {
      const text = await textOf(coview.port, path, token);
      answers[path] = text;
      sizes[name] = text.length;
      samples[name] = { quiet: [], work: [], unkept: [], bare: [] };
    }
    bare.child.send({ answers });
    await once(bare.child, 'message');
    const measure = async (who: Who, name: string) => {
      if (who === 'bare') return sampleOf(load, bare, { path: paths[name] as string, token });
      const [service, scene] = who === 'unkept' ? [unkept, scenes.unkept] : [coview, scenes.coview];
      const rest = who === 'work' ? scene.work() : () => {};
      try {
        const path = scene.paths[name] as string;
        const own = who === 'work' ? await cpuPerMs(service.process) : 0;
        return await sampleOf(load, service.process, { path, token: service.credentials.apiKey }, own);
      } finally {
        rest();
      }
    };
    const count = rounds(5);
    const order: Who[] = ['quiet', 'bare', 'work', 'unkept'];
    for (let round = 0; round < count; round++) {
      progress(`rest, round ${round + 1} of ${count}`);
      for (const [name, of] of Object.entries(samples)) {
        for (const who of round % 2 === 0 ? order : order.toReversed()) of[who].push(await measure(who, name));
      }
    }
    for (const scene of Object.values(scenes)) scene.close();
    return resultOf(samples, sizes, count);
  } finally {
    load.kill();
    await bare.stop();
    await coview.stop();
    await unkept.stop();
  }
}

/** What the server has to do in a millisecond while nobody reads, in microseconds. */
async function cpuPerMs(server: ServerProcess): Promise<number> {
  const [cpu, began] = [server.cpuMicros(), performance.now()];
  await sleep(ALONE_MS);
  return (server.cpuMicros() - cpu) / (performance.now() - began);
}

/** `own`: microseconds of each millisecond that the server needs for something else. */
async function sampleOf(
  load: ChildProcess,
  server: ServerProcess,
  what: { path: string; token: string },
  own = 0,
): Promise<Sample> {
  const run = async (forMs: number) => {
    load.send({ port: server.port, connections: CONNECTIONS, forMs, ...what });
    const [done] = (await once(load, 'message')) as [{ answered: number; took: number }];
    return done;
  };
  await run(WARM_MS);
  const cpu = server.cpuMicros();
  const { answered, took } = await run(RUN_MS);
  return { perSecond: (answered / took) * 1000, cpu: (server.cpuMicros() - cpu - own * took) / answered };
}

async function textOf(port: number, path: string, token: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${text}`);
  return text;
}

function resultOf(samples: Samples, sizes: Record<string, number>, count: number): Result {
  const rows = Object.entries(samples).flatMap(([name, who]): Row[] => {
    const of = (coview: Exclude<Who, 'bare'>, key: keyof Sample) => ({
      coview: median(who[coview].map((sample) => sample[key])),
      baseline: median(who.bare.map((sample) => sample[key])),
    });
    const limit = { times: 1.25 };
    const figure = `GET ${name} (${((sizes[name] ?? 0) / 1000).toFixed(1)} kB)`;
    return [
      { figure: `${figure}, site at work`, unit: 'µs of CPU', ...of('work', 'cpu'), limit },
      { figure: '  answered', unit: 'a second', ...of('work', 'perSecond') },
      { figure: '  nothing happens', unit: 'µs of CPU', ...of('quiet', 'cpu'), limit },
      { figure: '  answered', unit: 'a second', ...of('quiet', 'perSecond') },
      { figure: '  nothing in memory', unit: 'µs of CPU', ...of('unkept', 'cpu') },
    ];
  });
  return {
    name: 'rest',
    baseline: 'bare koa',
    rows,
    notes: [
      `Medians of ${count} rounds, in turn on the same path, ${CONNECTIONS} kept-alive connections, ${RUN_MS / 1000} s each after ${WARM_MS / 1000} s of warming up.`,
      'To reach: 80% of bare koa’s throughput, which is 1.25 × its processor time a request.',
      `At work: ${1000 / STEP_MS} messages and ${1000 / STEP_MS} changes of page a second come in meanwhile, each of which ends what was kept of its conversation and of the list; the processor time that they take while nobody reads, measured just before, is taken off.`,
      'Nothing in memory: every row from the database each time (COVIEW_KEEP_ROWS=0), as the first reading after a write. The baseline asks no database, so there is no limit.',
      'CoView: production mode over SQLite, API key, its log of one line a request on, rate limits off. Bare koa: no routes, no authentication, no log; it makes the same JSON of an object that it holds.',
    ],
    samples,
  };
}
