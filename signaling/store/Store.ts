import type { CallKind, CallState, EndReason } from '#protocol/calling.ts';
import type { Agent, Customer } from '#protocol/identity.ts';
import type { AgentId, CallId, ConversationId, CustomerId, RuleId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { Rule } from '#protocol/rules.ts';
import type { IdentityKey, Site } from '#protocol/site.ts';
import type { AuditRecord, AuditStore } from './AuditStore.ts';
import type { ChatStore, ConversationViewer } from './ChatStore.ts';
import type { CobrowseRecord, CobrowseStore } from './CobrowseStore.ts';
import type { Erased } from './Erased.ts';
import type { PageRequest } from './PageRequest.ts';
import type { DeliveryRecord, WebhookStore } from './WebhookStore.ts';

export type { AuditRecord, AuditStore, CobrowseRecord, CobrowseStore, Erased, PageRequest };

/**
 * What the services need to have kept. Every access names its site, and a row of another site is as if it did
 * not exist. Times are milliseconds since the epoch. Writes are durable when their promise resolves.
 */
export interface Store {
  readonly sites: SiteStore;
  readonly agents: AgentStore;
  readonly tokens: TokenStore;
  readonly links: LinkStore;
  readonly customers: CustomerStore;
  readonly chat: ChatStore;
  readonly rules: RuleStore;
  readonly webhooks: WebhookStore;
  readonly idempotency: IdempotencyStore;
  readonly calls: CallStore;
  readonly cobrowses: CobrowseStore;
  readonly audit: AuditStore;
  /** Rejects when the database cannot answer. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface SiteStore {
  get(id: SiteId): Promise<Site | undefined>;
  list(): Promise<Site[]>;
  /** Rejects with CONFLICT if the id is taken. `apiKeyHash`: SHA-256, hex. */
  create(site: Site, apiKeyHash: string): Promise<void>;
  update(site: Site): Promise<void>;
  findByApiKey(apiKeyHash: string): Promise<Site | undefined>;
  setApiKey(id: SiteId, apiKeyHash: string): Promise<void>;
  /** Of all sites. */
  listIdentityKeys(): Promise<IdentityKeyRecord[]>;
  /** CONFLICT if the site has a key of this kid. */
  addIdentityKey(key: IdentityKeyRecord): Promise<void>;
  deleteIdentityKey(site: SiteId, kid: string): Promise<boolean>;
}

export interface IdentityKeyRecord extends Omit<IdentityKey, 'createdAt'> {
  site: SiteId;
  /** Needed in the clear to verify with. */
  secret: string;
  createdAt: number;
}

/** `teams` and `availability` stand in the row. */
export interface AgentRecord extends Agent {
  site: SiteId;
  /** scrypt, in the form identity/passwords.ts writes; absent where the agent has none. */
  passwordHash?: string | undefined;
}

export interface AgentStore {
  get(site: SiteId, id: AgentId): Promise<AgentRecord | undefined>;
  findByEmail(site: SiteId, email: string): Promise<AgentRecord | undefined>;
  /** Agents of all sites with this email: a login that names no site has to choose. */
  findEverywhere(email: string): Promise<AgentRecord[]>;
  /** Ordered by email. */
  list(site: SiteId, page: PageRequest): Promise<Page<AgentRecord>>;
  /** Rejects with CONFLICT if the site has an agent of this email. */
  create(agent: AgentRecord): Promise<void>;
  update(agent: AgentRecord): Promise<void>;
  /** Deletes the agent's tokens too. False if there was none. */
  delete(site: SiteId, id: AgentId): Promise<boolean>;
}

export interface TokenRecord {
  id: TokenId;
  site: SiteId;
  agentId: AgentId;
  /** SHA-256 of the token, hex; the token itself is never kept. */
  hash: string;
  createdAt: number;
  expiresAt?: number | undefined;
}

export interface TokenStore {
  create(token: TokenRecord): Promise<void>;
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  delete(site: SiteId, id: TokenId): Promise<boolean>;
  /** Deletes all tokens of an agent; answers their ids. */
  deleteOfAgent(site: SiteId, agentId: AgentId): Promise<TokenId[]>;
  deleteExpired(now: number): Promise<number>;
}

/** A link that logs an agent in once and opens one person’s chat, or a sharing of somebody’s page. */
export interface LinkRecord {
  site: SiteId;
  /** SHA-256 of the code, hex. */
  hash: string;
  agentId: AgentId;
  customerId?: CustomerId | undefined;
  /** A session, or the six digits that its visitor reads out. */
  cobrowse?: string | undefined;
  expiresAt: number;
}

export interface LinkStore {
  create(link: LinkRecord): Promise<void>;
  /** Undefined if unknown, used or expired by `now`. */
  find(site: SiteId, hash: string, now: number): Promise<LinkRecord | undefined>;
  /**
   * Keeps the token in its place, with audit entries, all or nothing: of many who ask at once one does. False if
   * unknown, used or expired by `now`.
   */
  redeem(site: SiteId, hash: string, now: number, token: TokenRecord, audit: readonly AuditRecord[]): Promise<boolean>;
  /** How many there were. */
  deleteOfAgent(site: SiteId, agentId: AgentId): Promise<number>;
  deleteExpired(now: number): Promise<number>;
}

export interface CustomerRecord extends Customer {
  site: SiteId;
  /** False for somebody who has only written so far: known by nothing but a conversation. */
  tagged: boolean;
  createdAt: number;
  updatedAt: number;
}

/** What a conversation that was merged into another one has become. */
export interface Merge {
  from: ConversationId;
  to: ConversationId;
}

export interface CustomerStore {
  get(site: SiteId, id: CustomerId): Promise<CustomerRecord | undefined>;
  getMany(site: SiteId, ids: readonly CustomerId[]): Promise<CustomerRecord[]>;
  /** The customer whom this browser was last tagged as, or whose conversation it began. */
  findByVisitor(site: SiteId, visitorId: VisitorId): Promise<CustomerRecord | undefined>;
  /** A verified and an unverified person may have the same id: with `verified` the one, else the verified one first. */
  findByExternalId(site: SiteId, id: string, verified?: boolean): Promise<CustomerRecord | undefined>;
  /**
   * Of several with this email the one without an id, else the one changed last; with `verified` among those, else
   * the verified ones first. Compared in lower case.
   */
  findByEmail(site: SiteId, email: string, verified?: boolean): Promise<CustomerRecord | undefined>;
  /** Tagged people, the last changed first; `query` is a part of a name, the email or the id, in any case. */
  search(
    site: SiteId,
    page: PageRequest & { query?: string | undefined; viewer?: ConversationViewer | undefined },
  ): Promise<Page<CustomerRecord>>;
  visitorsOf(site: SiteId, id: CustomerId): Promise<VisitorId[]>;
  /**
   * Insert or replace, and bind the visitor to it, in one transaction. `absorb`: an anonymous customer of the same
   * browser, which ends in this one: its messages, notes and browsers go over, after those that are there; if this
   * one has no conversation yet, it takes the other's as it is. Answers a merge of two conversations.
   */
  save(
    customer: CustomerRecord,
    visitorId: VisitorId | undefined,
    absorb?: CustomerId | undefined,
  ): Promise<Merge | undefined>;
  /** The browser is nobody's any more; the customer stays. */
  unbind(site: SiteId, visitorId: VisitorId): Promise<void>;
  /**
   * Deletes the customer with browsers, conversation, messages, notes, files, calls, sharings, links and deliveries, in one
   * transaction. Undefined if there is none.
   */
  erase(site: SiteId, id: CustomerId, audit: readonly AuditRecord[]): Promise<Erased | undefined>;
  /** Customers without a conversation whom nothing was heard of since `before`, at most `limit`. */
  idle(site: SiteId, before: number, limit: number): Promise<CustomerRecord[]>;
}

export interface RuleRecord extends Rule {
  site: SiteId;
  createdAt: number;
}

export interface RuleStore {
  /** Of all sites, each site's by position, then age. */
  listAll(): Promise<RuleRecord[]>;
  /** Inserts or replaces. */
  save(rule: RuleRecord): Promise<void>;
  delete(site: SiteId, id: RuleId): Promise<boolean>;
  /** All or none; with `replace` the site's former rules go. */
  import(site: SiteId, rules: readonly RuleRecord[], replace: boolean): Promise<void>;
}

/** A POST that was made under an Idempotency-Key. */
export interface IdempotencyRecord {
  site: SiteId;
  /** SHA-256 over caller, route and key, hex. */
  key: string;
  /** SHA-256 of the request, hex. */
  request: string;
  createdAt: number;
  /** Absent while the first request is under way. */
  answer?: string | undefined;
}

export interface IdempotencyStore {
  /** Takes the key; answers the record that has it already. */
  begin(record: IdempotencyRecord): Promise<IdempotencyRecord | undefined>;
  finish(site: SiteId, key: string, answer: string): Promise<void>;
  /** The request failed: it may be made again. */
  release(site: SiteId, key: string): Promise<void>;
  deleteBefore(createdAt: number): Promise<number>;
}

export interface CallRecord {
  id: CallId;
  site: SiteId;
  kind: CallKind;
  state: CallState;
  reason?: EndReason | undefined;
  visitorId: VisitorId;
  customerId?: CustomerId | undefined;
  agentId: AgentId;
  agentEmail: string;
  agentName: string;
  startedAt: number;
  answeredAt?: number | undefined;
  activeAt?: number | undefined;
  endedAt?: number | undefined;
}

export interface CallStore {
  /** Insert or replace, with audit entries and deliveries in the same transaction. */
  save(call: CallRecord, audit: readonly AuditRecord[], outbox?: readonly DeliveryRecord[]): Promise<void>;
  get(site: SiteId, id: CallId): Promise<CallRecord | undefined>;
  /** Newest first. */
  list(
    site: SiteId,
    page: PageRequest & { agentId?: AgentId | undefined; customerId?: CustomerId | undefined },
  ): Promise<Page<CallRecord>>;
  /** Calls of all sites that a process which died left behind unended. */
  listUnended(): Promise<CallRecord[]>;
}
