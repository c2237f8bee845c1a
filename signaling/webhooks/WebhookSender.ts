import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { CvError } from '#protocol/errors.ts';
import type { DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import type { TargetGuard } from '#signaling/net/TargetGuard.ts';
import type { DeliveryRecord, WebhookRecord, WebhookStore } from '#signaling/store/WebhookStore.ts';
import { afterTry, retryDelay } from './afterTry.ts';
import { Lane } from './Lane.ts';
import { failureText, post, type Reply } from './post.ts';
import { signedHeaders } from './signature.ts';
import type { WebhookDirectory } from './WebhookDirectory.ts';

/** Milliseconds. */
export const senderTimes = {
  /** For one try, from the look-up of the name to the end of the answer. */
  timeout: 10_000,
  /** How long nobody else sends what one has taken. */
  lease: 30_000,
  /** How soon after their making rows are looked for. */
  firstLook: 10,
  /** How often it is asked what is due, beside when something is known to be. */
  lookAgain: 5 * 60_000,
  /** For what is under way when the server stops. */
  drain: 2_000,
  /** After so many tries; undefined gives up. */
  retry: (tries: number) => retryDelay(tries, Math.random()),
};

/** For every delivery that is pending, whenever it is due. */
const ANY_TIME = Number.MAX_SAFE_INTEGER;

export interface WebhookSenderOptions {
  store: WebhookStore;
  directory: WebhookDirectory;
  guard: TargetGuard;
  log: Logger;
  times?: Partial<typeof senderTimes> | undefined;
}

interface WebhookSenderEvents {
  tried: [state: DeliveryRecord['state']];
}

/** Sends what the outbox holds, each webhook in a lane of its own, until it is delivered or given up. */
export class WebhookSender extends EventEmitter<WebhookSenderEvents> {
  readonly #options: WebhookSenderOptions;
  readonly #times: typeof senderTimes;
  readonly #lanes = new Map<WebhookId, Lane>();
  readonly #stopping = new AbortController();
  #wake: { timer: NodeJS.Timeout; at: number } | undefined;
  #looking: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: WebhookSenderOptions) {
    super();
    this.#options = options;
    this.#times = { ...senderTimes, ...options.times };
    options.directory.on('rows', this.#rowsMade);
    options.directory.on('changed', this.#webhookChanged);
    options.directory.on('deleted', this.#webhookDeleted);
    this.#wakeAt(Date.now());
  }

  /** Sends a delivery now under its own id, whatever became of it before; answers what has become of it now. */
  async retry(site: SiteId, webhookId: WebhookId, id: DeliveryId): Promise<DeliveryRecord> {
    const { directory, store } = this.#options;
    const webhook = directory.require(site, webhookId);
    if (!webhook.enabled) throw new CvError('CONFLICT', 'The webhook is disabled; enable it first.');
    const delivery = await store.getDelivery(site, webhookId, id);
    if (!delivery) throw new CvError('NOT_FOUND', 'There is no such delivery.');
    return this.#sendNow(delivery, (taken) => store.update(taken));
  }

  /** Sends an event of type `test`, once, to an enabled or a disabled webhook. */
  async test(site: SiteId, webhookId: WebhookId): Promise<DeliveryRecord> {
    const { directory, store } = this.#options;
    const message = 'This is a test. Whoever checks its signature knows that the secret is right.';
    const delivery = directory.rowFor(directory.require(site, webhookId), 'test', { message });
    return this.#sendNow(delivery, async (taken) => {
      await store.add(taken);
      return true;
    });
  }

  /** What is under way has a moment to end; the rest is sent after the next start. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { directory } = this.#options;
    directory.off('rows', this.#rowsMade);
    directory.off('changed', this.#webhookChanged);
    directory.off('deleted', this.#webhookDeleted);
    clearTimeout(this.#wake?.timer);
    await this.#looking;
    const drained = setTimeout(() => this.#stopping.abort(), this.#times.drain);
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    clearTimeout(drained);
  }

  readonly #rowsMade = (rows: readonly DeliveryRecord[]): void => {
    for (const { site, webhookId, id } of rows) this.#laneOf(site, webhookId).expect(id);
  };

  /** What was left while it was disabled may be due now or later. */
  readonly #webhookChanged = (): void => this.#wakeAt(Date.now());

  readonly #webhookDeleted = (id: WebhookId): void => {
    void this.#lanes
      .get(id)
      ?.close()
      .then(() => this.#lanes.delete(id));
  };

  /** How many webhooks anything was sent to, of those there are. */
  get lanes(): number {
    return this.#lanes.size;
  }

  #laneOf(site: SiteId, webhookId: WebhookId): Lane {
    const known = this.#lanes.get(webhookId);
    if (known) return known;
    const lane: Lane = new Lane({
      site,
      webhookId,
      firstLook: this.#times.firstLook,
      claim: (limit) => this.#claim(lane, limit),
      send: (delivery) => this.#send(delivery),
      failed: (error) => {
        this.#options.log.error({ err: error, webhook: webhookId }, 'deliveries could not be read');
        this.#wakeAt(Date.now() + this.#times.timeout);
      },
    });
    this.#lanes.set(webhookId, lane);
    return lane;
  }

  async #claim(lane: Lane, limit: number): Promise<readonly DeliveryRecord[]> {
    const { directory, store } = this.#options;
    const webhook = directory.get(lane.webhookId);
    if (webhook?.enabled) {
      const now = Date.now();
      const claimed = await store.claimDue(lane.site, lane.webhookId, now, now + this.#times.lease, limit);
      if (directory.get(lane.webhookId)?.enabled) return claimed;
      // Disabled meanwhile.
      for (const delivery of claimed) if (!lane.has(delivery.id)) await this.#putBack(delivery);
    }
    const reason = directory.get(lane.webhookId)?.disabledReason;
    if (reason !== undefined) await this.#bury(lane, reason);
    return [];
  }

  /** Nothing of what is pending will be sent. */
  async #bury(lane: Lane, reason: string): Promise<void> {
    const { store } = this.#options;
    for (;;) {
      const leaseUntil = Date.now() + this.#times.lease;
      // What is delivered before the answer is here was pending all the same when it was asked for.
      const underWay = lane.underWay;
      const claimed = await store.claimDue(lane.site, lane.webhookId, ANY_TIME, leaseUntil, 100);
      const buried = claimed.filter(({ id }) => !underWay.has(id) && !lane.has(id));
      if (buried.length === 0) return;
      for (const delivery of buried) await store.update(dead(delivery, reason));
    }
  }

  async #sendNow(delivery: DeliveryRecord, take: (taken: DeliveryRecord) => Promise<boolean>): Promise<DeliveryRecord> {
    if (this.#closing) throw new CvError('UNAVAILABLE', 'The server is being restarted; try again in a moment.');
    const lane = this.#laneOf(delivery.site, delivery.webhookId);
    if (lane.has(delivery.id)) throw new CvError('CONFLICT', 'The delivery is being sent at this moment.');
    return lane.hold(delivery.id, async () => {
      const nextAttemptAt = Date.now() + this.#times.lease;
      const taken: DeliveryRecord = { ...delivery, state: 'pending', deliveredAt: undefined, nextAttemptAt };
      if (!(await take(taken))) throw new CvError('NOT_FOUND', 'There is no such delivery.');
      return this.#send(taken);
    });
  }

  async #send(delivery: DeliveryRecord): Promise<DeliveryRecord> {
    const { directory, log } = this.#options;
    try {
      const webhook = directory.get(delivery.webhookId);
      if (!webhook) return delivery;
      const outcome = await this.#try(webhook, delivery);
      const now = Date.now();
      if (!outcome) return await this.#putBack(delivery);
      const after = afterTry(delivery, outcome, now, this.#times.retry);
      if (after.status === 410 && directory.get(webhook.id)?.url === webhook.url) {
        await directory.disable(webhook, after.error ?? '');
      }
      const reason = directory.get(webhook.id)?.disabledReason;
      return await this.#keep(after.state === 'pending' && reason !== undefined ? dead(after, reason) : after);
    } catch (error) {
      // Its lease ends, and it is sent again under the same id.
      log.error({ err: error, delivery: delivery.id }, 'how a delivery went could not be written');
      this.#wakeAt(Date.now() + this.#times.lease);
      return delivery;
    }
  }

  /** Undefined if the server stops meanwhile. */
  async #try(webhook: WebhookRecord, delivery: DeliveryRecord): Promise<Reply | { error: string } | undefined> {
    const headers = signedHeaders(webhook.secret, delivery.id, delivery.payload, new Date());
    const signal = AbortSignal.any([AbortSignal.timeout(this.#times.timeout), this.#stopping.signal]);
    try {
      return await post({ url: webhook.url, headers, body: delivery.payload }, this.#options.guard, signal);
    } catch (error) {
      return this.#stopping.signal.aborted ? undefined : { error: failureText(error) };
    }
  }

  /** Cut off by our own end, or by a disabling: that was no try, and it is due at once when it may be sent again. */
  async #putBack(delivery: DeliveryRecord): Promise<DeliveryRecord> {
    const due = { ...delivery, nextAttemptAt: Date.now() };
    await this.#options.store.update(due);
    return due;
  }

  async #keep(delivery: DeliveryRecord): Promise<DeliveryRecord> {
    await this.#options.store.update(delivery);
    if (delivery.nextAttemptAt !== undefined) this.#wakeAt(delivery.nextAttemptAt);
    this.emit('tried', delivery.state);
    return delivery;
  }

  /** One timer for all lanes: it rings for the first that has something due. */
  #wakeAt(at: number): void {
    if (this.#closing || (this.#wake && this.#wake.at <= at)) return;
    clearTimeout(this.#wake?.timer);
    const wait = Math.min(Math.max(0, at - Date.now()), this.#times.lookAgain);
    this.#wake = { timer: setTimeout(() => this.#woken(), wait).unref(), at };
  }

  #woken(): void {
    this.#wake = undefined;
    this.#wakeAt(Date.now() + this.#times.lookAgain);
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    try {
      const due = await this.#options.store.nextDue();
      if (this.#closing) return;
      for (const { site, webhookId, at } of due) {
        const webhook = this.#options.directory.get(webhookId);
        // What an admin disabled keeps its deliveries until it is enabled again.
        if (!webhook || (!webhook.enabled && webhook.disabledReason === undefined)) continue;
        if (at <= Date.now() || !webhook.enabled) void this.#laneOf(site, webhookId).pump();
        else this.#wakeAt(at);
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'deliveries could not be looked for');
      this.#wakeAt(Date.now() + this.#times.timeout);
    }
  }
}

const dead = (delivery: DeliveryRecord, error: string): DeliveryRecord => ({
  ...delivery,
  state: 'dead',
  nextAttemptAt: undefined,
  error,
});
