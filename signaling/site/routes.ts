import type { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { actorOf } from '#signaling/identity/actorOf.ts';
import type { SiteDirectory } from './SiteDirectory.ts';

export function siteRoutes(sites: SiteDirectory, audit: AuditLog): Pick<RestHandlers, 'getSite' | 'putSite'> {
  return {
    getSite: async ({ caller }) => sites.require(caller.site),
    putSite: async ({ caller, body }) => {
      const site = await sites.update(caller.site, body);
      const settings = Object.keys(body.settings ?? {});
      await audit.record(site.id, actorOf(caller), 'site.changed', site.id, {
        settings,
        renamed: body.name !== undefined,
      });
      return site;
    },
  };
}
