import type { SiteId, TabId } from '#protocol/ids.ts';
import type { AgentCaller } from './Caller.ts';

/** Changes within this time travel together, so that ten thousand visitors do not become as many messages. */
const FLUSH_MS = 100;

export interface WatchedListOptions<Id, View> {
  /** All that this agent may see, as of now. */
  list(agent: AgentCaller): View[];
  idOf(view: View): Id;
  /** Begins to look at what has changed; what it answers gives nothing for what is gone or not for this agent. */
  look(): (agent: AgentCaller, id: Id) => View | undefined;
  tell(tab: TabId, news: { changed: View[]; gone: Id[] }): void;
}

/** Live changes of a list for the agents who watch it. */
export class WatchedList<Id, View> {
  readonly #options: WatchedListOptions<Id, View>;
  /** Who watches, and what it was told of: nobody hears even the id of what it may not see. */
  readonly #watchers = new Map<TabId, { agent: AgentCaller; shown: Set<Id> }>();
  readonly #dirty = new Map<SiteId, Set<Id>>();
  /** Where what agents may see has just changed. */
  readonly #unchecked = new Set<SiteId>();
  #flush: NodeJS.Timeout | undefined;

  constructor(options: WatchedListOptions<Id, View>) {
    this.#options = options;
  }

  /** Answers the list as of now; what follows are changes to it. */
  watch(agent: AgentCaller): View[] {
    const views = this.#options.list(agent);
    this.#watchers.set(agent.tab, { agent, shown: new Set(views.map(this.#options.idOf)) });
    return views;
  }

  unwatch(agent: AgentCaller): void {
    this.#watchers.delete(agent.tab);
  }

  /**
   * What agents of this site may see has changed: who watches is told what is on the list now, and what no more. Of
   * many who change at once each list is looked through once.
   */
  protected recheck(site: SiteId): void {
    if (this.#unchecked.has(site)) return;
    this.#unchecked.add(site);
    queueMicrotask(() => {
      this.#unchecked.delete(site);
      this.#recheck(site);
    });
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#flush);
    this.#watchers.clear();
    this.#dirty.clear();
  }

  protected changed(site: SiteId, id: Id): void {
    if (this.#watchers.size === 0) return;
    this.#dirty.set(site, (this.#dirty.get(site) ?? new Set()).add(id));
    this.#flush ??= setTimeout(() => this.#tell(), FLUSH_MS);
  }

  #recheck(site: SiteId): void {
    for (const watcher of this.#watchers.values()) {
      const { agent, shown } = watcher;
      if (agent.site !== site) continue;
      const views = this.#options.list(agent);
      watcher.shown = new Set(views.map(this.#options.idOf));
      const changed = views.filter((view) => !shown.has(this.#options.idOf(view)));
      const gone = [...shown].filter((id) => !watcher.shown.has(id));
      if (changed.length > 0 || gone.length > 0) this.#options.tell(agent.tab, { changed, gone });
    }
  }

  #tell(): void {
    this.#flush = undefined;
    const viewFor = this.#options.look();
    for (const { agent, shown } of this.#watchers.values()) {
      const changed: View[] = [];
      const gone: Id[] = [];
      for (const id of this.#dirty.get(agent.site) ?? []) {
        const view = viewFor(agent, id);
        if (view) {
          shown.add(id);
          changed.push(view);
        } else if (shown.delete(id)) gone.push(id);
      }
      if (changed.length > 0 || gone.length > 0) this.#options.tell(agent.tab, { changed, gone });
    }
    this.#dirty.clear();
  }
}
