import type {
  AgentId,
  AuditId,
  CallId,
  CobrowseId,
  ConversationId,
  CustomerId,
  DeliveryId,
  FileId,
  MessageId,
  NoteId,
  RuleId,
  SiteId,
  TokenId,
  VisitorId,
  WebhookId,
} from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { defaultSiteSettings, type Site } from '#protocol/site.ts';
import type {
  AppendPolicy,
  ConversationRecord,
  FileRecord,
  MessageRecord,
  NewMessage,
  NoteRecord,
} from '#signaling/store/ChatStore.ts';
import type {
  AgentRecord,
  AuditRecord,
  CallRecord,
  CobrowseRecord,
  CustomerRecord,
  IdentityKeyRecord,
  LinkRecord,
  RuleRecord,
  Store,
  TokenRecord,
} from '#signaling/store/Store.ts';
import type { DeliveryRecord, WebhookRecord } from '#signaling/store/WebhookStore.ts';

/** Records with all that is required and nothing else; a test adds what it is about. */

export const acme = 'acme' as SiteId;
export const other = 'other' as SiteId;

export const newVisitorId = () => newId<VisitorId>('v');

export const aSite = (id: SiteId = acme): Site => ({ id, name: `Site ${id}`, settings: defaultSiteSettings });

export function anAgent(more: Partial<AgentRecord> = {}): AgentRecord {
  const id = newId<AgentId>('a');
  const email = `${id.toLowerCase()}@agents.example`;
  return {
    site: acme,
    id,
    email,
    name: 'Ann',
    role: 'agent',
    active: true,
    teams: [],
    availability: 'online',
    ...more,
  };
}

export function aToken(agent: AgentRecord, more: Partial<TokenRecord> = {}): TokenRecord {
  const id = newId<TokenId>('tk');
  return { site: agent.site, id, agentId: agent.id, hash: `hash of ${id}`, createdAt: 1_764_000_000_000, ...more };
}

export const aKey = (kid: string, more: Partial<IdentityKeyRecord> = {}): IdentityKeyRecord => ({
  site: acme,
  kid,
  algorithm: 'HS256',
  secret: 'geheim ä 🗝',
  createdAt: 1,
  ...more,
});

export function aCustomer(more: Partial<CustomerRecord> = {}): CustomerRecord {
  return {
    site: acme,
    customerId: newId<CustomerId>('cu'),
    labels: [],
    additionalTaggingData: {},
    verified: false,
    tagged: true,
    signed: [],
    createdAt: 1_764_000_000_000,
    updatedAt: 1_764_000_000_001,
    ...more,
  };
}

export function aCall(more: Partial<CallRecord> = {}): CallRecord {
  return {
    site: acme,
    id: newId<CallId>('c'),
    kind: 'screen',
    state: 'ringing',
    visitorId: newVisitorId(),
    agentId: newId<AgentId>('a'),
    agentEmail: 'ann@agents.example',
    agentName: 'Ann',
    startedAt: 1_764_000_000_000,
    ...more,
  };
}

export function aCobrowse(more: Partial<CobrowseRecord> = {}): CobrowseRecord {
  return {
    site: acme,
    id: newId<CobrowseId>('cb'),
    state: 'ringing',
    visitorId: newVisitorId(),
    startedBy: 'agent',
    agentId: newId<AgentId>('a'),
    agentEmail: 'ann@agents.example',
    agentName: 'Ann',
    startedAt: 1_764_000_000_000,
    ...more,
  };
}

export function anEntry(more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    site: acme,
    id: newId<AuditId>('au'),
    at: 1_764_000_000_000,
    actor: 'system',
    action: 'call.started',
    subject: 'c_1',
    detail: {},
    ...more,
  };
}

export function aConversation(customer: CustomerRecord, more: Partial<ConversationRecord> = {}): ConversationRecord {
  return {
    site: customer.site,
    id: newId<ConversationId>('cn'),
    customerId: customer.customerId,
    status: 'UNRESOLVED',
    createdAt: 1_764_000_000_000,
    updatedAt: 1_764_000_000_000,
    lastSeq: 0,
    receipts: { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } },
    unreadByAgent: 0,
    unreadByVisitor: 0,
    ...more,
  };
}

/** Entries come with a write that they tell of: any will do. */
export const noted = ({ calls }: Pick<Store, 'calls'>, ...entries: AuditRecord[]): Promise<void> =>
  calls.save(aCall({ site: other }), entries);

/** A customer with a conversation, both in the store. */
export async function begun(
  { customers, chat }: Pick<Store, 'customers' | 'chat'>,
  customer: Partial<CustomerRecord> = {},
  conversation: Partial<ConversationRecord> = {},
): Promise<ConversationRecord> {
  const person = aCustomer(customer);
  await customers.save(person, undefined);
  return chat.begin(aConversation(person, conversation));
}

export const ann = { kind: 'agent', email: 'ann@agents.example', name: 'Ann' } as const;

export function aMessage(
  { site, id }: Pick<ConversationRecord, 'site' | 'id'>,
  more: Partial<NewMessage> = {},
): NewMessage {
  return {
    site,
    conversationId: id,
    id: newId<MessageId>('m'),
    at: 1_764_000_000_500,
    author: { kind: 'visitor' },
    text: 'Hello',
    uploader: 'visitor:v_1',
    ...more,
  };
}

/** Counts what is unread and notes the last message; tells nobody. */
export const plainPolicy: AppendPolicy = {
  apply: (before, { seq, at, author, text }) => ({
    ...before,
    updatedAt: at,
    last: { seq, at, author, text },
    status: author.kind === 'visitor' ? 'UNREAD' : before.status,
    unreadByAgent: before.unreadByAgent + (author.kind === 'visitor' ? 1 : 0),
    unreadByVisitor: before.unreadByVisitor + (author.kind === 'visitor' ? 0 : 1),
  }),
  outbox: () => [],
};

/** Appends, and answers the messages; what was not kept is left out. */
export async function written(store: Store, ...messages: NewMessage[]): Promise<MessageRecord[]> {
  const results = await store.chat.append(messages, plainPolicy);
  return results.flatMap((result) => ('message' in result ? [result.message] : []));
}

export function aFile(more: Partial<FileRecord> = {}): FileRecord {
  return {
    site: acme,
    id: newId<FileId>('f'),
    name: 'größe 漢字.png',
    type: 'image/png',
    size: 3_000_000_000,
    uploader: 'visitor:v_1',
    createdAt: 1_764_000_000_000,
    ...more,
  };
}

export function aNote(conversation: ConversationRecord, more: Partial<NoteRecord> = {}): NoteRecord {
  const { site, id: conversationId } = conversation;
  return { site, conversationId, id: newId<NoteId>('n'), at: 1_764_000_000_000, text: 'Calls back.', ...more };
}

export function aWebhook(more: Partial<WebhookRecord> = {}): WebhookRecord {
  return {
    site: acme,
    id: newId<WebhookId>('wh'),
    url: 'https://hooks.example/coview',
    events: ['message.new', 'conversation.new'],
    enabled: true,
    secret: 'whsec_c2VjcmV0',
    createdAt: 1_764_000_000_000,
    ...more,
  };
}

export function aDelivery(webhook: WebhookRecord, more: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    site: webhook.site,
    id: newId<DeliveryId>('dl'),
    webhookId: webhook.id,
    type: 'message.new',
    payload: '{"type":"message.new"}',
    state: 'pending',
    attempts: 0,
    createdAt: 1_764_000_000_000,
    nextAttemptAt: 1_764_000_000_000,
    ...more,
  };
}

export function aRule(more: Partial<RuleRecord> = {}): RuleRecord {
  return {
    site: acme,
    id: newId<RuleId>('r'),
    name: 'Greet',
    enabled: true,
    position: 0,
    conditions: [{ type: 'secondsOnPage', seconds: 5, not: false }],
    actions: [{ type: 'greet', text: 'May I help?' }, { type: 'offerCobrowse' }],
    createdAt: 1_764_000_000_000,
    ...more,
  };
}

export function aLink(agent: AgentRecord, customer: CustomerRecord, more: Partial<LinkRecord> = {}): LinkRecord {
  return {
    site: agent.site,
    hash: `hash of ${newId('l')}`,
    agentId: agent.id,
    customerId: customer.customerId,
    expiresAt: 1_764_000_300_000,
    ...more,
  };
}
