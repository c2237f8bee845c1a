import { CvError } from '#protocol/errors.ts';
import type { Delivery, Webhook } from '#protocol/webhooks.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { actorOf } from '#signaling/identity/actorOf.ts';
import { TargetError, type TargetGuard } from '#signaling/net/TargetGuard.ts';
import type { DeliveryRecord, WebhookRecord, WebhookStore } from '#signaling/store/WebhookStore.ts';
import type { WebhookDirectory } from './WebhookDirectory.ts';
import type { WebhookSender } from './WebhookSender.ts';

export interface WebhookParts {
  store: WebhookStore;
  directory: WebhookDirectory;
  sender: WebhookSender;
  guard: TargetGuard;
}

type WebhooksRoutes =
  | 'listWebhooks'
  | 'createWebhook'
  | 'getWebhook'
  | 'updateWebhook'
  | 'deleteWebhook'
  | 'listDeliveries'
  | 'retryDelivery'
  | 'testWebhook';

export function webhooksRoutes({ store, directory, sender, guard }: WebhookParts): Pick<RestHandlers, WebhooksRoutes> {
  return {
    listWebhooks: async ({ caller }) => ({ items: directory.list(caller.site).map(shown) }),
    createWebhook: async ({ caller, body }) => {
      checkTarget(guard, body.url);
      const webhook = await directory.create(caller.site, body, actorOf(caller));
      return { ...shown(webhook), secret: webhook.secret };
    },
    getWebhook: async ({ caller, params }) => shown(directory.require(caller.site, params.webhookId)),
    updateWebhook: async ({ caller, params, body }) => {
      if (body.url !== undefined) checkTarget(guard, body.url);
      return shown(await directory.change(caller.site, params.webhookId, body, actorOf(caller)));
    },
    deleteWebhook: async ({ caller, params }) => {
      await directory.delete(caller.site, params.webhookId, actorOf(caller));
      return undefined;
    },
    listDeliveries: async ({ caller, params, query }) => {
      directory.require(caller.site, params.webhookId);
      const { items, nextCursor } = await store.listDeliveries(caller.site, params.webhookId, query);
      return { items: items.map(shownDelivery), nextCursor };
    },
    retryDelivery: async ({ caller, params }) =>
      shownDelivery(await sender.retry(caller.site, params.webhookId, params.deliveryId)),
    testWebhook: async ({ caller, params }) => shownDelivery(await sender.test(caller.site, params.webhookId)),
  };
}

function checkTarget(guard: TargetGuard, url: string): void {
  try {
    guard.check(new URL(url));
  } catch (error) {
    if (error instanceof TargetError) throw new CvError('INVALID_INPUT', error.message);
    throw error;
  }
}

const shown = ({ id, url, events, enabled, disabledReason, createdAt }: WebhookRecord): Webhook => ({
  id,
  url,
  events,
  enabled,
  disabledReason,
  createdAt: new Date(createdAt).toISOString(),
});

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

const shownDelivery = (delivery: DeliveryRecord): Delivery => ({
  id: delivery.id,
  webhookId: delivery.webhookId,
  type: delivery.type,
  state: delivery.state,
  attempts: delivery.attempts,
  createdAt: new Date(delivery.createdAt).toISOString(),
  nextAttemptAt: iso(delivery.nextAttemptAt),
  deliveredAt: iso(delivery.deliveredAt),
  status: delivery.status,
  error: delivery.error,
  payload: delivery.payload,
});
