import type { AuditEntry } from '#protocol/audit.ts';
import type { AuditId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { PageRequest } from './PageRequest.ts';

export interface AuditRecord extends Omit<AuditEntry, 'at' | 'id'> {
  id: AuditId;
  site: SiteId;
  at: number;
}

export interface AuditStore {
  /** Of what only reads: other entries come with the writes that they tell of, in their transactions. */
  add(entry: AuditRecord): Promise<void>;
  /** Newest first. */
  list(site: SiteId, page: PageRequest & { subject?: string | undefined }): Promise<Page<AuditRecord>>;
}
