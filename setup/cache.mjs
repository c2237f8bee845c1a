import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { SetupError } from './SetupError.mjs';

/** A folder of this machine's user, shared by all checkouts: it outlives node_modules. */
export function cacheFolder(...names) {
  const root = env.COVIEW_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'coview');
  const folder = join(root, ...names);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new SetupError(
      `The cache folder cannot be created: ${error.message}`,
      'Set COVIEW_CACHE to a folder that you may write to.',
    );
  }
  return folder;
}
