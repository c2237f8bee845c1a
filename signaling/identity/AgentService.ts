import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import type { Agent, AgentRole, Availability } from '#protocol/identity.ts';
import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentChanges, AgentRecord, AuditRecord, Released, Store, TokenRecord } from '#signaling/store/Store.ts';
import { taken } from '#signaling/store/taken.ts';
import { AttemptLimiter } from './AttemptLimiter.ts';
import { publicAgent } from './agentView.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { renewedPasswords } from './renewedPasswords.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { Turns } from './Turns.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** To log in as one email within a minute, from one address and from all: who guesses keeps nobody elsewhere out. */
const usualAttempts = { address: 10, anywhere: 200 };
/** A token from a login; one that a site's own server asked for lasts until it is revoked. */
const LOGIN_TTL = 30 * DAY;
/** A token from a link: a working day. */
const LINK_TTL = DAY / 2;
/** Longer than any handshake takes. */
const REVOKED_MS = 10 * MINUTE;

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

/** An agent of another system: what it does not say stays as it is, and is as usual for one who is new. */
export interface ListedAgent {
  email: string;
  name: string;
  role?: AgentRole | undefined;
  teams?: string[] | undefined;
  password?: string | undefined;
  active: boolean;
}

export interface AgentSync {
  created: string[];
  updated: string[];
  deactivated: string[];
}

/** Agents, their passwords and their user tokens. */
export class AgentService {
  readonly #store: Pick<Store, 'agents' | 'tokens' | 'sites'>;
  readonly #outlet: Pick<Outlet, 'dropTokens'>;
  readonly #attempts: AttemptLimiter;
  readonly #attemptsAnywhere: AttemptLimiter;
  /** And when, oldest first. */
  readonly #revokedTokens = new Map<TokenId, number>();
  /** Of one site's agents: a change is made to the row as it is by then. */
  readonly #turns = new Turns();
  /** Told which agent's tokens are gone, so that what the agent had under way ends. */
  onRevoked: ((site: SiteId, agentId: AgentId, tokens: readonly TokenId[]) => void) | undefined;
  /** Told of an agent as it is by now. */
  onChanged: ((agent: AgentRecord) => void) | undefined;
  /** Told of one who may see fewer people than before. */
  onNarrowed: ((agent: AgentRecord) => void) | undefined;
  /** Told of what was an agent's who works here no more. */
  onReleased: ((site: SiteId, released: Released) => void) | undefined;

  constructor(
    store: Pick<Store, 'agents' | 'tokens' | 'sites'>,
    outlet: Pick<Outlet, 'dropTokens'>,
    attempts = usualAttempts,
  ) {
    this.#store = store;
    this.#outlet = outlet;
    this.#attempts = new AttemptLimiter(attempts.address, MINUTE);
    this.#attemptsAnywhere = new AttemptLimiter(attempts.anywhere, MINUTE);
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

  /** `address`: whose it is, where that is known. */
  async login(email: string, password: string, site?: SiteId, address = ''): Promise<IssuedToken> {
    // What one address has too many of takes nothing from the others.
    if (!(this.#attempts.take(`${address} ${email}`) && this.#attemptsAnywhere.take(email))) {
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
    // The password may be another one since it was checked.
    const fits = ({ passwordHash }: AgentRecord) => passwordHash === agent?.passwordHash;
    const issued = agent && (await this.#issue(agent, `agent:${agent.email}`, Date.now() + LOGIN_TTL, fits));
    if (!issued) throw new CvError('UNAUTHENTICATED', 'The email or the password is wrong.');
    return issued;
  }

  async issueToken(site: SiteId, email: string): Promise<IssuedToken> {
    const issued = await this.#issue(await this.#require(site, email), 'site');
    if (!issued) throw new CvError('NOT_FOUND', `The agent ${email} is not active.`);
    return issued;
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
    await this.#store.tokens.delete(site, tokenId, [revocation(site, `agent:${agent.email}`, agent, [tokenId])]);
    this.#revoked(site, agent.id, [tokenId]);
  }

  async revokeTokens(site: SiteId, email: string): Promise<void> {
    await this.#write(site, [{ agent: await this.#require(site, email), shutOut: true }]);
  }

  /** All of them, by email. */
  async active(site: SiteId): Promise<AgentRecord[]> {
    return (await this.#all(site)).filter(({ active }) => active);
  }

  async create(site: SiteId, wanted: NewAgent): Promise<Agent> {
    const passwordHash = wanted.password && (await hashPassword(wanted.password));
    const { agent, entry } = created(site, { ...wanted, active: true }, passwordHash);
    await this.#store.agents
      .create(agent, entry && [entry])
      .catch(taken(`The site has an agent ${agent.email} already; change that one, or take another email.`));
    return publicAgent(agent);
  }

  async update(site: SiteId, email: string, change: AgentChange): Promise<Agent> {
    await this.#require(site, email);
    // Before its turn, in which all others of the site would wait for it.
    const passwordHash = change.password && (await hashPassword(change.password));
    return this.#turns.take([site], async () => {
      const step = changed(await this.#require(site, email), change, passwordHash);
      await this.#write(site, [step]);
      return publicAgent(step.agent);
    });
  }

  /** What the agent chose; holds until the agent chooses otherwise. */
  setAvailability(site: SiteId, id: AgentId, availability: Availability): Promise<void> {
    return this.#turns.take([site], async () => {
      const agent = await this.#store.agents.get(site, id);
      if (!agent || agent.availability === availability) return;
      await this.#write(site, [{ kind: 'update', agent: { ...agent, availability } }]);
    });
  }

  /**
   * The agents of another system: who is new is added, who differs changed, and on demand the rest deactivated; all of
   * it or nothing.
   */
  async sync(site: SiteId, wanted: readonly ListedAgent[], deactivateMissing: boolean): Promise<AgentSync> {
    const before = byEmail(await this.#all(site));
    const hashes = await renewedPasswords(wanted, (email) => before.get(email)?.passwordHash);
    return this.#turns.take([site], async () => {
      const known = byEmail(await this.#all(site));
      const done: AgentSync = { created: [], updated: [], deactivated: [] };
      const steps: Step[] = [];
      for (const agent of wanted) {
        const old = known.get(agent.email);
        known.delete(agent.email);
        const hash = hashes.get(agent.email);
        // Salted: another agent's hash is another one, too.
        if (agent.password && !hash && old?.passwordHash !== before.get(agent.email)?.passwordHash) {
          throw new CvError('CONFLICT', `${agent.email}, or their password, is another one by now; send it again.`);
        }
        if (!old) {
          steps.push(created(site, agent, hash));
          done.created.push(agent.email);
          continue;
        }
        const change = differences(old, agent, hash !== undefined);
        if (Object.keys(change).length === 0) continue;
        steps.push(changed(old, change, hash));
        done[change.active === false ? 'deactivated' : 'updated'].push(agent.email);
      }
      for (const old of deactivateMissing ? known.values() : []) {
        if (!old.active) continue;
        steps.push(changed(old, { active: false }));
        done.deactivated.push(old.email);
      }
      const counts = { created: done.created.length, updated: done.updated.length };
      const detail = { ...counts, deactivated: done.deactivated.length };
      await this.#write(site, steps, auditRecord(site, 'site', 'agents.synced', site, detail));
      return done;
    });
  }

  delete(site: SiteId, email: string): Promise<void> {
    return this.#turns.take([site], async () => {
      const agent = await this.#require(site, email);
      const entry = auditRecord(site, 'site', 'agent.deleted', email);
      await this.#write(site, [{ kind: 'delete', agent: { ...agent, active: false }, entry }]);
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

  /** One transaction with the entries that tell of it; then the sockets end, before anybody else hears of it. */
  async #write(site: SiteId, steps: readonly Step[], summary?: AuditRecord): Promise<void> {
    const agentsOf = (kind: Step['kind']) => steps.filter((step) => step.kind === kind).map(({ agent }) => agent);
    const changes: AgentChanges = {
      create: agentsOf('create'),
      update: agentsOf('update'),
      delete: agentsOf('delete').map(({ id }) => id),
      shutOut: steps.filter(({ shutOut }) => shutOut).map(({ agent }) => agent.id),
    };
    const { tokens, released } = await this.#store.agents.change(site, changes, ({ tokens, released }) => [
      ...steps.flatMap(({ agent, entry }) => {
        const revoked = tokens.get(agent.id);
        return [...(revoked ? [revocation(site, 'site', agent, revoked)] : []), ...(entry ? [entry] : [])];
      }),
      ...released.map((left) => releasedEntry(site, left)),
      ...(summary ? [summary] : []),
    ]);
    for (const [id, revoked] of tokens) this.#revoked(site, id, revoked);
    for (const { kind, agent, narrowed } of steps) {
      if (kind === 'update' || kind === 'delete') this.onChanged?.(agent);
      if (narrowed) this.onNarrowed?.(agent);
    }
    for (const left of released) this.onReleased?.(site, left);
  }

  async #require(site: SiteId, email: string): Promise<AgentRecord> {
    const agent = await this.#store.agents.findByEmail(site, email);
    if (!agent) throw unknownAgent(email);
    return agent;
  }

  /** Undefined if the agent is not active by then, or `fits` does not hold any more. */
  async #issue(
    agent: AgentRecord,
    actor: string,
    expiresAt?: number,
    fits?: (now: AgentRecord) => boolean,
  ): Promise<IssuedToken | undefined> {
    const { record, issued } = newToken(agent, expiresAt);
    const entry = auditRecord(agent.site, actor, 'token.issued', agent.email, { token: record.id });
    const now = await this.#store.tokens.create(record, [entry], fits);
    return now && { ...issued, agent: publicAgent(now) };
  }

  #revoked(site: SiteId, agentId: AgentId, tokens: readonly TokenId[]): void {
    const now = Date.now();
    for (const [old, at] of this.#revokedTokens) {
      if (at > now - REVOKED_MS) break;
      this.#revokedTokens.delete(old);
    }
    for (const token of tokens) this.#revokedTokens.set(token, now);
    // The sockets first: the agent's page then tells that the token is gone, not merely that its call has ended.
    this.#outlet.dropTokens(tokens);
    this.onRevoked?.(site, agentId, tokens);
  }
}

/** What becomes of one agent. */
interface Step {
  /** Absent: the row stays as it is. */
  kind?: 'create' | 'update' | 'delete';
  /** As it is from then on. */
  agent: AgentRecord;
  /** All tokens and links go. */
  shutOut?: boolean;
  /** Works on, and may see fewer people. */
  narrowed?: boolean;
  entry?: AuditRecord;
}

function created(site: SiteId, agent: ListedAgent, passwordHash: string | undefined): Step {
  const { email, name, role = 'agent', teams = [], active } = agent;
  const id = newId<AgentId>('a');
  const record: AgentRecord = { id, site, email, name, role, active, teams, availability: 'online', passwordHash };
  return { kind: 'create', agent: record, entry: auditRecord(site, 'site', 'agent.created', email) };
}

function changed(old: AgentRecord, change: AgentChange, passwordHash?: string): Step {
  const agent: AgentRecord = {
    ...old,
    name: change.name ?? old.name,
    role: change.role ?? old.role,
    teams: change.teams ?? old.teams,
    active: change.active ?? old.active,
    passwordHash: passwordHash ?? old.passwordHash,
  };
  return {
    kind: 'update',
    agent,
    shutOut: !agent.active || passwordHash !== undefined || agent.role !== old.role,
    narrowed: agent.active && (agent.role !== old.role || old.teams.some((team) => !agent.teams.includes(team))),
    entry: auditRecord(old.site, 'site', 'agent.updated', old.email, { fields: Object.keys(change) }),
  };
}

const revocation = (site: SiteId, actor: string, { email }: Agent, tokens: readonly TokenId[]): AuditRecord =>
  auditRecord(site, actor, 'token.revoked', email, { tokens: [...tokens] });

export const unknownAgent = (email: string) => new CvError('NOT_FOUND', `The site has no agent ${email}.`);

const releasedEntry = (site: SiteId, { email, customers, conversations }: Released): AuditRecord =>
  auditRecord(site, 'site', 'agent.released', email, {
    customers: customers.length,
    conversations: conversations.length,
  });

function newToken(agent: AgentRecord, expiresAt: number | undefined): { record: TokenRecord; issued: IssuedToken } {
  const token = newSecret('cvu');
  const { id: agentId, site } = agent;
  const record = { id: newId<TokenId>('tk'), site, agentId, hash: hashSecret(token), createdAt: Date.now(), expiresAt };
  const end = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
  return { record, issued: { token, agent: publicAgent(agent), ...end } };
}

const byEmail = (agents: readonly AgentRecord[]) => new Map(agents.map((agent) => [agent.email, agent]));

/** What another system says otherwise. */
function differences(old: AgentRecord, wanted: ListedAgent, renewed: boolean): AgentChange {
  const { name, role = old.role, active, teams = old.teams, password } = wanted;
  return {
    ...(name === old.name ? {} : { name }),
    ...(role === old.role ? {} : { role }),
    ...(active === old.active ? {} : { active }),
    ...(isDeepStrictEqual(teams, old.teams) ? {} : { teams }),
    ...(renewed ? { password } : {}),
  };
}
