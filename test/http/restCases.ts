import type { z } from 'zod';
import { type RouteName, type RouteParams, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import type {
  CallId,
  CannedAnswerId,
  CobrowseId,
  ConversationId,
  CustomerId,
  DeliveryId,
  NoteId,
  RuleId,
  VisitorId,
  WebhookId,
} from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';

/** Everything of a site that a request may name. */
export interface RestIds {
  /** Of an agent. */
  agent: string;
  team: string;
  /** Of a person who is on the site. */
  email: string;
  visitorId: VisitorId;
  customerId: CustomerId;
  conversationId: ConversationId;
  noteId: NoteId;
  cannedId: CannedAnswerId;
  ruleId: RuleId;
  webhookId: WebhookId;
  deliveryId: DeliveryId;
  kid: string;
  callId: CallId;
  cobrowseId: CobrowseId;
  /** Where webhooks are sent. */
  target: string;
}

const unlike = (): string => newId('x').slice(2);

/** Ids of the right form that nobody has. */
export const strangerIds = (): RestIds => ({
  agent: `agent-${unlike()}@example.com`.toLowerCase(),
  team: `team ${unlike()}`,
  email: `person-${unlike()}@example.com`.toLowerCase(),
  visitorId: newId('v'),
  customerId: newId('cu'),
  conversationId: newId('cn'),
  noteId: newId('n'),
  cannedId: newId('ca'),
  ruleId: newId('r'),
  webhookId: newId('wh'),
  deliveryId: newId('dl'),
  kid: `key-${unlike()}`,
  callId: newId('c'),
  cobrowseId: newId('cb'),
  target: 'http://127.0.0.1:9/hook',
});

type Sent<R extends RouteName, K extends string> = (typeof routes)[R] extends { [key in K]: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;

interface Case<R extends RouteName> {
  params?(ids: RestIds): { [K in keyof RouteParams<R>]: string };
  query?(ids: RestIds): Partial<Record<keyof Sent<R, 'query'> & string, string>>;
  body?(ids: RestIds): Sent<R, 'body'>;
}

const conversation = ({ conversationId }: RestIds) => ({ conversationId });
const customer = ({ customerId }: RestIds) => ({ customerId });
const agent = ({ agent: email }: RestIds) => ({ email });
const canned = ({ cannedId }: RestIds) => ({ cannedId });
const rule = ({ ruleId }: RestIds) => ({ ruleId });
const webhook = ({ webhookId }: RestIds) => ({ webhookId });

const newRule = {
  name: 'Greet on the cart',
  conditions: [
    { type: 'url' as const, pattern: 'https://shop.example/cart*' },
    { type: 'agentOnline' as const, not: true },
  ],
  actions: [{ type: 'greet' as const, text: 'May I help?' }],
};

/** One good request a route: what hostile ones are made from. A route without one does not compile. */
const restCases: { readonly [R in RouteName]: Case<R> } = {
  login: { body: () => ({ email: 'Ann@Example.com', password: 'correct horse' }) },
  logout: {},
  issueToken: { params: agent },
  revokeTokens: { params: agent },
  listAgents: { query: () => ({ limit: '200' }) },
  createAgent: { body: () => ({ email: `new-${unlike()}@example.com`, name: 'Bob', teams: ['Sales'] }) },
  updateAgent: { params: agent, body: () => ({ name: 'Anna', teams: ['Sales'] }) },
  syncAgents: { body: () => ({ agents: [{ email: `synced-${unlike()}@example.com`, name: 'Cleo' }] }) },
  getAgent: { params: agent },
  deleteAgent: { params: agent },
  tagCustomer: { body: ({ email }) => ({ id: 7, email, firstname: 'John', labels: ['vip'] }) },
  listCustomers: { query: ({ email }) => ({ query: email, limit: '200' }) },
  getCustomer: { params: customer },
  updateCustomer: { params: customer, body: () => ({ lastname: 'Doe', additionalTaggingData: { plan: { tier: 3 } } }) },
  eraseCustomer: { params: customer },
  exportCustomer: { params: customer },
  assignCustomer: { params: customer, body: (ids) => ({ user: ids.agent }) },
  createAgentUrl: { params: customer, body: (ids) => ({ agent: ids.agent, ttlSeconds: 60 }) },
  redeemAgentUrl: { body: () => ({ site: 'demo', code: 'x'.repeat(43) }) },
  listActiveUsers: {},
  getActiveUser: { params: ({ email }) => ({ query: email }) },
  listConversations: { query: ({ customerId }) => ({ customerId, limit: '200' }) },
  getConversation: { params: conversation },
  listMessages: { params: conversation, query: () => ({ after: '0', limit: '200' }) },
  sendMessage: { params: conversation, body: (ids) => ({ text: 'Hello\nthere', agent: ids.agent }) },
  setConversationStatus: { params: conversation, body: () => ({ status: 'DONE' }) },
  assignConversation: { params: conversation, body: (ids) => ({ user: ids.agent, team: null }) },
  listNotes: { params: conversation },
  addNote: { params: conversation, body: () => ({ text: 'Call back on Monday' }) },
  deleteNote: { params: ({ conversationId, noteId }) => ({ conversationId, noteId }) },
  listCannedAnswers: {},
  createCannedAnswer: { body: () => ({ shortcut: `hi-${unlike()}`, text: 'Hello, how can I help?' }) },
  updateCannedAnswer: { params: canned, body: () => ({ text: 'Hello!' }) },
  deleteCannedAnswer: { params: canned },
  listCalls: { query: () => ({ limit: '200' }) },
  createCobrowseUrl: { body: (ids) => ({ sessionId: ids.cobrowseId, agent: ids.agent, ttlSeconds: 60 }) },
  getVisibility: {},
  putVisibility: { body: () => ({ visibility: 'rules' }) },
  listRules: {},
  createRule: { body: () => newRule },
  getRule: { params: rule },
  updateRule: { params: rule, body: () => ({ enabled: false }) },
  deleteRule: { params: rule },
  exportRules: {},
  importRules: { body: () => ({ version: 1, rules: [newRule] }) },
  listWebhooks: {},
  createWebhook: { body: ({ target }) => ({ url: target, events: ['message.new'] }) },
  getWebhook: { params: webhook },
  updateWebhook: { params: webhook, body: () => ({ events: ['conversation.new', 'message.new'] }) },
  deleteWebhook: { params: webhook },
  listDeliveries: { params: webhook },
  retryDelivery: { params: ({ webhookId, deliveryId }) => ({ webhookId, deliveryId }) },
  testWebhook: { params: webhook },
  listAudit: { query: ({ callId }) => ({ subject: callId }) },
  getSite: {},
  putSite: { body: () => ({ name: 'Shop', settings: { widget: { color: '#004488' } } }) },
  listIdentityKeys: {},
  createIdentityKey: { body: () => ({ kid: `key-${unlike()}`, algorithm: 'HS384' }) },
  deleteIdentityKey: { params: ({ kid }) => ({ kid }) },
};

export const routeNames = Object.keys(routes) as RouteName[];

export interface RestQuestion {
  verb: Route['verb'];
  /** With its query. */
  path: string;
  body: unknown;
}

/** The good request of a route, about these ids. */
export function questionOf(name: RouteName, ids: RestIds): RestQuestion {
  const { verb, path }: Route = routes[name];
  const { params, query, body }: Case<RouteName> = restCases[name];
  const values = (params?.(ids) ?? {}) as Record<string, string>;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? ''));
  const search = new URLSearchParams((query?.(ids) ?? {}) as Record<string, string>).toString();
  return { verb, path: search === '' ? filled : `${filled}?${search}`, body: body?.(ids) };
}

/** Asks it; `secret` undefined shows nothing. */
export function ask(
  url: string,
  { verb, path, body }: RestQuestion,
  secret?: string,
  more: Record<string, string> = {},
) {
  return fetch(url + path, {
    method: verb,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
