import { once } from 'node:events';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { serverCpus } from '#bench/harness/cpus.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { newId } from '#protocol/newId.ts';
import type { EngineSettings } from './EngineSocket.ts';

/** A server that the same visitors and the same agent can use. */
export interface Candidate {
  process: ServerProcess;
  agentAuth: Record<string, unknown>;
  /** Lets the baseline answer with the list that CoView made. */
  setList(list: unknown[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startCoView(): Promise<Candidate> {
  const service = await CoViewService.start(serverCpus);
  return {
    process: service.process,
    agentAuth: { role: 'agent', site: 'demo', tab: newId('t'), token: service.token() },
    setList: async () => {},
    stop: () => service.stop(),
  };
}

export async function startBare(settings: EngineSettings): Promise<Candidate> {
  const server = await ServerProcess.start({
    script: 'bench/presence/bareServer.ts',
    args: [JSON.stringify(settings)],
    env: { NODE_ENV: 'production' },
    cpus: serverCpus,
    ready: /listening on (\d+)/,
  });
  return {
    process: server,
    agentAuth: { site: 'demo' },
    setList: async (list) => {
      server.child.send({ list });
      await once(server.child, 'message');
    },
    stop: () => server.stop(),
  };
}
