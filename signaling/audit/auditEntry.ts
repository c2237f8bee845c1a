import type { AuditEntry } from '#protocol/audit.ts';
import type { AuditRecord } from '#signaling/store/Store.ts';

/** As the site that owns it reads it. */
export const auditEntry = ({ site: _, at, ...entry }: AuditRecord): AuditEntry => ({
  ...entry,
  at: new Date(at).toISOString(),
});
