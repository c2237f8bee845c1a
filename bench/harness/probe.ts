import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Preloaded into a measured Node process, CoView's or the baseline's alike. It does nothing until it is asked over the
 * IPC channel, and ends the process when whoever started it is gone.
 */

export interface Footprint {
  /** Resident bytes when ordinary collections lower them no more. */
  collected: number;
  /** Resident bytes when collections that give memory back to the system lower them no more. */
  reduced: number;
  /** What Node says after the latter. */
  memory: NodeJS.MemoryUsage;
}

const POLL_MS = 500;
/** So many looks without a fall of more than 0.2% count as settled. */
const STEADY_POLLS = 6;
const MAX_POLLS = 80;

async function settled(flavor: 'regular' | 'last-resort'): Promise<number> {
  const collect = (globalThis as { gc?: (how: object) => void }).gc;
  if (!collect) throw new Error('run with --expose-gc');
  let least = Number.POSITIVE_INFINITY;
  for (let polls = 0, steady = 0; polls < MAX_POLLS && steady < STEADY_POLLS; polls++) {
    collect({ type: 'major', execution: 'sync', flavor });
    await sleep(POLL_MS);
    const rss = process.memoryUsage.rss();
    steady = rss < least * 0.998 ? 0 : steady + 1;
    least = Math.min(least, rss);
  }
  return least;
}

async function footprint(): Promise<Footprint> {
  const collected = await settled('regular');
  const reduced = await settled('last-resort');
  return { collected, reduced, memory: process.memoryUsage() };
}

process.on('message', (message: { probe?: string }) => {
  if (message.probe === 'footprint') void footprint().then((sizes) => process.send?.(sizes));
});
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
