import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AgentLinks } from '#signaling/identity/AgentLinks.ts';

export function cobrowseRoutes(links: Pick<AgentLinks, 'createForCobrowse'>): Pick<RestHandlers, 'createCobrowseUrl'> {
  return {
    createCobrowseUrl: ({ caller, body: { sessionId, shareId, agent, ttlSeconds } }) =>
      links.createForCobrowse(caller.site, sessionId ?? shareId ?? '', agent, ttlSeconds),
  };
}
