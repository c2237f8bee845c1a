import { stdout } from 'node:process';

/**
 * Tells in one line what is being done and how it ended.
 *
 * @param {string} what what is done, why, and how long it takes
 * @param {(progress: (text: string) => void) => Promise<string | void>} work
 *   may return how it ended, where "done in N s" would not be true
 */
export async function step(what, work) {
  const start = Date.now();
  stdout.write(`[set-up] ${what} …`);
  try {
    const outcome = await work((text) => stdout.write(` ${text}`));
    stdout.write(` ${outcome ?? `done in ${seconds(Date.now() - start)}`}\n`);
  } catch (error) {
    stdout.write(` failed after ${seconds(Date.now() - start)}\n`);
    throw error;
  }
}

/** @param {number} ms */
function seconds(ms) {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
