import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { WebhookData, WebhookType } from '#protocol/webhooks.ts';
import { TargetGuard } from '#signaling/net/TargetGuard.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { Store } from '#signaling/store/Store.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import type { DeliveryRecord, WebhookRecord, WebhookStore } from '#signaling/store/WebhookStore.ts';
import { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import { type senderTimes, WebhookSender } from '#signaling/webhooks/WebhookSender.ts';
import { testDatabase } from '#test/support/testDatabase.ts';
import { Receiver } from './Receiver.ts';

export const acme = 'acme' as SiteId;

interface OutboxOptions {
  times?: Partial<typeof senderTimes>;
  guard?: TargetGuard;
  /** The store as the sender sees it. */
  wrap?: (store: WebhookStore) => WebhookStore;
}

/** A real store with its webhooks and their sender; closed with the test. */
export class Outbox {
  readonly store: Store;
  readonly directory: WebhookDirectory;
  sender: WebhookSender;
  readonly #options: OutboxOptions;

  private constructor(store: Store, directory: WebhookDirectory, options: OutboxOptions) {
    this.store = store;
    this.directory = directory;
    this.#options = options;
    this.sender = this.#newSender();
  }

  static async open(options: OutboxOptions = {}): Promise<Outbox> {
    const store = await TypeOrmStore.open(await testDatabase());
    await (await SiteDirectory.load(store.sites)).create(acme, 'Acme');
    const outbox = new Outbox(store, await WebhookDirectory.load(store), options);
    onTestFinished(async () => {
      await outbox.sender.close();
      await store.close();
    });
    return outbox;
  }

  /** Another process over the same database, when this one has ended. */
  async restart(): Promise<void> {
    await this.sender.close();
    this.sender = this.#newSender();
  }

  /** A webhook that tells this receiver of status changes. */
  webhook(receiver: Receiver, more: Partial<WebhookRecord> = {}): Promise<WebhookRecord> {
    const fields = { url: receiver.url, events: ['conversation.status' as WebhookType], enabled: true, ...more };
    return this.directory.create(acme, fields, 'site');
  }

  /** Rows as some service makes them; not written yet. */
  rows(text = 'Hello'): DeliveryRecord[] {
    const data: WebhookData<'conversation.status'> = {
      customerId: newId<CustomerId>('cu'),
      conversationId: newId<ConversationId>('cn'),
      status: 'DONE',
      lastMessage: { text },
      url: 'https://desk.example/',
    };
    return this.directory.rows(acme, 'conversation.status', data);
  }

  async commit(rows: readonly DeliveryRecord[]): Promise<void> {
    for (const row of rows) await this.store.webhooks.add(row);
  }

  /** Something happened that webhooks are told of. */
  async tell(text?: string): Promise<DeliveryRecord> {
    const rows = this.rows(text);
    await this.commit(rows);
    const [row] = rows;
    if (!row) throw new Error('nobody subscribed');
    return row;
  }

  delivery({ site, webhookId, id }: DeliveryRecord): Promise<DeliveryRecord | undefined> {
    return this.store.webhooks.getDelivery(site, webhookId, id);
  }

  /** Resolves when so many more tries have been made and kept. */
  tried(number = 1): Promise<void> {
    const { sender } = this;
    return new Promise((resolve) => {
      let left = number;
      const count = () => {
        if (--left > 0) return;
        sender.off('tried', count);
        resolve();
      };
      sender.on('tried', count);
    });
  }

  #newSender(): WebhookSender {
    const { times, guard = new TargetGuard({ allowPrivate: true }), wrap = (store) => store } = this.#options;
    return new WebhookSender({
      store: wrap(this.store.webhooks),
      directory: this.directory,
      guard,
      log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
      times: { retry: () => 1, firstLook: 1, drain: 50, ...times },
    });
  }
}

export async function receiver(...answer: Parameters<typeof Receiver.open>): Promise<Receiver> {
  const opened = await Receiver.open(...answer);
  onTestFinished(() => opened.close());
  return opened;
}

/** The store, but for these methods. */
export function overridden(store: WebhookStore, methods: Partial<WebhookStore>): WebhookStore {
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name);
      const value: unknown = own ?? Reflect.get(target, name, target);
      return typeof value === 'function' && !own ? value.bind(target) : value;
    },
  });
}
