import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** `npm start` without its set-up step: a real process of the server. */
export class Server {
  readonly process: ChildProcess;
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  #output = '';
  readonly #waiting = new Set<() => void>();

  /** `stdout`: a file descriptor that it prints to instead. `fileKiB`: no file can become larger, as if the disk were full. */
  constructor(environment: Record<string, string>, options: { stdout?: number; fileKiB?: number } = {}) {
    const { stdout = 'pipe', fileKiB } = options;
    const command = [process.execPath, 'signaling/main.ts'];
    const [program = '', ...given] =
      fileKiB === undefined ? command : ['sh', '-c', `ulimit -f ${fileKiB * 2} && exec "$@"`, 'sh', ...command];
    this.process = spawn(program, given, {
      cwd: root,
      stdio: ['ignore', stdout, 'pipe'],
      env: {
        PATH: process.env['PATH'],
        ...(process.env['MEDIASOUP_WORKER_BIN'] ? { MEDIASOUP_WORKER_BIN: process.env['MEDIASOUP_WORKER_BIN'] } : {}),
        PORT: '0',
        RTC_PORT: '0',
        RTC_WORKERS: '1',
        RTC_ANNOUNCED_ADDRESS: '127.0.0.1',
        ...environment,
      },
    });
    const hear = (chunk: Buffer) => {
      this.#output += chunk.toString();
      for (const look of [...this.#waiting]) look();
    };
    this.process.stdout?.on('data', hear);
    this.process.stderr?.on('data', hear);
    this.exited = new Promise((done) => {
      this.process.once('close', (code) => {
        done(code);
        for (const look of [...this.#waiting]) look();
      });
    });
  }

  /** Everything printed so far, to both streams. */
  get output(): string {
    return this.#output;
  }

  /** The first match in what is printed; rejects if the process ends without it. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((found, failed) => {
      const look = () => {
        const match = pattern.exec(this.#output);
        const over = this.process.exitCode !== null || this.process.signalCode !== null;
        if (!match && !over) return;
        this.#waiting.delete(look);
        if (match) found(match);
        else failed(new Error(`the server ended without printing ${pattern}:\n${this.#output}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** For the end of a test, whatever became of it. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
