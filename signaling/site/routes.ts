import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { SiteDirectory } from './SiteDirectory.ts';

export function siteRoutes(sites: SiteDirectory): Pick<RestHandlers, 'getSite' | 'putSite'> {
  return {
    getSite: async ({ caller }) => sites.require(caller.site),
    putSite: ({ caller, body }) => sites.update(caller.site, body),
  };
}
