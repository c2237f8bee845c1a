import { createWorker, workerBin as defaultWorkerBin } from 'mediasoup';
import type { Router, WebRtcServer, Worker, WorkerSettings } from 'mediasoup/types';
import { CvError } from '#protocol/errors.ts';
import { mediaCodecs } from './codecs.ts';
import { freeTcpPort, type ListenAddress } from './listen.ts';

export interface MediaWorkerOptions {
  listen: readonly ListenAddress[];
  /** UDP and TCP port; 0 picks one that is free for both. */
  port: number;
  /** Where the engine's worker program is; mediasoup knows its own. */
  workerBin?: string;
  /** Proposes ports where `port` is 0. */
  pickPort?: (ip: string) => Promise<number>;
}

const PORT_ATTEMPTS = 20;
/** A worker that is told to end does so within milliseconds; one that hangs is killed after this. */
const END_MS = 2_000;

/** One worker process of the engine, the port it serves, and a router in reserve so that opening a room is free. */
export class MediaWorker {
  readonly server: WebRtcServer;
  readonly #worker: Worker;
  #spare: Promise<Router>;

  /** Rejects with UNAVAILABLE, and leaves nothing running, if the program does not start or the port is taken. */
  static async create(options: MediaWorkerOptions): Promise<MediaWorker> {
    const worker = await startWorker({ logLevel: 'error', workerBin: options.workerBin });
    try {
      return new MediaWorker(worker, await serve(worker, options));
    } catch (error) {
      end(worker);
      throw error;
    }
  }

  private constructor(worker: Worker, server: WebRtcServer) {
    this.#worker = worker;
    this.server = server;
    this.#spare = this.#newRouter();
  }

  get pid(): number {
    return this.#worker.pid;
  }

  takeRouter(): Promise<Router> {
    const router = this.#spare;
    this.#spare = this.#newRouter();
    return router;
  }

  /** Called once, when the process ended though nobody told it to. */
  onDied(listener: (error: Error) => void): void {
    this.#worker.once('died', listener);
  }

  /** Processor time of the process so far, in milliseconds. */
  async cpuMs(): Promise<number> {
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    return ru_utime + ru_stime;
  }

  close(): void {
    if (!this.#worker.closed) end(this.#worker);
  }

  #newRouter(): Promise<Router> {
    const router = this.#worker.createRouter({ mediaCodecs });
    router.catch(() => {}); // whoever takes it learns of it
    return router;
  }
}

/**
 * mediasoup ends its workers by itself on SIGINT and SIGTERM. When calls end is the composition root's decision,
 * so the handlers that a new worker installs are taken off again; they are installed before createWorker returns.
 */
async function startWorker(settings: WorkerSettings): Promise<Worker> {
  const installed = (['SIGINT', 'SIGTERM'] as const).map((signal) => ({ signal, before: process.listeners(signal) }));
  const starting = createWorker(settings);
  for (const { signal, before } of installed)
    for (const listener of process.listeners(signal)) if (!before.includes(listener)) process.off(signal, listener);
  try {
    return await starting;
  } catch (cause) {
    const program = settings.workerBin ?? defaultWorkerBin;
    throw new CvError('UNAVAILABLE', `the media worker ${program} does not start: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function serve(worker: Worker, options: MediaWorkerOptions): Promise<WebRtcServer> {
  const { listen, port, pickPort = freeTcpPort } = options;
  for (let attempt = 1; ; attempt++) {
    const candidate = port || (await pickPort(listen[0]?.ip ?? '0.0.0.0'));
    try {
      return await worker.createWebRtcServer({
        listenInfos: listen.flatMap((address) => [
          { protocol: 'udp', ...address, port: candidate },
          { protocol: 'tcp', ...address, port: candidate },
        ]),
      });
    } catch (cause) {
      if (!port && attempt < PORT_ATTEMPTS && !worker.closed) continue;
      const where = listen.map(({ ip }) => ip).join(', ');
      const why = (cause as Error).message;
      const message = `cannot listen for media on UDP and TCP port ${candidate} of ${where}; set RTC_PORT to free ones: ${why}`;
      throw new CvError('UNAVAILABLE', message, { cause });
    }
  }
}

function end(worker: Worker): void {
  if (worker.subprocessClosed) return;
  const timer = setTimeout(() => {
    try {
      process.kill(worker.pid, 'SIGKILL');
    } catch {} // it ended this very moment
  }, END_MS);
  worker.once('subprocessclose', () => clearTimeout(timer));
  worker.close();
}
