import { EventEmitter } from 'node:events';
import type { AgentStatus } from '#protocol/identity.ts';
import type { AgentId, SiteId, TabId } from '#protocol/ids.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';

/** How long an agent without a connected page counts as there: a reload must not close the shop. */
const GRACE_MS = 6_000;
/** Longer than any handshake takes. */
const CHANGED_MS = 10 * 60_000;

interface PresentAgent {
  agent: AgentRecord;
  readonly tabs: Set<TabId>;
  /** Runs while there is no page. */
  leaving?: NodeJS.Timeout | undefined;
}

export interface AvailableAgent {
  agent: AgentRecord;
  openChats: number;
}

interface AgentPresenceEvents {
  /** Who is there, who takes chats, or how many chats somebody has. */
  changed: [site: SiteId];
  /** An agent who is there has other teams, and so may see others. A change of role ends an agent's sockets. */
  teams: [site: SiteId];
}

/** Which agents are there now and have room for a chat. In memory: it comes back with the sockets. */
export class AgentPresence extends EventEmitter<AgentPresenceEvents> {
  readonly #sites = new Map<SiteId, Map<AgentId, PresentAgent>>();
  /** Of those who are not there, and when, oldest first: a page may be on its way in with what was read before. */
  readonly #changed = new Map<AgentId, { agent: AgentRecord; at: number }>();
  readonly #openChats = new Map<SiteId, ReadonlyMap<string, number>>();
  readonly #maxChats: (site: SiteId) => number | null;
  readonly #graceMs: number;

  constructor({ maxChats, graceMs = GRACE_MS }: { maxChats(site: SiteId): number | null; graceMs?: number }) {
    super();
    this.#maxChats = maxChats;
    this.#graceMs = graceMs;
  }

  /** A page of the agent is connected. */
  arrive(agent: AgentRecord, tab: TabId): void {
    const agents = this.#sites.get(agent.site) ?? new Map<AgentId, PresentAgent>();
    this.#sites.set(agent.site, agents);
    this.#forget(Date.now());
    // What `update` has told is later than what was read for this page.
    const present = agents.get(agent.id) ?? { agent: this.#changed.get(agent.id)?.agent ?? agent, tabs: new Set() };
    this.#changed.delete(agent.id);
    agents.set(agent.id, present);
    clearTimeout(present.leaving);
    present.leaving = undefined;
    present.tabs.add(tab);
    this.emit('changed', agent.site);
  }

  /** A page is gone, and no other socket has taken it over. */
  depart(site: SiteId, agentId: AgentId, tab: TabId): void {
    const present = this.#sites.get(site)?.get(agentId);
    if (!present?.tabs.delete(tab) || present.tabs.size > 0) return;
    present.leaving = setTimeout(() => this.#gone(site, agentId), this.#graceMs);
  }

  /** The agent's row has changed; who is not active any more is gone at once. */
  update(agent: AgentRecord): void {
    const present = this.#sites.get(agent.site)?.get(agent.id);
    if (!present) {
      this.#remember(agent, Date.now());
      return;
    }
    const { teams } = present.agent;
    present.agent = agent;
    if (agent.teams.join('\n') !== teams.join('\n')) this.emit('teams', agent.site);
    if (agent.active) this.emit('changed', agent.site);
    else this.#gone(agent.site, agent.id);
  }

  /** By email, the chats that are not DONE. */
  setOpenChats(site: SiteId, counts: ReadonlyMap<string, number>): void {
    const former = this.#openChats.get(site);
    const same = former?.size === counts.size && [...counts].every(([email, count]) => former.get(email) === count);
    if (same) return;
    this.#openChats.set(site, new Map(counts));
    this.emit('changed', site);
  }

  /** Connected, and not away. */
  online(site: SiteId): readonly AgentRecord[] {
    const agents = [...(this.#sites.get(site)?.values() ?? [])].map(({ agent }) => agent);
    return agents.filter(({ availability }) => availability === 'online');
  }

  /** Online with room for one more chat, those with the least chats first. */
  available(site: SiteId, team?: string): readonly AvailableAgent[] {
    const limit = this.#maxChats(site) ?? Number.POSITIVE_INFINITY;
    return this.online(site)
      .filter(({ teams }) => team === undefined || teams.includes(team))
      .map((agent) => ({ agent, openChats: this.openChatsOf(site, agent.email) }))
      .filter(({ openChats }) => openChats < limit)
      .sort((a, b) => a.openChats - b.openChats);
  }

  state(site: SiteId): { online: boolean; available: boolean } {
    return { online: this.online(site).length > 0, available: this.available(site).length > 0 };
  }

  statusOf(agent: AgentRecord): AgentStatus['state'] {
    const present = this.#sites.get(agent.site)?.get(agent.id);
    return present ? present.agent.availability : 'offline';
  }

  /** Whether this page of the agent is connected now. */
  has(site: SiteId, agentId: AgentId, tab: TabId): boolean {
    return this.#sites.get(site)?.get(agentId)?.tabs.has(tab) ?? false;
  }

  openChatsOf(site: SiteId, email: string): number {
    return this.#openChats.get(site)?.get(email) ?? 0;
  }

  /** As of now, of an agent who is there. */
  teamsOf(site: SiteId, agentId: AgentId): readonly string[] | undefined {
    return this.#sites.get(site)?.get(agentId)?.agent.teams;
  }

  /** The same of the name. */
  nameOf(site: SiteId, agentId: AgentId): string | undefined {
    return this.#sites.get(site)?.get(agentId)?.agent.name;
  }

  /** Idempotent. */
  close(): void {
    for (const agents of this.#sites.values()) for (const { leaving } of agents.values()) clearTimeout(leaving);
    this.#sites.clear();
    this.#openChats.clear();
    this.removeAllListeners();
  }

  #remember(agent: AgentRecord, now: number): void {
    this.#forget(now);
    this.#changed.delete(agent.id);
    this.#changed.set(agent.id, { agent, at: now });
  }

  /** Another process may have changed them since. */
  #forget(now: number): void {
    for (const [id, { at }] of this.#changed) {
      if (at > now - CHANGED_MS) break;
      this.#changed.delete(id);
    }
  }

  #gone(site: SiteId, agentId: AgentId): void {
    const agents = this.#sites.get(site);
    clearTimeout(agents?.get(agentId)?.leaving);
    agents?.delete(agentId);
    this.emit('changed', site);
  }
}
