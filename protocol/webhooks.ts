import { z } from 'zod';
import { CallView } from './calling.ts';
import { Message } from './chat.ts';
import { CobrowseEntry } from './cobrowse.ts';
import { route } from './contract.ts';
import { ConversationStatus } from './conversation.ts';
import { ConversationId, CustomerId, DeliveryId, WebhookId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';

const ConversationFact = z.object({
  customerId: CustomerId,
  conversationId: ConversationId,
  status: ConversationStatus,
  /** Absent while nothing has been written. */
  lastMessage: z.object({ text: z.string() }).optional(),
  /** Of the conversation in the agents' desk. */
  url: z.string(),
});

/** What webhooks are told of, and the `data` of each. */
export const webhookData = {
  /** A new conversation, or one that was DONE and is UNREAD again. */
  'conversation.new': ConversationFact,
  'conversation.status': ConversationFact,
  'message.new': z.object({ customerId: CustomerId, conversationId: ConversationId, message: Message }),
  'call.started': z.object({ call: CallView.omit({ online: true, shareAgain: true }) }),
  'call.ended': z.object({ call: CallView.omit({ online: true, shareAgain: true }) }),
  'cobrowse.started': z.object({ cobrowse: CobrowseEntry }),
  'cobrowse.ended': z.object({ cobrowse: CobrowseEntry }),
  /** Sent by `POST …/test` only. */
  test: z.object({ message: z.string() }),
} as const;

export type WebhookType = keyof typeof webhookData;
export type WebhookData<T extends WebhookType> = z.output<(typeof webhookData)[T]>;

const types = Object.keys(webhookData).filter((type) => type !== 'test') as [WebhookType, ...WebhookType[]];
export const WebhookEvent = z.enum(types);

/**
 * https: what webhooks tell is not for everybody’s eyes. http only on a server with WEBHOOK_ALLOW_PRIVATE, for
 * development. No user or password in it.
 */
const Target = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => {
    // Also asked about what is no address at all.
    const { username, password } = URL.parse(url) ?? { username: '', password: '' };
    return username === '' && password === '';
  }, 'must not carry a user or password');

export const Webhook = z.object({
  id: WebhookId,
  url: z.string(),
  events: z.array(WebhookEvent),
  enabled: z.boolean(),
  /** Why the server disabled it, for example that the target answered 410 Gone. */
  disabledReason: z.string().optional(),
  createdAt: z.iso.datetime(),
});
export type Webhook = z.infer<typeof Webhook>;

export const DeliveryState = z.enum(['pending', 'delivered', 'dead']);

/** One message to one webhook and how it went. */
export const Delivery = z.object({
  id: DeliveryId,
  webhookId: WebhookId,
  type: z.string(),
  state: DeliveryState,
  attempts: z.number().int(),
  createdAt: z.iso.datetime(),
  /** While pending. */
  nextAttemptAt: z.iso.datetime().optional(),
  deliveredAt: z.iso.datetime().optional(),
  /** HTTP status of the last answer. */
  status: z.number().int().optional(),
  /** Why the last try failed: cause and, where there is one, cure. */
  error: z.string().optional(),
  /** The JSON that is sent. */
  payload: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

/** The signing secret, `whsec_…` (Standard Webhooks); answered when it is made, and never again. */
const WithSecret = Webhook.extend({ secret: z.string() });
const ById = z.object({ webhookId: WebhookId });
const Fields = z.strictObject({
  url: Target,
  events: z
    .array(WebhookEvent)
    .min(1)
    .max(types.length)
    .overwrite((events) => [...new Set(events)]),
  enabled: z.boolean().default(true),
});

export const webhooksRoutes = {
  listWebhooks: route({
    summary: 'The site’s webhooks',
    verb: 'GET',
    path: '/rest/v1/webhooks',
    auth: 'admin',
    status: 200,
    response: z.object({ items: z.array(Webhook) }),
    errors: [],
  }),
  createWebhook: route({
    summary: 'Add a webhook; the answer alone holds its signing secret',
    verb: 'POST',
    path: '/rest/v1/webhooks',
    auth: 'admin',
    body: Fields,
    status: 201,
    response: WithSecret,
    errors: ['CONFLICT'],
    secret: true,
  }),
  getWebhook: route({
    summary: 'One webhook',
    verb: 'GET',
    path: '/rest/v1/webhooks/{webhookId}',
    auth: 'admin',
    params: ById,
    status: 200,
    response: Webhook,
    errors: ['NOT_FOUND'],
  }),
  updateWebhook: route({
    summary: 'Change a webhook; enabling it again forgets why it was disabled',
    verb: 'PATCH',
    path: '/rest/v1/webhooks/{webhookId}',
    auth: 'admin',
    params: ById,
    body: z.strictObject({
      url: Target.optional(),
      events: Fields.shape.events.optional(),
      enabled: z.boolean().optional(),
    }),
    status: 200,
    response: Webhook,
    errors: ['NOT_FOUND'],
  }),
  deleteWebhook: route({
    summary: 'Remove a webhook with its deliveries',
    verb: 'DELETE',
    path: '/rest/v1/webhooks/{webhookId}',
    auth: 'admin',
    params: ById,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
  listDeliveries: route({
    summary: 'Deliveries of a webhook, newest first',
    verb: 'GET',
    path: '/rest/v1/webhooks/{webhookId}/deliveries',
    auth: 'admin',
    params: ById,
    query: z.object({ ...pageQuery, state: DeliveryState.optional() }),
    status: 200,
    response: pageOf(Delivery),
    errors: ['NOT_FOUND'],
  }),
  retryDelivery: route({
    summary: 'Send a delivery again now, under the same id',
    verb: 'POST',
    path: '/rest/v1/webhooks/{webhookId}/deliveries/{deliveryId}/retry',
    auth: 'admin',
    params: ById.extend({ deliveryId: DeliveryId }),
    status: 200,
    response: Delivery,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  testWebhook: route({
    summary: 'Send an event of type `test` and answer how it went',
    verb: 'POST',
    path: '/rest/v1/webhooks/{webhookId}/test',
    auth: 'admin',
    params: ById,
    status: 200,
    response: Delivery,
    errors: ['NOT_FOUND'],
  }),
};
