import { once } from 'node:events';
import { loadCpus } from '#bench/harness/cpus.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';

export type CrowdCommand =
  | { do: 'arrive'; count: number; perSecond: number }
  | { do: 'browse'; count: number; perSecond: number }
  | { do: 'leave' }
  | { do: 'report' };

export interface CrowdReport {
  sockets: number;
  /** Heartbeats answered so far. */
  pings: number;
  /** Sockets that ended without being told to. */
  lost: number;
  /** Milliseconds of each request that the command made. */
  latencies: number[];
}

/** The visitors, in a process of their own on the load's cores. */
export class Crowd {
  readonly #process: ServerProcess;

  static async start(port: number): Promise<Crowd> {
    return new Crowd(
      await ServerProcess.start({
        script: 'bench/presence/crowdProcess.ts',
        args: [String(port)],
        cpus: loadCpus,
        ready: /ready (0)/,
      }),
    );
  }

  private constructor(process: ServerProcess) {
    this.#process = process;
  }

  async tell(command: CrowdCommand): Promise<CrowdReport> {
    this.#process.child.send(command);
    const [answer] = (await once(this.#process.child, 'message')) as [CrowdReport | { error: string }];
    if ('error' in answer) throw new Error(`the visitors: ${answer.error}`);
    return answer;
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
