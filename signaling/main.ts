import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { CoView } from './CoView.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { LogLines } from './LogLines.ts';
import { reasonOf } from './reasonOf.ts';
import { FolderLock } from './store/FolderLock.ts';

/** A start or stop that takes longer than this is given up, in milliseconds. */
const STOP_MS = 10_000;

const redact = ['token', 'apiKey', 'password', 'authorization', '*.token', '*.apiKey', '*.password', '*.authorization'];

async function main(): Promise<void> {
  const config = readConfig(process.env);
  // In development people read the addresses below; one line an event would bury them.
  const level = process.env['LOG_LEVEL'] ? config.LOG_LEVEL : config.development ? 'warn' : config.LOG_LEVEL;
  const lines = new LogLines();
  const log = pino({ level, redact }, lines);
  await takeDataFolder(config.COVIEW_DATA);
  const coview = await CoView.start({ config, secret: await secretOf(config), log });
  stopOnSignal(coview);
  if (coview.demo) lines.write(greeting(coview.url, coview.demo.agents['agent1@example.com'] ?? ''));
  else log.info({ port: coview.port }, 'CoView is running');
}

/** Alone: a second server would end the first one's calls, and take away files that are just arriving there. */
async function takeDataFolder(folder: string): Promise<void> {
  const lock = await lockOf(folder);
  if (!lock) {
    throw new ConfigError(
      `Another CoView server runs on the data folder ${resolve(folder)}; stop it, or set COVIEW_DATA to another folder.`,
    );
  }
  process.once('exit', () => lock.release());
}

async function lockOf(folder: string): Promise<FolderLock | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await FolderLock.take(folder);
  } catch (error) {
    const why = (error as Error).message;
    throw new ConfigError(`The data folder cannot be made or written; set COVIEW_DATA to one that can: ${why}`);
  }
}

/** Production brings its own secret; in development one is made once and kept with the data. */
async function secretOf(config: Config): Promise<string> {
  if (config.COVIEW_SECRET) return config.COVIEW_SECRET;
  const file = join(config.COVIEW_DATA, 'dev-secret');
  const kept = await readFile(file, 'utf8').catch(() => '');
  // A file that a full disk left empty would let anybody sign.
  if (/^dev-[\w-]{43}$/.test(kept)) return kept;
  const secret = `dev-${randomBytes(32).toString('base64url')}`;
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

function stopOnSignal(coview: CoView): void {
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_MS).unref();
    coview.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Whoever presses Ctrl+C under npm sends it twice: npm passes on what the terminal has told this process already.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const greeting = (url: string, token: string): string => `
CoView is running.

  Demo shop, as a visitor   ${url}/demo/
  Demo shop's agent area    ${url}/demo/agent/
  Agents' desk, logged in   ${url}/desk/?site=demo#token=${token}
  API documentation         ${url}/docs/

Stop it with Ctrl+C.
`;

main().catch((error: unknown) => {
  process.stderr.write(`CoView could not start: ${reasonOf(error)}\n`);
  process.exit(1);
});
