import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pinned } from './cpus.ts';
import type { Footprint } from './probe.ts';

const PROBE = resolve(import.meta.dirname, 'probe.ts');
const ROOT = resolve(import.meta.dirname, '../..');
/** Linux counts processor time in hundredths of a second for user space on every architecture Node runs on. */
const TICKS_PER_SECOND = 100;
const END_MS = 15_000;

export interface ServerProcessOptions {
  script: string;
  args?: readonly string[];
  env?: Record<string, string>;
  /** Cores it may use; see `cpus.ts`. */
  cpus: string;
  /** Matches the line of its output that says it is ready; the first group is its port. */
  ready: RegExp;
}

/** A server in a process of its own, measured from outside. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;

  static async start({ script, args = [], env, cpus, ready }: ServerProcessOptions): Promise<ServerProcess> {
    const node = [process.execPath, '--expose-gc', '--import', PROBE, resolve(ROOT, script), ...args];
    const [program = '', ...rest] = pinned(cpus, node);
    const child = spawn(program, rest, {
      cwd: ROOT,
      env: { ...inherited(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    return new ServerProcess(child, await portOf(child, script, ready));
  }

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  /** Processor time of all its threads so far, in microseconds; to the hundredth of a second. */
  cpuMicros(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
  }

  /** Its resident size, once garbage is collected and the size falls no more. */
  async footprint(): Promise<Footprint> {
    this.child.send({ probe: 'footprint' });
    const [answer] = (await once(this.child, 'message')) as [Footprint];
    return answer;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  }
}

/** Nothing of the shell's own CoView settings may reach what is measured. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'MEDIASOUP_WORKER_BIN'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function portOf(child: ChildProcess, script: string, ready: RegExp): Promise<number> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      if (output.length > 20_000) return;
      output += chunk;
      const match = ready.exec(output);
      if (match) resolve(Number(match[1] ?? 0));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready:\n${output}`)));
  });
}
