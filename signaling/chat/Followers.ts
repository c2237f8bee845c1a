import type { ConversationId, SiteId, TabId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { Place } from './Places.ts';

interface Follower {
  readonly agent: AgentCaller;
  place: Place;
}

/** Which agents' pages have which conversations open; none keeps one that its agent may no longer see. */
export class Followers {
  readonly #outlet: Pick<Outlet, 'follow' | 'toAgentTab'>;
  readonly #open = new Map<ConversationId, Map<TabId, Follower>>();
  readonly #ofTabs = new Map<TabId, Set<ConversationId>>();

  constructor(outlet: Pick<Outlet, 'follow' | 'toAgentTab'>) {
    this.#outlet = outlet;
  }

  add(agent: AgentCaller, place: Place): void {
    const followers = this.#open.get(place.id) ?? new Map<TabId, Follower>();
    this.#open.set(place.id, followers.set(agent.tab, { agent, place }));
    const opened = this.#ofTabs.get(agent.tab) ?? new Set<ConversationId>();
    this.#ofTabs.set(agent.tab, opened.add(place.id));
    this.#outlet.follow(agent.tab, place.id, true);
  }

  remove(tab: TabId, id: ConversationId): void {
    const followers = this.#open.get(id);
    if (!followers?.delete(tab)) return;
    if (followers.size === 0) this.#open.delete(id);
    const opened = this.#ofTabs.get(tab);
    opened?.delete(id);
    if (opened?.size === 0) this.#ofTabs.delete(tab);
    this.#outlet.follow(tab, id, false);
  }

  /** The page is gone, or has begun anew. */
  leave(tab: TabId): void {
    for (const id of [...(this.#ofTabs.get(tab) ?? [])]) this.remove(tab, id);
  }

  of(id: ConversationId): AgentCaller[] {
    return [...(this.#open.get(id)?.values() ?? [])].map(({ agent }) => agent);
  }

  /** Whom the person is for has changed. */
  placed(place: Place): void {
    for (const follower of [...(this.#open.get(place.id)?.values() ?? [])]) {
      follower.place = place;
      this.#check(follower);
    }
  }

  /** What agents of a site may see has changed: their teams. */
  check(site: SiteId): void {
    for (const followers of [...this.#open.values()]) {
      for (const follower of [...followers.values()]) if (follower.place.site === site) this.#check(follower);
    }
  }

  /** The conversation is no more, or no more for them. */
  end(id: ConversationId, agents: readonly AgentCaller[] = this.of(id)): void {
    for (const { tab } of agents) {
      this.remove(tab, id);
      this.#outlet.toAgentTab(tab, 'conversation.changed', { changed: [], gone: [id] });
    }
  }

  #check({ agent, place }: Follower): void {
    if (!maySee(agent, place)) this.end(place.id, [agent]);
  }
}
