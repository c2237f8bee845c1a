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
  merges: Pick<Merges, 'add' | 'follow'>;
  outlet: Pick<Outlet, 'follow' | 'toAgentTab' | 'toConversation'>;
}

/** Which conversations agents may see, and which they have open. */
export class AgentAccess {
  readonly #merges: Pick<Merges, 'follow'>;
  readonly #outlet: AgentAccessOptions['outlet'];
  readonly #places: Places;
  readonly #followers: Followers;

  constructor({ store, merges, outlet }: AgentAccessOptions) {
    this.#merges = merges;
    this.#outlet = outlet;
    this.#places = new Places(store, merges);
    this.#followers = new Followers(outlet);
  }

  /** Where it is by now; NOT_FOUND for one that the viewer may not see, as if it did not exist. */
  async require(site: SiteId, viewer: Viewer | undefined, id: ConversationId): Promise<Place> {
    const place = await this.#places.find(site, id);
    if (!place || (viewer && !maySee(viewer, place))) throw unknownConversation(id);
    return place;
  }

  /**
   * `work` is done where it is by now, and once more where it turns out to have gone over into another one at this very
   * moment: undefined says that it is not there. NOT_FOUND if it is nowhere.
   */
  async at<T>(
    site: SiteId,
    viewer: Viewer | undefined,
    id: ConversationId,
    work: (place: Place) => Promise<T | undefined>,
  ): Promise<T> {
    const place = await this.require(site, viewer, id);
    const done = await work(place);
    if (done !== undefined) return done;
    this.#places.forget(place.id);
    const heir = await this.require(site, viewer, place.id);
    const again = heir.id === place.id ? undefined : await work(heir);
    if (again === undefined) throw unknownConversation(id);
    return again;
  }

  /** Its messages are told to this page from now on. */
  open(agent: AgentCaller, place: Place): void {
    this.#followers.add(agent, place);
  }

  close(agent: AgentCaller, id: ConversationId): void {
    this.#followers.remove(agent.tab, id);
    this.#followers.remove(agent.tab, this.#merges.follow(id));
  }

  leave(agent: AgentCaller): void {
    this.#followers.leave(agent.tab);
  }

  /** Some page has it open. */
  isOpened(id: ConversationId): boolean {
    return this.#followers.of(id).length > 0;
  }

  /** What is known of a person is no longer so. */
  forget(customerId: CustomerId): void {
    this.#places.forgetPerson(customerId);
  }

  /** Who may no longer see the conversation loses it at once. */
  personChanged({ customerId, site, assignedUser, team }: CustomerRecord, id: ConversationId): void {
    this.#places.forget(id);
    this.#followers.placed({ id, site, customerId, assignedUser, team });
  }

  teamsChanged(site: SiteId): void {
    this.#followers.check(site);
  }

  /** Who had the one open is told of the other, and has it open if its agent may see it. */
  async merged(site: SiteId, { from, to }: Merge): Promise<void> {
    this.#places.forget(from);
    this.#places.forget(to);
    const agents = this.#followers.of(from);
    if (agents.length === 0) return;
    const place = await this.#places.find(site, to);
    const allowed = agents.filter((agent) => place && maySee(agent, place));
    for (const agent of allowed) {
      if (place) this.#followers.add(agent, place);
      this.#followers.remove(agent.tab, from);
      this.#outlet.toAgentTab(agent.tab, 'conversation.moved', { from, to: place?.id ?? to });
    }
    this.#followers.end(from);
  }

  erased(id: ConversationId): void {
    this.#places.forget(id);
    this.#followers.end(id);
  }
}

export const unknownConversation = (id: ConversationId) => new CvError('NOT_FOUND', `There is no conversation ${id}.`);
