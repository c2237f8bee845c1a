import { setTimeout as sleep } from 'node:timers/promises';
import type { Footprint } from '#bench/harness/probe.ts';
import { progress } from '#bench/harness/progress.ts';
import { percentile } from '#bench/harness/statistics.ts';
import { Crowd } from './Crowd.ts';
import type { Candidate } from './candidates.ts';
import { type EngineSettings, EngineSocket } from './EngineSocket.ts';
import { ORIGIN } from './visitors.ts';

export const VISITORS = 10_000;
export const LISTS = 100;
const WARM_UP = 500;
/** Even over the heartbeat's interval, so that heartbeats are even too. */
const ARRIVALS_PER_SECOND = 500;
/** Presence keeps a lost tab for 6 s. */
const GONE_MS = 8_000;
const HEARTBEATS = 2;
const UPDATES = 20_000;
const UPDATES_PER_SECOND = 2_000;

export interface RoundFigures {
  /** Bytes; see `Footprint`. */
  collectedPerVisitor: number;
  reducedPerVisitor: number;
  /** Microseconds. */
  cpuPerHeartbeat: number;
  cpuPerArrival: number;
  cpuPerUpdate: number;
  /** Milliseconds. */
  updateP50: number;
  updateP99: number;
  listP50: number;
  listP99: number;
  /** Microseconds. */
  cpuPerWatchedUpdate: number;
  cpuPerList: number;
}

export interface Round {
  figures: RoundFigures;
  footprint: { before: Footprint; after: Footprint };
  list: unknown[];
  settings: EngineSettings;
}

/** Everything that is measured of one server, from its start to its end. */
export async function measure(name: string, candidate: Candidate, list: unknown[] | undefined): Promise<Round> {
  const crowd = await Crowd.start(candidate.process.port);
  try {
    return await measureWith(name, candidate, crowd, list);
  } finally {
    await crowd.stop();
    await candidate.stop();
  }
}

async function measureWith(
  name: string,
  candidate: Candidate,
  crowd: Crowd,
  list: unknown[] | undefined,
): Promise<Round> {
  const { process: server, agentAuth } = candidate;
  const { port } = server;
  // What is compiled, cached or grown once belongs to no visitor.
  await crowd.tell({ do: 'arrive', count: WARM_UP, perSecond: ARRIVALS_PER_SECOND });
  await crowd.tell({ do: 'leave' });
  await sleep(GONE_MS);
  const before = await server.footprint();

  progress(`${name}: ${VISITORS} visitors arrive`);
  const cpuAtStart = server.cpuMicros();
  await crowd.tell({ do: 'arrive', count: VISITORS, perSecond: ARRIVALS_PER_SECOND });
  const cpuPerArrival = (server.cpuMicros() - cpuAtStart) / VISITORS;
  // Every page is told that an agent is there now: that is to be over before heartbeats are measured.
  const agent = await EngineSocket.open({ port, origin: ORIGIN, auth: agentAuth });
  const { settings } = agent;
  const after = await server.footprint();
  const perVisitor = (key: 'collected' | 'reduced') => (after[key] - before[key]) / VISITORS;
  progress(`${name}: ${(perVisitor('collected') / 1024).toFixed(1)} KiB a visitor`);

  const heartbeat = await costOf(candidate, crowd, () => sleep(HEARTBEATS * settings.pingInterval));
  const cpuPerHeartbeat = heartbeat.cpu / heartbeat.pings;
  progress(`${name}: ${heartbeat.pings} heartbeats, ${cpuPerHeartbeat.toFixed(1)} µs each`);

  const browse = () => crowd.tell({ do: 'browse', count: UPDATES, perSecond: UPDATES_PER_SECOND });
  const update = await costOf(candidate, crowd, browse);
  const perUpdate = ({ cpu, pings }: { cpu: number; pings: number }) => (cpu - pings * cpuPerHeartbeat) / UPDATES;

  if (list) await candidate.setList(list);
  const own = JSON.parse(await agent.request('presence.list', {})) as [{ data: unknown[] }];
  if (own[0].data.length < VISITORS) throw new Error(`${name} lists ${own[0].data.length} visitors`);
  await agent.request('presence.watch', { on: true });
  const watched = await costOf(candidate, crowd, browse);
  await agent.request('presence.watch', { on: false });

  progress(`${name}: ${LISTS} lists`);
  const latencies: number[] = [];
  const lists = await costOf(candidate, crowd, async () => {
    for (let i = 0; i < LISTS; i++) {
      const sent = performance.now();
      await agent.request('presence.list', {});
      latencies.push(performance.now() - sent);
      // A refusal for too many requests would be quick.
      await sleep(25);
    }
  });
  const { lost, sockets } = await crowd.tell({ do: 'report' });
  agent.close();
  if (sockets !== VISITORS || lost > WARM_UP) throw new Error(`${name} lost ${lost - WARM_UP} sockets`);
  return {
    figures: {
      collectedPerVisitor: perVisitor('collected'),
      reducedPerVisitor: perVisitor('reduced'),
      cpuPerHeartbeat,
      cpuPerArrival,
      cpuPerUpdate: perUpdate(update),
      updateP50: percentile(update.result.latencies, 0.5),
      updateP99: percentile(update.result.latencies, 0.99),
      cpuPerWatchedUpdate: perUpdate(watched),
      listP50: percentile(latencies, 0.5),
      listP99: percentile(latencies, 0.99),
      cpuPerList: (lists.cpu - lists.pings * cpuPerHeartbeat) / LISTS,
    },
    footprint: { before, after },
    list: own[0].data,
    settings,
  };
}

/** Processor time of the server and heartbeats of the crowd while something goes on. */
async function costOf<T>({ process: server }: Candidate, crowd: Crowd, act: () => Promise<T>) {
  const { pings } = await crowd.tell({ do: 'report' });
  const cpu = server.cpuMicros();
  const result = await act();
  const spent = server.cpuMicros() - cpu;
  const report = await crowd.tell({ do: 'report' });
  return { cpu: spent, pings: report.pings - pings, result };
}
