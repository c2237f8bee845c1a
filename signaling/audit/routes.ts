import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AuditStore } from '#signaling/store/Store.ts';
import { auditEntry } from './auditEntry.ts';

export function auditRoutes(store: AuditStore): Pick<RestHandlers, 'listAudit'> {
  return {
    listAudit: async ({ caller, query }) => {
      const { items, nextCursor } = await store.list(caller.site, query);
      return { items: items.map(auditEntry), nextCursor };
    },
  };
}
