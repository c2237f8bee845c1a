import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AuditStore } from '#signaling/store/Store.ts';

export function auditRoutes(store: AuditStore): Pick<RestHandlers, 'listAudit'> {
  return {
    listAudit: async ({ caller, query }) => {
      const { items, nextCursor } = await store.list(caller.site, query);
      return {
        items: items.map(({ site: _, at, ...entry }) => ({ ...entry, at: new Date(at).toISOString() })),
        nextCursor,
      };
    },
  };
}
