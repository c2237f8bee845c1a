import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { loadCpus, pin, serverCpus } from '#bench/harness/cpus.ts';
import { progress, rounds } from '#bench/harness/progress.ts';
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

/** CoView whose answers stand while nothing happens, CoView that makes each anew, and the baseline. */
type Who = 'kept' | 'anew' | 'bare';
type Samples = Record<string, Record<Who, Sample[]>>;

/** What REST reads cost beside koa that answers the same from an object it holds. */
export async function rest(): Promise<Result> {
  pin(process.pid, loadCpus);
  const kept = await CoViewService.start(serverCpus, { RATE_LIMITS: '0' });
  const anew = await CoViewService.start(serverCpus, { RATE_LIMITS: '0', COVIEW_KEEP_ANSWERS: '0' });
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
    const scenes = { kept: await furnish(kept), anew: await furnish(anew) };
    const { paths } = scenes.kept;
    const token = kept.credentials.apiKey;
    const answers: Record<string, string> = {};
    for (const [name, path] of Object.entries(paths)) {
      const text = await textOf(kept.port, path, token);
      answers[path] = text;
      sizes[name] = text.length;
      samples[name] = { kept: [], anew: [], bare: [] };
    }
    bare.child.send({ answers });
    await once(bare.child, 'message');
    const measure = (who: Who, name: string) => {
      const server = { kept: kept.process, anew: anew.process, bare }[who];
      const path = scenes[who === 'anew' ? 'anew' : 'kept'].paths[name] as string;
      return sampleOf(load, server, { path, token: (who === 'anew' ? anew : kept).credentials.apiKey });
    };
    const count = rounds(5);
    const order: Who[] = ['kept', 'bare', 'anew'];
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
    await kept.stop();
    await anew.stop();
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
  const rows = Object.entries(samples).flatMap(([name, who]): Row[] => {
    const of = (coview: 'kept' | 'anew', key: keyof Sample) => ({
      coview: median(who[coview].map((sample) => sample[key])),
      baseline: median(who.bare.map((sample) => sample[key])),
    });
    const limit = { times: 1.25 };
    const figure = `GET ${name} (${((sizes[name] ?? 0) / 1000).toFixed(1)} kB)`;
    return [
      { figure: `${figure}, nothing happened since`, unit: 'µs of CPU', ...of('kept', 'cpu'), limit },
      { figure: '  answered', unit: 'a second', ...of('kept', 'perSecond') },
      { figure: '  made anew', unit: 'µs of CPU', ...of('anew', 'cpu'), limit },
      { figure: '  answered', unit: 'a second', ...of('anew', 'perSecond') },
    ];
  });
  return {
    name: 'rest',
    baseline: 'bare koa',
    rows,
    notes: [
      `Medians of ${count} rounds, in turn on the same path, ${CONNECTIONS} kept-alive connections, ${RUN_MS / 1000} s each after ${WARM_MS / 1000} s of warming up.`,
      'To reach: 80% of bare koa’s throughput, which is 1.25 × its processor time a request.',
      'Nothing happened since: the answer is kept from the last time, as for programs that poll. Made anew: from the database each time (COVIEW_KEEP_ANSWERS=0), as after any write.',
      'CoView: production mode over SQLite, API key, its log of one line a request on, rate limits off. Bare koa: no routes, no authentication, no log; it makes the same JSON of an object that it holds.',
    ],
    samples,
  };
}
