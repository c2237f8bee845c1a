import type { CallState } from '#protocol/calling.ts';
import type { CobrowseEndReason } from '#protocol/cobrowse.ts';
import type { AgentId, CobrowseId, CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { AuditRecord } from './AuditStore.ts';
import type { PageRequest } from './PageRequest.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

export interface CobrowseRecord {
  id: CobrowseId;
  site: SiteId;
  state: CallState;
  reason?: CobrowseEndReason | undefined;
  visitorId: VisitorId;
  customerId?: CustomerId | undefined;
  startedBy: 'agent' | 'visitor';
  /** Who asked, or whom the visitor shares with. */
  agentId: AgentId;
  agentEmail: string;
  agentName: string;
  startedAt: number;
  consentedAt?: number | undefined;
  activeAt?: number | undefined;
  endedAt?: number | undefined;
}

export interface CobrowseStore {
  /** Insert or replace, with audit entries and deliveries in the same transaction. */
  save(cobrowse: CobrowseRecord, audit: readonly AuditRecord[], outbox?: readonly DeliveryRecord[]): Promise<void>;
  get(site: SiteId, id: CobrowseId): Promise<CobrowseRecord | undefined>;
  /** One person’s, newest first. */
  list(site: SiteId, page: PageRequest & { customerId: CustomerId }): Promise<Page<CobrowseRecord>>;
  /** Sessions of all sites that a process which died left behind unended. */
  listUnended(): Promise<CobrowseRecord[]>;
}
