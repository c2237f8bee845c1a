import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import type { Agent, AgentRole, Availability } from '#protocol/identity.ts';
import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Page } from '#protocol/paging.ts';
import { AuditLog, auditRecord } from '#signaling/audit/AuditLog.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentRecord, AuditRecord, PageRequest, Store, TokenRecord } from '#signaling/store/Store.ts';
import { AttemptLimiter } from './AttemptLimiter.ts';
import { publicAgent } from './agentView.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { Turns } from './Turns.ts';

const DAY = 24 * 60 * 60 * 1000;
/** A token from a login; one that a site's own server asked for lasts until it is revoked. */
const LOGIN_TTL = 30 * DAY;
/** A token from a link: a working day. */
const LINK_TTL = DAY / 2;
/** Longer than any handshake takes. */
const REVOKED_MS = 10 * 60_000;

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
  teams?: string[] | undefined;
  password?: string | undefined;
  active?: boolean | undefined;
}

export interface NewAgent {
  email: string;
  name: string;
  role: AgentRole;
  teams?: string[] | undefined;
  password?: string | undefined;
}

export interface AgentSync {
  created: string[];
  updated: string[];
  deactivated: string[];
}

/** Agents, their passwords and their user tokens. */
export class AgentService {
  readonly #store: Pick<Store, 'agents' | 'tokens' | 'links' | 'sites'>;
  readonly #outlet: Pick<Outlet, 'dropTokens'>;
  readonly #audit: AuditLog;
  readonly #attempts = new AttemptLimiter(10, 60_000);
  /** And when, oldest first. */
  readonly #revokedTokens = new Map<TokenId, number>();
  /** Of one site's agents: a change is made to the row as it is by then. */
  readonly #turns = new Turns();
  /** Told which agent's tokens are gone, so that what the agent had under way ends. */
  onRevoked: ((site: SiteId, agentId: AgentId, tokens: readonly TokenId[]) => void) | undefined;
  /** Told of an agent as it is by now. */
  onChanged: ((agent: AgentRecord) => void) | undefined;

  constructor(
    store: Pick<Store, 'agents' | 'tokens' | 'links' | 'sites' | 'audit'>,
    outlet: Pick<Outlet, 'dropTokens'>,
  ) {
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

  /** Whether it was revoked just now: a socket may have been on its way in meanwhile. */
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

  /**
   * For who came by a link: the token that it gives has an end. `keep` answers whether it was kept, with the entry
   * that tells of it.
   */
  async issueByLink(
    site: SiteId,
    id: AgentId,
    keep: (token: TokenRecord, issued: AuditRecord, agent: AgentRecord) => Promise<boolean>,
  ): Promise<IssuedToken | undefined> {
    const agent = await this.#store.agents.get(site, id);
    if (!agent?.active) return undefined;
    const { record, issued } = newToken(agent, Date.now() + LINK_TTL);
    const entry = auditRecord(site, `agent:${agent.email}`, 'token.issued', agent.email, { token: record.id });
    return (await keep(record, entry, agent)) ? issued : undefined;
  }

  async revokeToken(site: SiteId, agent: Agent, tokenId: TokenId): Promise<void> {
    await this.#store.tokens.delete(site, tokenId);
    await this.#revoked(site, agent, [tokenId], `agent:${agent.email}`);
  }

  async revokeTokens(site: SiteId, email: string): Promise<void> {
    const agent = await this.#require(site, email);
    await this.#revoked(site, agent, await this.#shutOut(site, agent.id), 'site');
  }

  list(site: SiteId, page: PageRequest): Promise<Page<AgentRecord>> {
    return this.#store.agents.list(site, page);
  }

  get(site: SiteId, email: string): Promise<AgentRecord> {
    return this.#require(site, email);
  }

  /** All of them, by email. */
  async active(site: SiteId): Promise<AgentRecord[]> {
    return (await this.#all(site)).filter(({ active }) => active);
  }

  async create(site: SiteId, agent: NewAgent): Promise<Agent> {
    return publicAgent(await this.#create(site, agent, true));
  }

  update(site: SiteId, email: string, change: AgentChange): Promise<Agent> {
    return this.#turns.take([site], async () =>
      publicAgent(await this.#change(await this.#require(site, email), change)),
    );
  }

  /** What the agent chose; holds until the agent chooses otherwise. */
  setAvailability(site: SiteId, id: AgentId, availability: Availability): Promise<void> {
    return this.#turns.take([site], async () => {
      const agent = await this.#store.agents.get(site, id);
      if (!agent || agent.availability === availability) return;
      await this.#save({ ...agent, availability });
    });
  }

  /** The agents of another system: who is new is added, who differs changed, and on demand the rest deactivated. */
  sync(
    site: SiteId,
    wanted: readonly (NewAgent & { active: boolean })[],
    deactivateMissing: boolean,
  ): Promise<AgentSync> {
    return this.#turns.take([site], async () => {
      const known = new Map((await this.#all(site)).map((agent) => [agent.email, agent]));
      const done: AgentSync = { created: [], updated: [], deactivated: [] };
      for (const agent of wanted) {
        const old = known.get(agent.email);
        known.delete(agent.email);
        if (!old) {
          await this.#create(site, agent, agent.active);
          done.created.push(agent.email);
          continue;
        }
        const change = await differences(old, agent);
        if (Object.keys(change).length === 0) continue;
        await this.#change(old, change);
        done[change.active === false ? 'deactivated' : 'updated'].push(agent.email);
      }
      for (const old of deactivateMissing ? known.values() : []) {
        if (!old.active) continue;
        await this.#change(old, { active: false });
        done.deactivated.push(old.email);
      }
      const counts = { created: done.created.length, updated: done.updated.length };
      const detail = { ...counts, deactivated: done.deactivated.length };
      await this.#audit.record(site, 'site', 'agents.synced', site, detail);
      return done;
    });
  }

  delete(site: SiteId, email: string): Promise<void> {
    return this.#turns.take([site], async () => {
      const agent = await this.#require(site, email);
      const tokens = await this.#shutOut(site, agent.id);
      await this.#store.agents.delete(site, agent.id);
      await this.#revoked(site, agent, tokens, 'site');
      this.onChanged?.({ ...agent, active: false });
      await this.#audit.record(site, 'site', 'agent.deleted', email);
    });
  }

  async #all(site: SiteId): Promise<AgentRecord[]> {
    const agents: AgentRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.agents.list(site, { limit: 200, cursor });
      agents.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return agents;
  }

  async #create(site: SiteId, agent: NewAgent, active: boolean): Promise<AgentRecord> {
    const record: AgentRecord = {
      id: newId('a'),
      site,
      email: agent.email,
      name: agent.name,
      role: agent.role,
      active,
      teams: agent.teams ?? [],
      availability: 'online',
      passwordHash: agent.password && (await hashPassword(agent.password)),
    };
    await this.#store.agents.create(record);
    await this.#audit.record(site, 'site', 'agent.created', record.email);
    return record;
  }

  async #change(old: AgentRecord, change: AgentChange): Promise<AgentRecord> {
    const { site, email } = old;
    const agent: AgentRecord = {
      ...old,
      name: change.name ?? old.name,
      role: change.role ?? old.role,
      teams: change.teams ?? old.teams,
      active: change.active ?? old.active,
      passwordHash: change.password ? await hashPassword(change.password) : old.passwordHash,
    };
    await this.#save(agent);
    if (!agent.active || change.password || agent.role !== old.role) {
      await this.#revoked(site, agent, await this.#shutOut(site, agent.id), 'site');
    }
    await this.#audit.record(site, 'site', 'agent.updated', email, { fields: Object.keys(change) });
    return agent;
  }

  async #save(agent: AgentRecord): Promise<void> {
    await this.#store.agents.update(agent);
    this.onChanged?.(agent);
  }

  async #require(site: SiteId, email: string): Promise<AgentRecord> {
    const agent = await this.#store.agents.findByEmail(site, email);
    if (!agent) throw new CvError('NOT_FOUND', `The site has no agent ${email}.`);
    return agent;
  }

  async #issue(agent: AgentRecord, actor: string, expiresAt?: number): Promise<IssuedToken> {
    const { record, issued } = newToken(agent, expiresAt);
    await this.#store.tokens.create(record);
    await this.#audit.record(agent.site, actor, 'token.issued', agent.email, { token: record.id });
    return issued;
  }

  /** The links first: what comes of one that is being redeemed is among the tokens then. */
  async #shutOut(site: SiteId, id: AgentId): Promise<TokenId[]> {
    await this.#store.links.deleteOfAgent(site, id);
    return this.#store.tokens.deleteOfAgent(site, id);
  }

  /** First of all the sockets end: what can still fail afterwards keeps nobody in. */
  async #revoked(site: SiteId, agent: Agent, tokens: readonly TokenId[], actor: string): Promise<void> {
    if (tokens.length === 0) return;
    const now = Date.now();
    for (const [old, at] of this.#revokedTokens) {
      if (at > now - REVOKED_MS) break;
      this.#revokedTokens.delete(old);
    }
    for (const token of tokens) this.#revokedTokens.set(token, now);
    // The sockets first: the agent's page then tells that the token is gone, not merely that its call has ended.
    this.#outlet.dropTokens(tokens);
    this.onRevoked?.(site, agent.id, tokens);
    await this.#audit.record(site, actor, 'token.revoked', agent.email, { tokens: [...tokens] });
  }
}

function newToken(agent: AgentRecord, expiresAt: number | undefined): { record: TokenRecord; issued: IssuedToken } {
  const token = newSecret('cvu');
  const { id: agentId, site } = agent;
  const record = { id: newId<TokenId>('tk'), site, agentId, hash: hashSecret(token), createdAt: Date.now(), expiresAt };
  const end = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
  return { record, issued: { token, agent: publicAgent(agent), ...end } };
}

/** What another system says otherwise. A password that is already the agent's is none: nobody is logged out for it. */
async function differences(old: AgentRecord, wanted: NewAgent & { active: boolean }): Promise<AgentChange> {
  const { name, role, active, teams = [], password } = wanted;
  const renewed = password !== undefined && !(await verifyPassword(password, old.passwordHash));
  return {
    ...(name === old.name ? {} : { name }),
    ...(role === old.role ? {} : { role }),
    ...(active === old.active ? {} : { active }),
    ...(isDeepStrictEqual(teams, old.teams) ? {} : { teams }),
    ...(renewed ? { password } : {}),
  };
}
