import type { DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';

/** Deliveries of one webhook that are sent at once. */
const AT_ONCE = 4;
/** Between two looks for rows that are not there yet. */
const MAX_PAUSE_MS = 5_000;
/** What has not been committed by then was rolled back. */
const GIVE_UP_MS = 60_000;

export interface LaneOptions {
  site: SiteId;
  webhookId: WebhookId;
  /** How soon after their making rows are looked for, in milliseconds. */
  firstLook: number;
  /** Takes so many due deliveries; none if the webhook takes none now. */
  claim(limit: number): Promise<readonly DeliveryRecord[]>;
  /** Never rejects. */
  send(delivery: DeliveryRecord): Promise<DeliveryRecord>;
  /** The database did not answer. */
  failed(error: unknown): void;
}

/** What is sent to one webhook: a few at a time, in the order of their making, behind nobody else's. */
export class Lane {
  readonly site: SiteId;
  readonly webhookId: WebhookId;
  readonly #options: LaneOptions;
  readonly #underWay = new Map<DeliveryId, Promise<unknown>>();
  /** Rows that were made, with the time, and not seen in the database yet. */
  readonly #expected = new Map<DeliveryId, number>();
  #look: { timer: NodeJS.Timeout; at: number } | undefined;
  #pause: number;
  #pumping: Promise<void> | undefined;
  #again = false;
  /** There may be more due than there was room for. */
  #backlog = false;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.site = options.site;
    this.webhookId = options.webhookId;
    this.#pause = options.firstLook;
  }

  /** A row was made within a transaction that is not committed yet, or will never be: looks until it is there. */
  expect(id: DeliveryId): void {
    this.#expected.set(id, Date.now());
    this.#pause = this.#options.firstLook;
    this.#lookWithin(this.#pause);
  }

  /** As of now. */
  get underWay(): ReadonlySet<DeliveryId> {
    return new Set(this.#underWay.keys());
  }

  has(id: DeliveryId): boolean {
    return this.#underWay.has(id);
  }

  /** Sends this one whatever else is under way; nobody else may while `work` lasts. */
  async hold<T>(id: DeliveryId, work: () => Promise<T>): Promise<T> {
    const run = work();
    this.#underWay.set(id, run);
    try {
      return await run;
    } finally {
      this.#left(id);
    }
  }

  /** Sends what is due, as far as there is room. */
  pump(): Promise<void> {
    this.#again = true;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      // Asked for in the very moment in which it ended.
      if (this.#again && !this.#closed) void this.pump();
    });
    return this.#pumping;
  }

  /** Nothing more begins; resolves when all that is under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#look?.timer);
    // What is being taken at this moment begins all the same: it would be put off for long otherwise.
    await this.#pumping;
    await Promise.allSettled(this.#underWay.values());
  }

  async #pump(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#fill();
      }
    } catch (error) {
      this.#options.failed(error);
    }
  }

  async #fill(): Promise<void> {
    const room = AT_ONCE - this.#underWay.size;
    this.#backlog = room <= 0;
    if (this.#backlog) return;
    const claimed = await this.#options.claim(room);
    this.#backlog = claimed.length >= room;
    for (const delivery of claimed) {
      this.#expected.delete(delivery.id);
      // Held by `hold`, which took it without asking; whether this process ends meanwhile or not, its lease does.
      if (!this.has(delivery.id)) this.#start(delivery);
    }
  }

  #start(delivery: DeliveryRecord): void {
    const sent = this.#options.send(delivery).finally(() => this.#left(delivery.id));
    this.#underWay.set(delivery.id, sent);
  }

  #left(id: DeliveryId): void {
    this.#underWay.delete(id);
    if (this.#backlog) void this.pump();
  }

  #lookWithin(ms: number): void {
    const at = Date.now() + ms;
    if (this.#closed || (this.#look && this.#look.at <= at)) return;
    clearTimeout(this.#look?.timer);
    this.#look = { timer: setTimeout(() => void this.#lookNow(), ms), at };
  }

  async #lookNow(): Promise<void> {
    this.#look = undefined;
    await this.pump();
    const givenUp = Date.now() - GIVE_UP_MS;
    for (const [id, since] of this.#expected) if (since < givenUp) this.#expected.delete(id);
    if (this.#expected.size === 0) return;
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE_MS);
    this.#lookWithin(this.#pause);
  }
}
