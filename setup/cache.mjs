import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';

/** A folder of this machine's user, shared by all checkouts: it outlives node_modules. */
export function cacheFolder(...names) {
  const root = env.COVIEW_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'coview');
  const folder = join(root, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
}
