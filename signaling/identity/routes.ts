import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AgentService } from './AgentService.ts';

type IdentityRoutes =
  | 'login'
  | 'logout'
  | 'issueToken'
  | 'revokeTokens'
  | 'listAgents'
  | 'createAgent'
  | 'updateAgent'
  | 'deleteAgent';

export function identityRoutes(agents: AgentService): Pick<RestHandlers, IdentityRoutes> {
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
    listAgents: ({ caller, query }) => agents.list(caller.site, query),
    createAgent: ({ caller, body }) => agents.create(caller.site, body),
    updateAgent: ({ caller, params, body }) => agents.update(caller.site, params.email, body),
    deleteAgent: async ({ caller, params }) => {
      await agents.delete(caller.site, params.email);
      return undefined;
    },
  };
}
