import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { Store } from '#signaling/store/Store.ts';
import type { Merges } from './Merges.ts';

/** Whose a conversation is, and for whom that person is. */
export interface Place {
  readonly id: ConversationId;
  readonly site: SiteId;
  readonly customerId: CustomerId;
  readonly assignedUser?: string | undefined;
  readonly team?: string | undefined;
}

const MAX_KEPT = 20_000;

/** Places of conversations that agents work with, so that not every request asks the database who may see them. */
export class Places {
  readonly #store: Pick<Store, 'chat' | 'customers'>;
  readonly #merges: Pick<Merges, 'add' | 'follow'>;
  readonly #places = new Map<ConversationId, Place>();
  readonly #ofCustomers = new Map<CustomerId, ConversationId>();
  /** Moves when something is forgotten: what was read before then may be out of date and is not kept. */
  #epoch = 0;

  constructor(store: Pick<Store, 'chat' | 'customers'>, merges: Pick<Merges, 'add' | 'follow'>) {
    this.#store = store;
    this.#merges = merges;
  }

  /** By its id, or that of one which ended in it. */
  async find(site: SiteId, asked: ConversationId): Promise<Place | undefined> {
    const id = this.#merges.follow(asked);
    const known = this.#places.get(id);
    if (known) return known.site === site ? known : undefined;
    for (;;) {
      const epoch = this.#epoch;
      const conversation = await this.#conversation(site, id);
      const customer = conversation && (await this.#store.customers.get(site, conversation.customerId));
      if (!customer) return undefined;
      const { customerId, assignedUser, team } = customer;
      const place: Place = { id: conversation.id, site, customerId, assignedUser, team };
      if (epoch === this.#epoch) {
        this.#keep(place);
        if (place.id !== id) this.#merges.add({ from: id, to: place.id });
        return place;
      }
      // Somebody else's change, most likely; this place is right unless it was this person's.
      const now = await this.#store.customers.get(site, customerId);
      if (now?.assignedUser === assignedUser && now?.team === team) return place;
    }
  }

  async #conversation(site: SiteId, id: ConversationId): Promise<ConversationRecord | undefined> {
    const { chat, customers } = this.#store;
    const found = await chat.get(site, id);
    if (found) return found;
    const heir = await customers.heirOf(site, id);
    return heir && chat.findByCustomer(site, heir);
  }

  forgetPerson(customerId: CustomerId): void {
    const id = this.#ofCustomers.get(customerId);
    this.#epoch++;
    if (id !== undefined) this.forget(id);
  }

  forget(id: ConversationId): void {
    this.#epoch++;
    const place = this.#places.get(id);
    this.#places.delete(id);
    if (place) this.#ofCustomers.delete(place.customerId);
  }

  #keep(place: Place): void {
    this.#places.set(place.id, place);
    this.#ofCustomers.set(place.customerId, place.id);
    for (const [id, { customerId }] of this.#places) {
      if (this.#places.size <= MAX_KEPT) break;
      this.#places.delete(id);
      this.#ofCustomers.delete(customerId);
    }
  }
}
