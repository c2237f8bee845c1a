import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { CoView } from '#signaling/CoView.ts';
import type { callTimes } from '#signaling/calling/CallService.ts';
import type { cobrowseTimes } from '#signaling/cobrowse/cobrowseTimes.ts';
import { readConfig } from '#signaling/config.ts';
import type { DemoCredentials } from '#signaling/demo/seedDemo.ts';
import type { RequestRate } from '#signaling/gateway/RequestLimiter.ts';
import type { RestLimits } from '#signaling/http/RateLimits.ts';
import type { senderTimes } from '#signaling/webhooks/WebhookSender.ts';
import { databaseOf } from './testDatabase.ts';

export interface TestServiceOptions {
  env?: Record<string, string>;
  callTimes?: Partial<typeof callTimes>;
  cobrowseTimes?: Partial<typeof cobrowseTimes>;
  webhookTimes?: Partial<typeof senderTimes>;
  requestRate?: RequestRate;
  maxWaiting?: number;
  messageRate?: RequestRate;
  /** REST’s limits; none unless RATE_LIMITS is 1. */
  limits?: Partial<RestLimits>;
  handshakes?: RequestRate;
  /** Kept by a former service: a restart over the same data. */
  data?: string;
  port?: number;
}

/** A whole CoView in this process on free ports, with the demo site, over a data folder of its own. */
export class TestService {
  readonly coview: CoView;
  readonly data: string;
  readonly url: string;

  private constructor(coview: CoView, data: string) {
    this.coview = coview;
    this.data = data;
    this.url = `http://127.0.0.1:${coview.port}`;
  }

  static async start({ env, data, port = 0, ...options }: TestServiceOptions = {}): Promise<TestService> {
    const folder = data ?? (await mkdtemp(join(tmpdir(), 'coview-test-')));
    const { url } = await databaseOf(folder);
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: String(port),
      RTC_PORT: '0',
      RTC_WORKERS: '1',
      RTC_ANNOUNCED_ADDRESS: '127.0.0.1',
      COVIEW_DATA: folder,
      COVIEW_CHECK_ANSWERS: '1',
      RATE_LIMITS: '0',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
      ...env,
    });
    const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
    const secret = 'a secret for tests, at least 32 characters long';
    return new TestService(await CoView.start({ config, secret, log, ...options }), folder);
  }

  get demo(): DemoCredentials {
    if (!this.coview.demo) throw new Error('this service has no demo site');
    return this.coview.demo;
  }

  token(agent = 'agent1@example.com'): string {
    const token = this.demo.agents[agent];
    if (!token) throw new Error(`no demo agent ${agent}`);
    return token;
  }

  /** A REST call with the demo site's API key, or another secret; null sends none. */
  rest(verb: string, path: string, body?: unknown, secret: string | null = this.demo.apiKey): Promise<Response> {
    return fetch(`${this.url}/rest/v1/${path}`, {
      method: verb,
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** `keepData` for a restart over the same folder. */
  async stop({ keepData = false } = {}): Promise<void> {
    await this.coview.close();
    if (!keepData) await rm(this.data, { recursive: true, force: true });
  }
}
