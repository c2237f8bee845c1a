import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { actorOf } from '#signaling/identity/actorOf.ts';
import type { SiteDirectory } from './SiteDirectory.ts';

export function siteRoutes(sites: SiteDirectory): Pick<RestHandlers, 'getSite' | 'putSite'> {
  return {
    getSite: async ({ caller }) => sites.require(caller.site),
    putSite: ({ caller, body }) => {
      const detail = { settings: Object.keys(body.settings ?? {}), renamed: body.name !== undefined };
      const entry = auditRecord(caller.site, actorOf(caller), 'site.changed', caller.site, detail);
      return sites.update(caller.site, body, [entry]);
    },
  };
}
