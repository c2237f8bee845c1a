import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { loadCpus, pin, serverCpus } from '#bench/harness/cpus.ts';
import { progress } from '#bench/harness/progress.ts';
import type { Row } from '#bench/harness/report.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { median, percentile } from '#bench/harness/statistics.ts';
import type { Part } from './Part.ts';
import type { RelayReport, RelayTask, Server } from './relayProcess.ts';

const VIEWERS = 10;
/** Before the first window of a shape: until V8 has made fast what is asked for again and again. */
const WARM_MS = 6_000;
/** `forMs`: of one window, for each round. */
const shapes = [
  { name: '2 kB, 200/s', bytes: 2_000, perSecond: 200, forMs: 1_000 },
  { name: '200 kB, 10/s', bytes: 200_000, perSecond: 10, forMs: 2_000 },
];
const order: readonly Server[] = ['coview', 'socket.io', 'ws'];

interface Sample {
  /** Microseconds of the server’s processor for each frame that reached a viewer. */
  cpu: number;
  p50: number;
  p99: number;
}
type Samples = Record<Server, Sample[]>;

/** What relaying a page costs the server. */
export async function relay(rounds: number): Promise<Part> {
  const service = await CoViewService.start(serverCpus, { RATE_LIMITS: '0' });
  const bare = (which: Server) =>
    ServerProcess.start({
      script: 'bench/cobrowse/bareServer.ts',
      args: [which],
      // As it installs; ws with the native unmasking that CoView has, too, is the floor.
      env: { NODE_ENV: 'production', WS_NO_BUFFER_UTIL: which === 'socket.io' ? '1' : '' },
      cpus: serverCpus,
      ready: /listening on (\d+)/,
    });
  const servers: Record<Server, ServerProcess> = {
    coview: service.process,
    'socket.io': await bare('socket.io'),
    ws: await bare('ws'),
  };
  const load = fork(resolve(import.meta.dirname, 'relayProcess.ts'));
  if (load.pid) pin(load.pid, loadCpus);
  const samples: Record<string, Samples> = {};
  try {
    for (const server of order) {
      const agentToken = service.token();
      await tell(load, { do: 'open', server, port: servers[server].port, viewers: VIEWERS, agentToken });
    }
    for (const shape of shapes) {
      const of: Samples = { coview: [], 'socket.io': [], ws: [] };
      samples[shape.name] = of;
      for (const server of order) {
        progress(`cobrowse: relay, ${shape.name}, ${server} gets warm`);
        await tell(load, { do: 'run', server, ...shape, forMs: WARM_MS });
      }
      for (const server of [...order, ...order.toReversed()]) {
        progress(`cobrowse: relay, ${shape.name}, ${server}`);
        of[server].push(await window(load, server, servers[server], { ...shape, forMs: shape.forMs * rounds }));
      }
    }
  } finally {
    load.kill();
    await servers['socket.io'].stop();
    await servers.ws.stop();
    await service.stop();
  }
  return {
    rows: Object.entries(samples).flatMap(([name, of]) => rowsOf(name, of)),
    notes: [
      `Relay: one visitor’s frames to ${VIEWERS} viewers, all real sockets of one process on another core; CoView’s in a session that the visitor consented to, in production mode with all its checks. Processor time of all the server’s threads, the garbage collector’s too, for each delivery: the mean of two windows of ${shapes.map(({ forMs }) => (forMs * rounds) / 1000).join(' and ')} s, in turn (A B C C B A). Windows are long, as the collector comes once in some seconds. Each is warm when its first window begins: it has relayed the same for ${WARM_MS / 1000} s. socket.io, as it installs: io.to(room).emit('frame', buffer); ws, with the native unmasking (bufferutil) that CoView’s has, too: a send to each.`,
    ],
    samples,
  };
}

async function window(
  load: ChildProcess,
  server: Server,
  process: ServerProcess,
  { bytes, perSecond, forMs }: (typeof shapes)[number],
): Promise<Sample> {
  const before = cpuMicros(process);
  const { delivered, latencies } = await tell(load, { do: 'run', server, bytes, perSecond, forMs });
  const cpu = (cpuMicros(process) - before) / delivered;
  const due = ((perSecond * forMs) / 1000) * VIEWERS;
  if (delivered < due) throw new Error(`${server} delivered ${delivered} of ${due} frames`);
  return { cpu, p50: median(latencies), p99: percentile(latencies, 0.99) };
}

/** To the nanosecond where Linux counts so; ticks of 10 ms are too coarse for so short a window. */
function cpuMicros(server: ServerProcess): number {
  try {
    const tasks = `/proc/${server.child.pid}/task`;
    const nanos = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanos.reduce((sum, one) => sum + one, 0) / 1000;
  } catch {
    return server.cpuMicros();
  }
}

async function tell(load: ChildProcess, task: RelayTask): Promise<RelayReport> {
  const answered = new AbortController();
  const { signal } = answered;
  load.send(task);
  const either = Promise.race([once(load, 'message', { signal }), once(load, 'exit', { signal })]);
  const [report] = (await either.finally(() => answered.abort())) as [RelayReport | number];
  if (typeof report !== 'object') throw new Error('the process that loads the servers has ended');
  return report;
}

function rowsOf(name: string, of: Samples): Row[] {
  const cpu = (server: Server) => of[server].reduce((sum, sample) => sum + sample.cpu, 0) / of[server].length;
  const ms = (server: Server, key: 'p50' | 'p99') => median(of[server].map((sample) => sample[key]));
  const unit = 'µs/delivery';
  return [
    {
      figure: `relay 1 → ${VIEWERS}, ${name} (socket.io)`,
      unit,
      coview: cpu('coview'),
      baseline: cpu('socket.io'),
      limit: { times: 1 },
    },
    { figure: '  (ws)', unit, coview: cpu('coview'), baseline: cpu('ws') },
    {
      figure: '  sent → at the viewer, p50 (socket.io)',
      unit: 'ms',
      coview: ms('coview', 'p50'),
      baseline: ms('socket.io', 'p50'),
    },
    { figure: '  p99 (socket.io)', unit: 'ms', coview: ms('coview', 'p99'), baseline: ms('socket.io', 'p99') },
  ];
}
