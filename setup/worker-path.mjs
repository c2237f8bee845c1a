import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { arch, pid, platform } from 'node:process';
import { cacheFolder } from './cache.mjs';
import { hashOf } from './hash.mjs';

export const workerSource = 'node_modules/mediasoup/worker';
export const workerName = platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';

/** Where mediasoup itself looks, so that nobody has to be told a path at run time. */
export const placedWorker = join(workerSource, 'out', 'Release', workerName);

export function mediasoupVersion() {
  return JSON.parse(readFileSync('node_modules/mediasoup/package.json', 'utf8')).version;
}

/** Where this machine keeps the worker of this mediasoup version and this build recipe. */
export function cachedWorker() {
  const recipe = hashOf('setup/worker/recipe').slice(0, 8);
  const key = `mediasoup-worker-${mediasoupVersion()}-${platform}-${arch}-${recipe}`;
  return join(cacheFolder(key), workerName);
}

/** Called without its parent's parameters, a worker that can run here ends with code 41. */
export function starts(path) {
  return spawnSync(path, { env: {}, stdio: 'ignore', timeout: 10_000 }).status === 41;
}

/** Copies in one go, so that neither a running worker nor a half-written file is in the way. */
export function place(from, to) {
  const fresh = `${to}.${pid}`;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, fresh);
  renameSync(fresh, to);
}
