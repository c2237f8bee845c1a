import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdCommand, CrowdReport } from './Crowd.ts';
import { EngineSocket } from './EngineSocket.ts';
import { authOf, ORIGIN, pageOf, tagOf } from './visitors.ts';

/*
 * The load: a process that holds one socket a visitor, answers the heartbeats, and does what its parent says.
 */

const WAVE_MS = 20;
/** A server that cannot keep up is not piled upon. */
const MAX_PENDING = 400;

const port = Number(process.argv[2]);
let sockets: EngineSocket[] = [];
let pings = 0;
let lost = 0;

/** Runs `act` for each number at an even pace; resolves when all are done. */
async function paced(count: number, perSecond: number, act: (i: number) => Promise<unknown>): Promise<void> {
  const running = new Set<Promise<unknown>>();
  const began = performance.now();
  let failure: unknown;
  for (let i = 0; i < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) / 1000) * perSecond));
    for (; i < due && running.size < MAX_PENDING; i++) {
      const one = act(i).catch((error) => {
        failure ??= error;
      });
      running.add(one);
      void one.then(() => running.delete(one));
    }
    if (failure) break;
    await sleep(WAVE_MS);
  }
  await Promise.all(running);
  if (failure) throw failure;
}

async function arrive(i: number): Promise<void> {
  const socket = await EngineSocket.open({
    port,
    origin: ORIGIN,
    auth: authOf(i),
    onPing: () => void pings++,
    onClose: () => void lost++,
  });
  sockets.push(socket);
  const answer = await socket.request('visitor.tag', tagOf(i));
  if (!answer.startsWith('[{"data"')) throw new Error(`visitor ${i} was not tagged: ${answer}`);
}

function leave(): void {
  for (const socket of sockets) socket.close();
  sockets = [];
}

/** Every visitor in turn goes to another page. */
async function browse(count: number, perSecond: number): Promise<number[]> {
  const latencies: number[] = [];
  await paced(count, perSecond, async (i) => {
    const sent = performance.now();
    const visit = 1 + Math.floor(i / sockets.length);
    const { url, title } = pageOf(i % sockets.length, visit);
    const answer = await sockets[i % sockets.length]?.request('presence.page', { url, title });
    if (answer !== '[{"data":{}}]') throw new Error(`a page was not taken: ${answer}`);
    latencies.push(performance.now() - sent);
  });
  return latencies;
}

async function obey(command: CrowdCommand): Promise<CrowdReport> {
  let latencies: number[] = [];
  if (command.do === 'arrive') await paced(command.count, command.perSecond, arrive);
  else if (command.do === 'leave') leave();
  else if (command.do === 'browse') latencies = await browse(command.count, command.perSecond);
  return { sockets: sockets.length, pings, lost, latencies };
}

process.on('message', (command: CrowdCommand) => {
  obey(command).then(
    (report) => process.send?.(report),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.once('disconnect', () => process.exit());
process.stdout.write('ready 0\n');
