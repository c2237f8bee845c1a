import { newId } from '#protocol/newId.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { AuditRecord, AuditStore } from '#signaling/store/Store.ts';

export type AuditDetail = AuditRecord['detail'];

/** An entry for now; its writer decides in which transaction it is kept. */
export function auditRecord(
  site: SiteId,
  actor: string,
  action: string,
  subject: string,
  detail: AuditDetail = {},
): AuditRecord {
  return { id: newId('au'), site, at: Date.now(), actor, action, subject, detail };
}

/** Steps that somebody may later have to answer for. */
export class AuditLog {
  readonly #store: AuditStore;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  record(...entry: Parameters<typeof auditRecord>): Promise<void> {
    return this.#store.append(auditRecord(...entry));
  }
}
