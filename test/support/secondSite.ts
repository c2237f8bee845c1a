import type { SiteId } from '#protocol/ids.ts';
import { AgentService } from '#signaling/identity/AgentService.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { databaseOf } from './testDatabase.ts';

export interface SecondSite {
  id: SiteId;
  apiKey: string;
  /** Of the agent agent1@example.com, whom the demo site has too. */
  token: string;
}

/** Another site in a service's data folder; to be made while no service runs over it. */
export async function addSite(data: string, name: string, password?: string): Promise<SecondSite> {
  const id = name as SiteId;
  const store = await TypeOrmStore.open(await databaseOf(data));
  const agents = new AgentService(store, { dropTokens: () => {} });
  const apiKey = await (await SiteDirectory.load(store.sites)).create(id, name);
  const { email } = await agents.create(id, {
    email: 'agent1@example.com',
    name: 'Their Anna',
    role: 'admin',
    password,
  });
  const { token } = await agents.issueToken(id, email);
  await store.close();
  return { id, apiKey, token };
}
