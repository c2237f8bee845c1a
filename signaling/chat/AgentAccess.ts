import { CvError } from '#protocol/errors.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { maySee, type Viewer } from '#signaling/presence/Visitor.ts';
import type { CustomerRecord, Merge, Store } from '#signaling/store/Store.ts';
import { Followers } from './Followers.ts';
import type { Merges } from './Merges.ts';
import { type Place, Places } from './Places.ts';

export interface AgentAccessOptions {
  store: Pick<Store, 'chat' | 'customers'>;
  merges: Pick<Merges, 'follow'>;
  outlet: Pick<Outlet, 'follow' | 'toAgentTab' | 'toConversation'>;
  /** What it knew of conversations of this site is so no longer. */
  changed?: ((site: SiteId) => void) | undefined;
}

/** Which conversations agents may see, and which they have open. */
export class AgentAccess {
  readonly #merges: Pick<Merges, 'follow'>;
  readonly #outlet: AgentAccessOptions['outlet'];
  readonly #places: Places;
  readonly #followers: Followers;
  readonly #changed: (site: SiteId) => void;

  constructor({ store, merges, outlet, changed = () => {} }: AgentAccessOptions) {
    this.#merges = merges;
    this.#outlet = outlet;
    this.#places = new Places(store);
    this.#followers = new Followers(outlet);
    this.#changed = changed;
  }

  /** Where it is by now; NOT_FOUND for one that the viewer may not see, as if it did not exist. */
  async require(site: SiteId, viewer: Viewer | undefined, id: ConversationId): Promise<Place> {
    const place = await this.#places.find(site, this.#merges.follow(id));
    if (!place || (viewer && !maySee(viewer, place))) throw unknownConversation(id);
    return place;
  }

  /** Its messages are told to this page from now on. */
  async open(agent: AgentCaller, id: ConversationId): Promise<Place> {
    const place = await this.require(agent.site, agent, id);
    this.#followers.add(agent, place);
    return place;
  }

  close(agent: AgentCaller, id: ConversationId): void {
    this.#followers.remove(agent.tab, id);
    this.#followers.remove(agent.tab, this.#merges.follow(id));
  }

  leave(agent: AgentCaller): void {
    this.#followers.leave(agent.tab);
  }

  /** What is known of a person is no longer so. */
  forget(site: SiteId, customerId: CustomerId): void {
    this.#places.forgetPerson(customerId);
    this.#changed(site);
  }

  /** Who may no longer see the conversation loses it at once. */
  personChanged({ customerId, site, assignedUser, team }: CustomerRecord, id: ConversationId): void {
    this.#places.forget(id);
    this.#changed(site);
    this.#followers.placed({ id, site, customerId, assignedUser, team });
  }

  teamsChanged(site: SiteId): void {
    this.#followers.check(site);
  }

  /** Who had the one open is told of the other, and has it open if its agent may see it. */
  async merged(site: SiteId, { from, to }: Merge): Promise<void> {
    this.#places.forget(from);
    this.#places.forget(to);
    this.#changed(site);
    const agents = this.#followers.of(from);
    if (agents.length === 0) return;
    const place = await this.#places.find(site, this.#merges.follow(to));
    const allowed = agents.filter((agent) => place && maySee(agent, place));
    for (const agent of allowed) {
      if (place) this.#followers.add(agent, place);
      this.#followers.remove(agent.tab, from);
      this.#outlet.toAgentTab(agent.tab, 'conversation.moved', { from, to: place?.id ?? to });
    }
    this.#followers.end(from);
  }

  erased(site: SiteId, id: ConversationId): void {
    this.#places.forget(id);
    this.#changed(site);
    this.#followers.end(id);
  }
}

export const unknownConversation = (id: ConversationId) => new CvError('NOT_FOUND', `There is no conversation ${id}.`);
