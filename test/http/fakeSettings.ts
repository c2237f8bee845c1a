import { DeliveryId, RuleId, WebhookId } from '#protocol/ids.ts';
import type { NewRule, Rule } from '#protocol/rules.ts';
import type { Delivery, Webhook } from '#protocol/webhooks.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';

const at = '2026-01-01T00:00:00.000Z';
const fields: NewRule = { name: 'Hide', enabled: true, position: 0, conditions: [], actions: [{ type: 'hide' }] };
const rule: Rule = { id: RuleId.parse(`r_${'R'.repeat(22)}`), ...fields };
const key = { kid: 'one', algorithm: 'HS256' as const, createdAt: at };

const webhook: Webhook = {
  id: WebhookId.parse(`wh_${'W'.repeat(22)}`),
  url: 'https://shop.example/hook',
  events: ['message.new'],
  enabled: true,
  createdAt: at,
};

const delivery: Delivery = {
  id: DeliveryId.parse(`dl_${'D'.repeat(22)}`),
  webhookId: webhook.id,
  type: 'message.new',
  state: 'delivered',
  attempts: 1,
  createdAt: at,
  deliveredAt: at,
  status: 204,
  payload: '{}',
};

/** Handlers of what a site sets up. */
export const fakeSettings = {
  getVisibility: async () => ({ visibility: 'visible' as const }),
  putVisibility: async ({ body }) => ({ visibility: body.visibility }),
  listRules: async () => ({ items: [rule] }),
  createRule: async ({ body }) => ({ ...rule, ...body }),
  getRule: async () => rule,
  updateRule: async () => rule,
  deleteRule: async () => undefined,
  exportRules: async () => ({ version: 1 as const, rules: [fields] }),
  importRules: async ({ body }) => ({ items: body.rules.map((each) => ({ ...rule, ...each })) }),
  listWebhooks: async () => ({ items: [webhook] }),
  createWebhook: async () => ({ ...webhook, secret: 'whsec_x' }),
  getWebhook: async () => webhook,
  updateWebhook: async () => webhook,
  deleteWebhook: async () => undefined,
  listDeliveries: async () => ({ items: [delivery] }),
  retryDelivery: async () => delivery,
  testWebhook: async () => delivery,
  listIdentityKeys: async () => ({ items: [key] }),
  createIdentityKey: async ({ body }) => ({ ...key, kid: body.kid, secret: 'secret' }),
  deleteIdentityKey: async () => undefined,
} satisfies Partial<RestHandlers>;
