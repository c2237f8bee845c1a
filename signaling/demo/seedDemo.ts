import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SiteId } from '#protocol/ids.ts';
import type { AgentService } from '#signaling/identity/AgentService.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { Store } from '#signaling/store/Store.ts';

const SITE = 'demo' as SiteId;
const ANY_LOCAL_PORT = ['http://localhost:*', 'http://127.0.0.1:*'];
/** How many of an article somebody wants is nobody's secret; whatever else they type is. */
const COBROWSE = { enabled: true, privacy: { maskAll: false, mask: [], unmask: ['input[type=number]'], block: [] } };
const AGENTS = [
  { email: 'agent1@example.com', name: 'Anna Berg', role: 'agent' },
  { email: 'agent2@example.com', name: 'Ben Okafor', role: 'agent' },
  { email: 'admin@example.com', name: 'Site Admin', role: 'admin' },
] as const;

/** `dev-credentials.json`: what developers' own programs need to use the demo site. */
const DemoCredentials = z.object({
  site: z.string(),
  apiKey: z.string(),
  agents: z.record(z.string(), z.string()),
});
export type DemoCredentials = z.infer<typeof DemoCredentials>;

export interface SeedOptions {
  /** The data folder. */
  data: string;
  sites: SiteDirectory;
  agents: AgentService;
  store: Pick<Store, 'agents' | 'sites'>;
}

/** Development only: the site `demo` and its agents. Credentials that still hold are kept over restarts. */
export async function seedDemo({ data, sites, agents, store }: SeedOptions): Promise<DemoCredentials> {
  const file = join(data, 'dev-credentials.json');
  const kept = await readCredentials(file);
  const apiKey = await apiKeyOf(sites, agents, kept?.apiKey);
  await shareOldDemo(sites, store);
  const tokens: Record<string, string> = {};
  for (const agent of AGENTS) {
    const known = await store.agents.findByEmail(SITE, agent.email);
    if (!known) await agents.create(SITE, agent);
    // A demo agent that somebody deactivated while trying things out must not keep the server from starting.
    else if (!known.active) await agents.update(SITE, agent.email, { active: true });
    tokens[agent.email] = await tokenOf(agents, agent.email, kept?.agents[agent.email]);
  }
  const credentials = { site: SITE, apiKey, agents: tokens };
  await writeFile(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return credentials;
}

async function apiKeyOf(sites: SiteDirectory, agents: AgentService, kept: string | undefined): Promise<string> {
  if (!sites.get(SITE)) return sites.create(SITE, 'Demo shop', { allowedOrigins: ANY_LOCAL_PORT, cobrowse: COBROWSE });
  const principal = kept === undefined ? undefined : await agents.authenticate(kept);
  return kept !== undefined && principal?.kind === 'site' && principal.site === SITE ? kept : sites.renewApiKey(SITE);
}

/** A data folder may be older than co-browsing: nobody has ever said there whether the demo shop shares its pages. */
async function shareOldDemo(sites: SiteDirectory, store: SeedOptions['store']): Promise<void> {
  const kept = (await store.sites.list()).find(({ id }) => id === SITE);
  if (kept && !('cobrowse' in kept.settings)) await sites.update(SITE, { settings: { cobrowse: COBROWSE } });
}

async function tokenOf(agents: AgentService, email: string, kept: string | undefined): Promise<string> {
  const principal = kept === undefined ? undefined : await agents.authenticate(kept);
  const fits = principal?.kind === 'agent' && principal.site === SITE && principal.agent.email === email;
  if (kept !== undefined && fits) return kept;
  return (await agents.issueToken(SITE, email)).token;
}

async function readCredentials(file: string): Promise<DemoCredentials | undefined> {
  try {
    return DemoCredentials.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
