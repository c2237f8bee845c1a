import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { SetupError } from './SetupError.mjs';
import { buildWorker } from './worker/build.mjs';
import { downloadWorker } from './worker/download.mjs';
import { cachedWorker, place, placedWorker, starts } from './worker-path.mjs';

/** Sees to it that mediasoup finds a media worker that runs on this machine. */
export async function provideWorker() {
  const chosen = env.MEDIASOUP_WORKER_BIN;
  if (chosen && existsSync(chosen)) return;
  if (chosen) {
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN names a file that does not exist: ${chosen}`,
      'Set it to a mediasoup-worker program, or unset it to let the set-up provide one.',
    );
  }
  if (starts(placedWorker)) return;
  const cached = cachedWorker();
  if (!starts(cached) && !(await downloadWorker(cached))) await buildWorker(cached);
  place(cached, placedWorker);
}
