import type { CustomerId, DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { WebhookType } from '#protocol/webhooks.ts';
import type { AuditRecord } from './AuditStore.ts';
import type { PageRequest } from './PageRequest.ts';

export interface WebhookRecord {
  id: WebhookId;
  site: SiteId;
  url: string;
  events: WebhookType[];
  enabled: boolean;
  disabledReason?: string | undefined;
  /** `whsec_…`; needed in the clear to sign with. */
  secret: string;
  createdAt: number;
}

/** A row of the outbox: written in the transaction of the change that it tells of. */
export interface DeliveryRecord {
  id: DeliveryId;
  site: SiteId;
  webhookId: WebhookId;
  /** Whom it tells of, so that it can be erased with them. */
  customerId?: CustomerId | undefined;
  type: WebhookType;
  /** The JSON that is sent; the same at every try. */
  payload: string;
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  createdAt: number;
  /** Only while pending. */
  nextAttemptAt?: number | undefined;
  deliveredAt?: number | undefined;
  /** HTTP status of the last answer. */
  status?: number | undefined;
  error?: string | undefined;
}

export interface WebhookStore {
  /** Of all sites. */
  listAll(): Promise<WebhookRecord[]>;
  /** Inserts or replaces. */
  save(webhook: WebhookRecord, audit?: readonly AuditRecord[]): Promise<void>;
  /** With its deliveries. */
  delete(site: SiteId, id: WebhookId, audit?: readonly AuditRecord[]): Promise<boolean>;

  add(delivery: DeliveryRecord): Promise<void>;
  getDelivery(site: SiteId, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryRecord | undefined>;
  /** Newest first. */
  listDeliveries(
    site: SiteId,
    webhookId: WebhookId,
    page: PageRequest & { state?: DeliveryRecord['state'] | undefined },
  ): Promise<Page<DeliveryRecord>>;
  /**
   * Pending deliveries of one webhook that are due at `now`, the oldest first: each is put off to `leaseUntil` in the
   * same step, so that no two senders have it at once and that it is due again should this process die.
   */
  claimDue(
    site: SiteId,
    webhookId: WebhookId,
    now: number,
    leaseUntil: number,
    limit: number,
  ): Promise<DeliveryRecord[]>;
  /** When the next pending delivery of each webhook is due. */
  nextDue(): Promise<{ site: SiteId; webhookId: WebhookId; at: number }[]>;
  /** How a try went; false if it was erased meanwhile, and stays so. */
  update(delivery: DeliveryRecord): Promise<boolean>;
  /** Deletes what was delivered before this time, or is dead and was made before it; answers how many. */
  deleteSettled(before: number): Promise<number>;
}
