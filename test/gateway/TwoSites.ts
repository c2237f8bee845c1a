import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRole } from '#protocol/identity.ts';
import type { SiteId } from '#protocol/ids.ts';
import { defaultSiteSettings, type SiteSettings } from '#protocol/site.ts';
import type { RequestRate } from '#signaling/gateway/RequestLimiter.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { databaseOf } from '#test/support/testDatabase.ts';

export type SiteName = 'demo' | 'other';

/** What tests that send thousands of requests need; the limit has a test of its own. */
export const UNLIMITED: RequestRate = { perSecond: 1e9, burst: 1e9 };

/** Nothing ends by itself in the middle of a test, however long that takes. */
const HOUR = 3_600_000;
const times = {
  callTimes: { ring: HOUR, connect: HOUR, absence: HOUR },
  cobrowseTimes: { ring: HOUR, connect: HOUR, absence: HOUR, unwatched: HOUR, wait: HOUR },
};

const shared = { ...defaultSiteSettings.cobrowse, enabled: true };

/** A running service with the demo site and a second one that has nothing to do with it. */
export class TwoSites {
  readonly service: TestService;
  readonly #otherKey: string;
  #number = 0;

  private constructor(service: TestService, otherKey: string) {
    this.service = service;
    this.#otherKey = otherKey;
  }

  static async start(
    settings: Partial<SiteSettings> = {},
    requestRate = UNLIMITED,
    env: Record<string, string> = {},
  ): Promise<TwoSites> {
    const data = await mkdtemp(join(tmpdir(), 'coview-test-'));
    const store = await TypeOrmStore.open(await databaseOf(data));
    const otherKey = newSecret('cvk');
    const site = {
      id: 'other' as SiteId,
      name: 'Other',
      settings: { ...defaultSiteSettings, cobrowse: shared, ...settings },
    };
    await store.sites.create(site, hashSecret(otherKey));
    await store.close();
    return new TwoSites(await TestService.start({ data, requestRate, env, ...times }), otherKey);
  }

  get url(): string {
    return this.service.url;
  }

  key(site: SiteName): string {
    return site === 'demo' ? this.service.demo.apiKey : this.#otherKey;
  }

  /** A new agent of the site, with a token. */
  async newAgent(site: SiteName, role: AgentRole = 'agent'): Promise<{ email: string; token: string }> {
    const email = `agent-${++this.#number}@example.com`;
    await this.#rest('POST', 'agents', site, { email, name: email, role });
    const { token } = (await this.#rest('POST', `agents/${email}/token`, site)) as { token: string };
    return { email, token };
  }

  async agent(site: SiteName = 'demo', auth: Record<string, unknown> = {}): Promise<Peer> {
    const { token } = await this.newAgent(site);
    return Peer.agent(this.url, token, { site, ...auth });
  }

  visitor(site: SiteName = 'demo', auth: Record<string, unknown> = {}): Promise<Peer> {
    return Peer.visitor(this.url, { site, ...auth });
  }

  stop(): Promise<void> {
    return this.service.stop();
  }

  async #rest(verb: string, path: string, site: SiteName, body?: unknown): Promise<unknown> {
    const response = await this.service.rest(verb, path, body, this.key(site));
    if (!response.ok) throw new Error(`${verb} ${path}: ${await response.text()}`);
    return response.json();
  }
}
