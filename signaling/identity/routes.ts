import type { AgentStatus } from '#protocol/identity.ts';
import type { Page } from '#protocol/paging.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { Made } from '#signaling/store/Made.ts';
import type { Rows } from '#signaling/store/Rows.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';
import { type AgentService, unknownAgent } from './AgentService.ts';
import { agentStatus } from './agentView.ts';

type IdentityRoutes =
  | 'login'
  | 'logout'
  | 'issueToken'
  | 'revokeTokens'
  | 'listAgents'
  | 'getAgent'
  | 'createAgent'
  | 'updateAgent'
  | 'syncAgents'
  | 'deleteAgent';

export function identityRoutes(
  agents: AgentService,
  rows: Pick<Rows, 'agents' | 'agent'>,
  presence: AgentPresence,
): Pick<RestHandlers, IdentityRoutes> {
  const pages = new Made<Page<AgentRecord>, Page<AgentStatus>>();
  return {
    login: ({ body, address }) => agents.login(body.email, body.password, body.site, address),
    logout: async ({ caller }) => {
      await agents.revokeToken(caller.site, caller.agent, caller.tokenId);
      return undefined;
    },
    issueToken: ({ caller, params }) => agents.issueToken(caller.site, params.email),
    revokeTokens: async ({ caller, params }) => {
      await agents.revokeTokens(caller.site, params.email);
      return undefined;
    },
    listAgents: async ({ caller, query }) => {
      const page = await rows.agents(caller.site, query);
      const busy = page.items.flatMap((agent) => [
        presence.statusOf(agent),
        presence.openChatsOf(agent.site, agent.email),
      ]);
      return pages.once(page, busy, () => ({
        items: page.items.map((agent) => agentStatus(agent, presence)),
        nextCursor: page.nextCursor,
      }));
    },
    getAgent: async ({ caller, params }) => {
      const agent = await rows.agent(caller.site, params.email);
      if (!agent) throw unknownAgent(params.email);
      return agentStatus(agent, presence);
    },
    createAgent: ({ caller, body }) => agents.create(caller.site, body),
    updateAgent: ({ caller, params, body }) => agents.update(caller.site, params.email, body),
    syncAgents: ({ caller, body }) => agents.sync(caller.site, body.agents, body.deactivateMissing),
    deleteAgent: async ({ caller, params }) => {
      await agents.delete(caller.site, params.email);
      return undefined;
    },
  };
}
