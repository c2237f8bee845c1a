import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './ServerProcess.ts';

interface Credentials {
  site: string;
  apiKey: string;
  agents: Record<string, string>;
}

const SCRIPT = 'signaling/main.ts';

/** CoView as an operator runs it: the real program, in production mode, over a data folder of its own. */
export class CoViewService {
  readonly process: ServerProcess;
  readonly credentials: Credentials;
  readonly #data: string;

  /** Only development makes a site by itself, so the service runs for a moment in that mode first. */
  static async start(cpus: string, more: Record<string, string> = {}): Promise<CoViewService> {
    const data = await mkdtemp(join(tmpdir(), 'coview-bench-'));
    const env = {
      PORT: '0',
      HOST: '127.0.0.1',
      COVIEW_DATA: data,
      RTC_PORT: '0',
      RTC_WORKERS: '1',
      RTC_ANNOUNCED_ADDRESS: '127.0.0.1',
    };
    try {
      const seeding = await ServerProcess.start({
        script: SCRIPT,
        env: { ...env, NODE_ENV: 'development', LOG_LEVEL: 'warn' },
        cpus,
        ready: /http:\/\/localhost:(\d+)\/docs/,
      });
      const credentials = JSON.parse(await readFile(join(data, 'dev-credentials.json'), 'utf8')) as Credentials;
      await seeding.stop();
      const production = {
        ...env,
        // The same port once more: widgets are told where they reach the server before it runs.
        PORT: String(seeding.port),
        PUBLIC_URL: `http://localhost:${seeding.port}`,
        NODE_ENV: 'production',
        COVIEW_SECRET: randomBytes(32).toString('hex'),
        IDENTITY_MODE: 'open',
        LOG_LEVEL: 'info',
        ...more,
      };
      const running = { script: SCRIPT, env: production, cpus, ready: /"port":(\d+),"msg":"CoView is running"/ };
      return new CoViewService(await ServerProcess.start(running), credentials, data);
    } catch (error) {
      await rm(data, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(process: ServerProcess, credentials: Credentials, data: string) {
    this.process = process;
    this.credentials = credentials;
    this.#data = data;
  }

  get port(): number {
    return this.process.port;
  }

  token(agent = 'agent1@example.com'): string {
    const token = this.credentials.agents[agent];
    if (!token) throw new Error(`no demo agent ${agent}`);
    return token;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.#data, { recursive: true, force: true });
  }
}
