import { CvError } from '#protocol/errors.ts';
import type { Agent, AgentRole } from '#protocol/identity.ts';
import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Page } from '#protocol/paging.ts';
import { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentRecord, PageRequest, Store } from '#signaling/store/Store.ts';
import { AttemptLimiter } from './AttemptLimiter.ts';
import { publicAgent } from './agentView.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { hashSecret, newSecret } from './secrets.ts';

const DAY = 24 * 60 * 60 * 1000;
/** A token from a login; one that a site's own server asked for lasts until it is revoked. */
const LOGIN_TTL = 30 * DAY;

export type Principal =
  | { kind: 'site'; site: SiteId }
  | { kind: 'agent'; site: SiteId; agent: AgentRecord; tokenId: TokenId; expiresAt?: number | undefined };

export interface IssuedToken {
  token: string;
  agent: Agent;
  expiresAt?: string | undefined;
}

export interface AgentChange {
  name?: string | undefined;
  role?: AgentRole | undefined;
  password?: string | undefined;
  active?: boolean | undefined;
}

/** Agents, their passwords and their user tokens. */
export class AgentService {
  readonly #store: Pick<Store, 'agents' | 'tokens' | 'sites'>;
  readonly #outlet: Pick<Outlet, 'dropTokens'>;
  readonly #audit: AuditLog;
  readonly #attempts = new AttemptLimiter(10, 60_000);
  readonly #revokedTokens = new Set<TokenId>();
  /** Told which agent's tokens are gone, so that what the agent had under way ends. */
  onRevoked: ((site: SiteId, agentId: AgentId, tokens: readonly TokenId[]) => void) | undefined;

  constructor(store: Pick<Store, 'agents' | 'tokens' | 'sites' | 'audit'>, outlet: Pick<Outlet, 'dropTokens'>) {
    this.#store = store;
    this.#outlet = outlet;
    this.#audit = new AuditLog(store.audit);
  }

  /** Whose API key or user token this is; undefined if nobody's, expired or revoked. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    const hash = hashSecret(secret);
    if (secret.startsWith('cvk_')) {
      const site = await this.#store.sites.findByApiKey(hash);
      return site && { kind: 'site', site: site.id };
    }
    const token = await this.#store.tokens.findByHash(hash);
    if (!token || (token.expiresAt !== undefined && token.expiresAt <= Date.now())) return undefined;
    const agent = await this.#store.agents.get(token.site, token.agentId);
    if (!agent?.active || this.isRevoked(token.id)) return undefined;
    return { kind: 'agent', site: token.site, agent, tokenId: token.id, expiresAt: token.expiresAt };
  }

  /** Whether it was revoked since this process runs: a socket may have been on its way in meanwhile. */
  isRevoked(token: TokenId): boolean {
    return this.#revokedTokens.has(token);
  }

  async login(email: string, password: string, site?: SiteId): Promise<IssuedToken> {
    if (!this.#attempts.take(email)) {
      throw new CvError('RATE_LIMITED', 'Too many attempts for this email; wait a minute.');
    }
    const found = site
      ? [await this.#store.agents.findByEmail(site, email)]
      : await this.#store.agents.findEverywhere(email);
    const candidates = found.length > 0 ? found : [undefined];
    const checked = await Promise.all(
      candidates.map(async (agent) => ((await verifyPassword(password, agent?.passwordHash)) ? agent : undefined)),
    );
    const agents = checked.filter((agent) => agent?.active);
    if (agents.length > 1) {
      throw new CvError('INVALID_INPUT', 'site: this email belongs to agents of several sites; name the site.');
    }
    const [agent] = agents;
    if (!agent) throw new CvError('UNAUTHENTICATED', 'The email or the password is wrong.');
    return this.#issue(agent, `agent:${agent.email}`, Date.now() + LOGIN_TTL);
  }

  async issueToken(site: SiteId, email: string): Promise<IssuedToken> {
    const agent = await this.#require(site, email);
    if (!agent.active) throw new CvError('NOT_FOUND', `The agent ${email} is not active.`);
    return this.#issue(agent, 'site');
  }

  async revokeToken(site: SiteId, agent: Agent, tokenId: TokenId): Promise<void> {
    await this.#store.tokens.delete(site, tokenId);
    await this.#revoked(site, agent, [tokenId], `agent:${agent.email}`);
  }

  async revokeTokens(site: SiteId, email: string): Promise<void> {
    const agent = await this.#require(site, email);
    await this.#revoked(site, agent, await this.#store.tokens.deleteOfAgent(site, agent.id), 'site');
  }

  async list(site: SiteId, page: PageRequest): Promise<Page<Agent>> {
    const { items, nextCursor } = await this.#store.agents.list(site, page);
    return { items: items.map(publicAgent), nextCursor };
  }

  async create(
    site: SiteId,
    agent: { email: string; name: string; role: AgentRole; password?: string | undefined },
  ): Promise<Agent> {
    const record: AgentRecord = {
      id: newId('a'),
      site,
      email: agent.email,
      name: agent.name,
      role: agent.role,
      active: true,
      passwordHash: agent.password && (await hashPassword(agent.password)),
    };
    await this.#store.agents.create(record);
    await this.#audit.record(site, 'site', 'agent.created', record.email);
    return publicAgent(record);
  }

  async update(site: SiteId, email: string, change: AgentChange): Promise<Agent> {
    const old = await this.#require(site, email);
    const agent: AgentRecord = {
      ...old,
      name: change.name ?? old.name,
      role: change.role ?? old.role,
      active: change.active ?? old.active,
      passwordHash: change.password ? await hashPassword(change.password) : old.passwordHash,
    };
    await this.#store.agents.update(agent);
    if (!agent.active || change.password || agent.role !== old.role) {
      await this.#revoked(site, agent, await this.#store.tokens.deleteOfAgent(site, agent.id), 'site');
    }
    await this.#audit.record(site, 'site', 'agent.updated', email, { fields: Object.keys(change) });
    return publicAgent(agent);
  }

  async delete(site: SiteId, email: string): Promise<void> {
    const agent = await this.#require(site, email);
    const tokens = await this.#store.tokens.deleteOfAgent(site, agent.id);
    await this.#store.agents.delete(site, agent.id);
    await this.#revoked(site, agent, tokens, 'site');
    await this.#audit.record(site, 'site', 'agent.deleted', email);
  }

  async #require(site: SiteId, email: string): Promise<AgentRecord> {
    const agent = await this.#store.agents.findByEmail(site, email);
    if (!agent) throw new CvError('NOT_FOUND', `The site has no agent ${email}.`);
    return agent;
  }

  async #issue(agent: AgentRecord, actor: string, expiresAt?: number): Promise<IssuedToken> {
    const token = newSecret('cvu');
    const id = newId<TokenId>('tk');
    await this.#store.tokens.create({
      id,
      site: agent.site,
      agentId: agent.id,
      hash: hashSecret(token),
      createdAt: Date.now(),
      expiresAt,
    });
    await this.#audit.record(agent.site, actor, 'token.issued', agent.email, { token: id });
    return {
      token,
      agent: publicAgent(agent),
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    };
  }

  /** First of all the sockets end: what can still fail afterwards keeps nobody in. */
  async #revoked(site: SiteId, agent: Agent, tokens: readonly TokenId[], actor: string): Promise<void> {
    if (tokens.length === 0) return;
    for (const token of tokens) this.#revokedTokens.add(token);
    // The sockets first: the agent's page then tells that the token is gone, not merely that its call has ended.
    this.#outlet.dropTokens(tokens);
    this.onRevoked?.(site, agent.id, tokens);
    await this.#audit.record(site, actor, 'token.revoked', agent.email, { tokens: [...tokens] });
  }
}
