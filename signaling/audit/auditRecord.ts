import type { AuditId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { AuditRecord } from '#signaling/store/Store.ts';

export type AuditDetail = AuditRecord['detail'];

let count = 0;

/** Ascends within a process: the log is ordered by time and id, and many steps share a millisecond. */
function nextId(): AuditId {
  count = (count + 1) % 2 ** 32;
  return `au_${count.toString(16).padStart(8, '0')}${newId('au').slice(11)}` as AuditId;
}

/** A step that somebody may later have to answer for: kept in the transaction of the change that it tells of. */
export function auditRecord(
  site: SiteId,
  actor: string,
  action: string,
  subject: string,
  detail: AuditDetail = {},
): AuditRecord {
  return { id: nextId(), site, at: Date.now(), actor, action, subject, detail };
}
