import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { AgentService } from './AgentService.ts';
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

export function identityRoutes(agents: AgentService, presence: AgentPresence): Pick<RestHandlers, IdentityRoutes> {
  return {
    login: ({ body }) => agents.login(body.email, body.password, body.site),
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
      const { items, nextCursor } = await agents.list(caller.site, query);
      return { items: items.map((agent) => agentStatus(agent, presence)), nextCursor };
    },
    getAgent: async ({ caller, params }) => agentStatus(await agents.get(caller.site, params.email), presence),
    createAgent: ({ caller, body }) => agents.create(caller.site, body),
    updateAgent: ({ caller, params, body }) => agents.update(caller.site, params.email, body),
    syncAgents: ({ caller, body }) => agents.sync(caller.site, body.agents, body.deactivateMissing),
    deleteAgent: async ({ caller, params }) => {
      await agents.delete(caller.site, params.email);
      return undefined;
    },
  };
}
