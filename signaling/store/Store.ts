import type { CallKind, CallState, EndReason } from '#protocol/calling.ts';
import type { Agent, Customer } from '#protocol/identity.ts';
import type { AgentId, CallId, ConversationId, CustomerId, RuleId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { Rule } from '#protocol/rules.ts';
import type { IdentityKey, Site } from '#protocol/site.ts';
import type { AuditRecord, AuditStore } from './AuditStore.ts';
import type { ChatStore, ConversationRecord, ConversationViewer } from './ChatStore.ts';
import type { CobrowseRecord, CobrowseStore } from './CobrowseStore.ts';
import type { Erased } from './Erased.ts';
import type { PageRequest } from './PageRequest.ts';
import type { DeliveryRecord, WebhookStore } from './WebhookStore.ts';

export type { AuditRecord, AuditStore, CobrowseRecord, CobrowseStore, Erased, PageRequest };

/**
 * What the services need to have kept. Every access names its site, and a row of another site is as if it did
 * not exist. Times are milliseconds since the epoch. Writes are durable when their promise resolves, and the audit
 * entries that a write is given stand with it: both are kept, or neither.
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
  /** Rejects when the database cannot answer or, as on a full disk, does not keep what is written. */
  ping(): Promise<void>;
  /**
   * If anything was erased since the last time, no readable rest of it stays in files of ours. One that is too large to
   * be made anew within a moment is left as it is.
   */
  compact(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface SiteStore {
  get(id: SiteId): Promise<Site | undefined>;
  list(): Promise<Site[]>;
  /** Rejects with CONFLICT if the id is taken. `apiKeyHash`: SHA-256, hex. */
  create(site: Site, apiKeyHash: string): Promise<void>;
  update(site: Site, audit?: readonly AuditRecord[]): Promise<void>;
  findByApiKey(apiKeyHash: string): Promise<Site | undefined>;
  setApiKey(id: SiteId, apiKeyHash: string): Promise<void>;
  /** Of all sites. */
  listIdentityKeys(): Promise<IdentityKeyRecord[]>;
  /** CONFLICT if the site has a key of this kid. */
  addIdentityKey(key: IdentityKeyRecord, audit?: readonly AuditRecord[]): Promise<void>;
  deleteIdentityKey(site: SiteId, kid: string, audit?: readonly AuditRecord[]): Promise<boolean>;
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

/** What an agent who is no more, or not active, had: nobody's now. */
export interface Released {
  email: string;
  customers: CustomerId[];
  conversations: ConversationId[];
  /** Those of them that are not DONE. */
  open: ConversationId[];
}

export interface AgentStore {
  get(site: SiteId, id: AgentId): Promise<AgentRecord | undefined>;
  findByEmail(site: SiteId, email: string): Promise<AgentRecord | undefined>;
  /** Agents of all sites with this email: a login that names no site has to choose. */
  findEverywhere(email: string): Promise<AgentRecord[]>;
  /** Ordered by email. */
  list(site: SiteId, page: PageRequest): Promise<Page<AgentRecord>>;
  /** Rejects with CONFLICT if the site has an agent of this email. */
  create(agent: AgentRecord, audit?: readonly AuditRecord[]): Promise<void>;
  /**
   * All of it or nothing; `audit` is asked for the entries when it is known what is gone, which is answered too. Who is
   * deleted, or not active, leaves customers and conversations to nobody; an open one has changed by that. CONFLICT for
   * an email that is taken, NOT_FOUND for an agent who does not exist.
   */
  change(site: SiteId, changes: AgentChanges, audit?: (gone: Gone) => readonly AuditRecord[]): Promise<Gone>;
}

/** What becomes of agents of one site. */
export interface AgentChanges {
  create?: readonly AgentRecord[] | undefined;
  update?: readonly AgentRecord[] | undefined;
  /** Their tokens and links go. */
  shutOut?: readonly AgentId[] | undefined;
  /** They go themselves, with their tokens and links. */
  delete?: readonly AgentId[] | undefined;
}

export interface Gone {
  /** Of whom any are gone. */
  tokens: ReadonlyMap<AgentId, readonly TokenId[]>;
  /** Of whom anything was left. */
  released: readonly Released[];
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
  /**
   * Answers the agent as it is by then; undefined, and nothing is kept, where there is none who is active and of whom
   * `fits` holds. A token that this keeps is among those that the next shut-out takes.
   */
  create(
    token: TokenRecord,
    audit?: readonly AuditRecord[],
    fits?: (agent: AgentRecord) => boolean,
  ): Promise<AgentRecord | undefined>;
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  delete(site: SiteId, id: TokenId, audit?: readonly AuditRecord[]): Promise<boolean>;
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
  create(link: LinkRecord, audit?: readonly AuditRecord[]): Promise<void>;
  /** Undefined if unknown, used or expired by `now`. */
  find(site: SiteId, hash: string, now: number): Promise<LinkRecord | undefined>;
  /**
   * Keeps the token in its place, with audit entries, all or nothing: of many who ask at once one does. False if
   * unknown, used or expired by `now`.
   */
  redeem(site: SiteId, hash: string, now: number, token: TokenRecord, audit: readonly AuditRecord[]): Promise<boolean>;
  deleteExpired(now: number): Promise<number>;
}

export interface CustomerRecord extends Customer {
  site: SiteId;
  /** False for somebody who has only written so far: known by nothing but a conversation. */
  tagged: boolean;
  /** Properties, and keys of `additionalTaggingData`, that a token or the site's own server has given. */
  signed: string[];
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
  /** Whose it is by now, by the id of a customer or a conversation that ended in another one. */
  heirOf(site: SiteId, former: CustomerId | ConversationId): Promise<CustomerId | undefined>;
  /** Ids that lead to this customer: of customers and conversations that ended in this one. */
  formerIds(site: SiteId, id: CustomerId): Promise<string[]>;
  /** Insert or replace, and bind the visitor to it, in one transaction. Answers a merge of two conversations. */
  save(
    customer: CustomerRecord,
    visitorId: VisitorId | undefined,
    also?: {
      /**
       * An anonymous customer of the same browser, which ends in this one: its messages, notes and browsers go over,
       * after those that are there; if this one has no conversation yet, it takes the other's as it is. Its id, and
       * that of a conversation that ended, lead on.
       */
      absorb?: CustomerId | undefined;
      /** Which deliveries are kept with a merge, told what it makes of the conversation that stays. */
      outbox?: ((before: ConversationRecord, after: ConversationRecord) => readonly DeliveryRecord[]) | undefined;
      audit?: readonly AuditRecord[] | undefined;
    },
  ): Promise<Merge | undefined>;
  /** The browser is nobody's any more; the customer stays. */
  unbind(site: SiteId, visitorId: VisitorId, audit?: readonly AuditRecord[]): Promise<void>;
  /**
   * Deletes the customer with browsers, conversation, messages, notes, files, calls, sharings, links and deliveries, in one
   * transaction. Undefined if there is none, or with `idleSince` none that `idle` would still answer.
   */
  erase(
    site: SiteId,
    id: CustomerId,
    audit: readonly AuditRecord[],
    idleSince?: number | undefined,
  ): Promise<Erased | undefined>;
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
  save(rule: RuleRecord, audit?: readonly AuditRecord[]): Promise<void>;
  delete(site: SiteId, id: RuleId, audit?: readonly AuditRecord[]): Promise<boolean>;
  /** All or none; with `replace` the site's former rules go. */
  import(site: SiteId, rules: readonly RuleRecord[], replace: boolean, audit?: readonly AuditRecord[]): Promise<void>;
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
  /** Nothing happens where another request has the key by now; so it is with `release`. */
  finish(record: IdempotencyRecord, answer: string): Promise<void>;
  /** The request failed, or was lost: it may be made again. */
  release(record: IdempotencyRecord): Promise<void>;
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
