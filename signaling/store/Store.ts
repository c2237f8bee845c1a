import type { AuditEntry } from '#protocol/audit.ts';
import type { CallKind, CallState, EndReason } from '#protocol/calling.ts';
import type { Agent, Customer } from '#protocol/identity.ts';
import type { AgentId, AuditId, CallId, CustomerId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { Site } from '#protocol/site.ts';

/**
 * What the services need to have kept. Every access names its site, and a row of another site is as if it did
 * not exist. Times are milliseconds since the epoch. Writes are durable when their promise resolves.
 */
export interface Store {
  readonly sites: SiteStore;
  readonly agents: AgentStore;
  readonly tokens: TokenStore;
  readonly customers: CustomerStore;
  readonly calls: CallStore;
  readonly audit: AuditStore;
  /** Rejects when the database cannot answer. */
  ping(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface PageRequest {
  /** 1 to 200. */
  limit: number;
  /** An opaque `nextCursor` of an earlier page; a malformed one rejects with INVALID_INPUT. */
  cursor?: string | undefined;
}

export interface SiteStore {
  get(id: SiteId): Promise<Site | undefined>;
  list(): Promise<Site[]>;
  /** Rejects with CONFLICT if the id is taken. `apiKeyHash`: SHA-256, hex. */
  create(site: Site, apiKeyHash: string): Promise<void>;
  update(site: Site): Promise<void>;
  findByApiKey(apiKeyHash: string): Promise<Site | undefined>;
  setApiKey(id: SiteId, apiKeyHash: string): Promise<void>;
}

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
}

export interface CustomerRecord extends Customer {
  site: SiteId;
  createdAt: number;
  updatedAt: number;
}

export interface CustomerStore {
  get(site: SiteId, id: CustomerId): Promise<CustomerRecord | undefined>;
  /** The customer whom this browser was last tagged as. */
  findByVisitor(site: SiteId, visitorId: VisitorId): Promise<CustomerRecord | undefined>;
  findByExternalId(site: SiteId, id: string): Promise<CustomerRecord | undefined>;
  /** Of several with this email the one without an id, else the one changed last. Compared in lower case. */
  findByEmail(site: SiteId, email: string): Promise<CustomerRecord | undefined>;
  /** Insert or replace, and bind the visitor to it, in one transaction. */
  save(customer: CustomerRecord, visitorId: VisitorId): Promise<void>;
  /** The browser is nobody's any more; the customer stays. */
  unbind(site: SiteId, visitorId: VisitorId): Promise<void>;
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
  /** Insert or replace, with audit entries in the same transaction. */
  save(call: CallRecord, audit: readonly AuditRecord[]): Promise<void>;
  get(site: SiteId, id: CallId): Promise<CallRecord | undefined>;
  /** Newest first. */
  list(site: SiteId, page: PageRequest & { agentId?: AgentId | undefined }): Promise<Page<CallRecord>>;
  /** Calls of all sites that a process which died left behind unended. */
  listUnended(): Promise<CallRecord[]>;
}

export interface AuditRecord extends Omit<AuditEntry, 'at' | 'id'> {
  id: AuditId;
  site: SiteId;
  at: number;
}

export interface AuditStore {
  append(entry: AuditRecord): Promise<void>;
  /** Newest first. */
  list(site: SiteId, page: PageRequest & { subject?: string | undefined }): Promise<Page<AuditRecord>>;
}
