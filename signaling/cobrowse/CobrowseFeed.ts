import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId, SiteId, TabId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { CobrowseService } from './CobrowseService.ts';
import type { LiveCobrowse } from './LiveCobrowse.ts';

/** Changes within this time travel together. */
const FLUSH_MS = 100;

/** Live changes of the list of sessions for the agents who watch it. */
export class CobrowseFeed {
  readonly #cobrowses: CobrowseService;
  readonly #outlet: Pick<Outlet, 'toAgentTab'>;
  /** Who watches, and which sessions it was told of: nobody hears even the id of one it may not see. */
  readonly #watchers = new Map<TabId, { agent: AgentCaller; shown: Set<CobrowseId> }>();
  readonly #dirty = new Map<SiteId, Set<CobrowseId>>();
  #flush: NodeJS.Timeout | undefined;

  constructor(cobrowses: CobrowseService, outlet: Pick<Outlet, 'toAgentTab'>) {
    this.#cobrowses = cobrowses;
    this.#outlet = outlet;
    cobrowses.sessions.on('changed', ({ terms: { site, id } }) => this.#changed(site, id));
  }

  /** Answers the list as of now; what follows are changes to it. */
  watch(agent: AgentCaller): CobrowseView[] {
    const sessions = this.#cobrowses.list(agent);
    this.#watchers.set(agent.tab, { agent, shown: new Set(sessions.map(({ id }) => id)) });
    return sessions;
  }

  unwatch(agent: AgentCaller): void {
    this.#watchers.delete(agent.tab);
  }

  close(): void {
    clearTimeout(this.#flush);
    this.#watchers.clear();
    this.#dirty.clear();
  }

  #changed(site: SiteId, id: CobrowseId): void {
    if (this.#watchers.size === 0) return;
    this.#dirty.set(site, (this.#dirty.get(site) ?? new Set()).add(id));
    this.#flush ??= setTimeout(() => this.#tell(), FLUSH_MS);
  }

  #tell(): void {
    this.#flush = undefined;
    const news = this.#news();
    for (const { agent, shown } of this.#watchers.values()) {
      const changed: CobrowseView[] = [];
      const gone: CobrowseId[] = [];
      for (const { id, session, view } of news.get(agent.site) ?? []) {
        if (session && view && this.#cobrowses.sees(agent, session)) {
          shown.add(id);
          changed.push(view);
        } else if (shown.delete(id)) gone.push(id);
      }
      if (changed.length > 0 || gone.length > 0) {
        this.#outlet.toAgentTab(agent.tab, 'cobrowse.sessions', { changed, gone });
      }
    }
  }

  /** What changed since the last time, seen once for all who watch. */
  #news(): Map<SiteId, News[]> {
    const { sessions } = this.#cobrowses;
    const news = [...this.#dirty].map(([site, ids]): [SiteId, News[]] => {
      const look = (id: CobrowseId): News => {
        const session = sessions.get(site, id);
        return { id, session, view: session && sessions.viewOf(session) };
      };
      return [site, [...ids].map(look)];
    });
    this.#dirty.clear();
    return new Map(news);
  }
}

interface News {
  readonly id: CobrowseId;
  /** Undefined if it has ended. */
  readonly session: LiveCobrowse | undefined;
  readonly view: CobrowseView | undefined;
}
