import type { SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from './PresenceService.ts';
import { activeUser, maySee, type Visitor } from './Visitor.ts';

/** Changes within this time travel together, so that ten thousand visitors do not become as many messages. */
const FLUSH_MS = 100;

/** Live changes for the agents who watch. */
export class PresenceFeed {
  readonly #presence: PresenceService;
  readonly #outlet: Pick<Outlet, 'toAgentTab'>;
  /** Who watches, and which visitors it was told of: nobody hears even the id of one it may not see. */
  readonly #watchers = new Map<TabId, { agent: AgentCaller; shown: Set<VisitorId> }>();
  readonly #dirty = new Map<SiteId, Set<VisitorId>>();
  #flush: NodeJS.Timeout | undefined;

  constructor(presence: PresenceService, outlet: Pick<Outlet, 'toAgentTab'>) {
    this.#presence = presence;
    this.#outlet = outlet;
    presence.on('changed', (visitor) => this.#changed(visitor));
  }

  /** Answers the list as of now; what follows are changes to it. */
  watch(agent: AgentCaller): ActiveUser[] {
    const users = this.#presence.list(agent.site, agent);
    this.#watchers.set(agent.tab, { agent, shown: new Set(users.map((user) => user.visitorId)) });
    return users;
  }

  unwatch(agent: AgentCaller): void {
    this.#watchers.delete(agent.tab);
  }

  close(): void {
    clearTimeout(this.#flush);
    this.#watchers.clear();
    this.#dirty.clear();
  }

  #changed(visitor: Visitor): void {
    if (this.#watchers.size === 0) return;
    const dirty = this.#dirty.get(visitor.site) ?? new Set();
    this.#dirty.set(visitor.site, dirty.add(visitor.id));
    this.#flush ??= setTimeout(() => this.#tell(), FLUSH_MS);
  }

  #tell(): void {
    this.#flush = undefined;
    // Made once, whoever is told of it.
    const views = new Map<VisitorId, ActiveUser | undefined>();
    for (const { agent, shown } of this.#watchers.values()) {
      const dirty = this.#dirty.get(agent.site);
      if (!dirty) continue;
      const changed: ActiveUser[] = [];
      const gone: VisitorId[] = [];
      for (const id of dirty) {
        const visitor = this.#presence.find(agent.site, id);
        const visible = visitor?.person !== undefined && maySee(agent, visitor.person);
        if (visible && !views.has(id)) views.set(id, activeUser(visitor));
        const user = visible ? views.get(id) : undefined;
        if (user) {
          shown.add(id);
          changed.push(user);
        } else if (shown.delete(id)) gone.push(id);
      }
      if (changed.length > 0 || gone.length > 0) {
        this.#outlet.toAgentTab(agent.tab, 'presence.changed', { changed, gone });
      }
    }
    this.#dirty.clear();
  }
}
