import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { CvError } from '#protocol/errors.ts';
import { CoView } from './CoView.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { logLines } from './logLines.ts';

/** A start or stop that takes longer than this is given up, in milliseconds. */
const STOP_MS = 10_000;

const redact = ['token', 'apiKey', 'password', 'authorization', '*.token', '*.apiKey', '*.password', '*.authorization'];

async function main(): Promise<void> {
  const config = readConfig(process.env);
  // In development people read the addresses below; one line an event would bury them.
  const level = process.env['LOG_LEVEL'] ? config.LOG_LEVEL : config.development ? 'warn' : config.LOG_LEVEL;
  const log = pino({ level, redact }, logLines());
  if (!config.development && !config.PUBLIC_URL) {
    log.warn('PUBLIC_URL is not set: widgets are told the address of each request, which behind a TLS proxy is http');
  }
  await makeDataFolder(config.COVIEW_DATA);
  const coview = await CoView.start({ config, secret: await secretOf(config), log });
  stopOnSignal(coview);
  if (coview.demo) process.stdout.write(greeting(coview.url, coview.demo.agents['agent1@example.com'] ?? ''));
  else log.info({ port: coview.port }, 'CoView is running');
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = (error as Error).message;
    throw new ConfigError(`The data folder cannot be made; set COVIEW_DATA to a folder that can: ${why}`);
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
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
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
  const known =
    error instanceof ConfigError || error instanceof CvError || (error instanceof Error && 'cause' in error);
  process.stderr.write(`CoView could not start: ${known ? reasonOf(error as Error) : (error as Error)?.stack}\n`);
  process.exit(1);
});

/** What a caller may not see, whoever starts the server must: the database's own words, for example. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message) ? `${message} (${cause.message})` : message;
}
