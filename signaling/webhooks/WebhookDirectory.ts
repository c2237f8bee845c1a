import { EventEmitter } from 'node:events';
import { CvError } from '#protocol/errors.ts';
import type { CustomerId, DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { WebhookData, WebhookType } from '#protocol/webhooks.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { Store } from '#signaling/store/Store.ts';
import type { DeliveryRecord, WebhookRecord } from '#signaling/store/WebhookStore.ts';
import { newSigningSecret } from './signature.ts';

/** A webhook may have many deliveries under way: so many webhooks a site bound what one site can keep busy. */
const MAX_WEBHOOKS = 20;

type Fields = Pick<WebhookRecord, 'url' | 'events' | 'enabled'>;
type FieldsChange = { [K in keyof Fields]?: Fields[K] | undefined };

interface WebhookDirectoryEvents {
  /** Rows were made; the transaction that writes them has yet to be committed. */
  rows: [rows: readonly DeliveryRecord[]];
  /** As it is from now on. */
  changed: [webhook: WebhookRecord];
  deleted: [id: WebhookId];
}

/** All webhooks, in memory: every message asks who is to be told of it. */
export class WebhookDirectory extends EventEmitter<WebhookDirectoryEvents> {
  readonly #store: Store;
  readonly #webhooks: Map<WebhookId, WebhookRecord>;
  readonly #bySite = new Map<SiteId, WebhookRecord[]>();
  readonly #turns = new Turns();

  private constructor(store: Store, webhooks: readonly WebhookRecord[]) {
    super();
    this.#store = store;
    this.#webhooks = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
    for (const site of new Set(webhooks.map((webhook) => webhook.site))) this.#index(site);
  }

  static async load(store: Store): Promise<WebhookDirectory> {
    return new WebhookDirectory(store, await store.webhooks.listAll());
  }

  /**
   * Rows for the outbox of the transaction that makes the change; none if nobody subscribed. The sender looks for
   * them by itself.
   */
  rows<T extends WebhookType>(site: SiteId, type: T, data: WebhookData<T>, customerId?: CustomerId): DeliveryRecord[] {
    const subscribed = (this.#bySite.get(site) ?? []).filter(({ enabled, events }) => enabled && events.includes(type));
    if (subscribed.length === 0) return [];
    const rows = this.#rowsFor(subscribed, type, data, customerId);
    this.emit('rows', rows);
    return rows;
  }

  /** A row for one webhook, whatever it subscribed to. */
  rowFor<T extends WebhookType>(webhook: WebhookRecord, type: T, data: WebhookData<T>): DeliveryRecord {
    return this.#rowsFor([webhook], type, data)[0] as DeliveryRecord;
  }

  get(id: WebhookId): WebhookRecord | undefined {
    return this.#webhooks.get(id);
  }

  /** NOT_FOUND if the site has no such webhook. */
  require(site: SiteId, id: WebhookId): WebhookRecord {
    const webhook = this.#webhooks.get(id);
    if (webhook?.site !== site) throw new CvError('NOT_FOUND', 'There is no such webhook.');
    return webhook;
  }

  list(site: SiteId): readonly WebhookRecord[] {
    return this.#bySite.get(site) ?? [];
  }

  create(site: SiteId, fields: Fields, actor: string): Promise<WebhookRecord> {
    return this.#turns.take([site], async () => {
      if (this.list(site).length >= MAX_WEBHOOKS) {
        throw new CvError('CONFLICT', `A site has at most ${MAX_WEBHOOKS} webhooks; remove one first.`);
      }
      const id = newId<WebhookId>('wh');
      const webhook: WebhookRecord = { ...fields, id, site, secret: newSigningSecret(), createdAt: Date.now() };
      await this.#save(webhook, actor, 'webhook.created', told(webhook));
      return webhook;
    });
  }

  /** Enabling it again forgets why it was disabled. */
  change(site: SiteId, id: WebhookId, change: FieldsChange, actor: string): Promise<WebhookRecord> {
    return this.#turns.take([site], async () => {
      const old = this.require(site, id);
      const enabled = change.enabled ?? old.enabled;
      const webhook: WebhookRecord = {
        ...old,
        url: change.url ?? old.url,
        events: change.events ?? old.events,
        enabled,
        disabledReason: enabled ? undefined : old.disabledReason,
      };
      await this.#save(webhook, actor, 'webhook.changed', told(webhook));
      return webhook;
    });
  }

  /** The server itself sends no more to it; what is pending dies. */
  disable(webhook: WebhookRecord, reason: string): Promise<void> {
    return this.#turns.take([webhook.site], async () => {
      const present = this.#webhooks.get(webhook.id);
      if (!present?.enabled) return;
      const disabled: WebhookRecord = { ...present, enabled: false, disabledReason: reason };
      await this.#save(disabled, 'system', 'webhook.disabled', { reason });
    });
  }

  delete(site: SiteId, id: WebhookId, actor: string): Promise<void> {
    return this.#turns.take([site], async () => {
      this.require(site, id);
      await this.#store.webhooks.delete(site, id, [auditRecord(site, actor, 'webhook.deleted', id)]);
      this.#webhooks.delete(id);
      this.#index(site);
      this.emit('deleted', id);
    });
  }

  async #save(webhook: WebhookRecord, actor: string, action: string, detail: Record<string, string | boolean>) {
    await this.#store.webhooks.save(webhook, [auditRecord(webhook.site, actor, action, webhook.id, detail)]);
    this.#webhooks.set(webhook.id, webhook);
    this.#index(webhook.site);
    this.emit('changed', webhook);
  }

  #index(site: SiteId): void {
    const all = [...this.#webhooks.values()].filter((webhook) => webhook.site === site);
    this.#bySite.set(
      site,
      all.sort((a, b) => a.createdAt - b.createdAt),
    );
  }

  #rowsFor<T extends WebhookType>(
    webhooks: readonly WebhookRecord[],
    type: T,
    data: WebhookData<T>,
    customerId?: CustomerId,
  ): DeliveryRecord[] {
    const now = Date.now();
    const payload = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
    return webhooks.map(({ site, id }) => ({
      id: nextDeliveryId(),
      site,
      webhookId: id,
      customerId,
      type,
      payload,
      state: 'pending',
      attempts: 0,
      createdAt: now,
      nextAttemptAt: now,
    }));
  }
}

let count = 0;

/** Ascends within a process: deliveries of one millisecond go out in the order of their making, too. */
function nextDeliveryId(): DeliveryId {
  count = (count + 1) % 2 ** 32;
  return `dl_${count.toString(16).padStart(8, '0')}${newId('dl').slice(11)}` as DeliveryId;
}

/** For the audit log: an address may hold a secret in its path or query. */
const told = ({ url, events, enabled }: Fields) => ({ target: new URL(url).host, events: events.join(' '), enabled });
