import type { ConversationId } from '#protocol/ids.ts';
import type { Merge } from '#signaling/store/Store.ts';

/** Pages that still know the old id come back within minutes; who holds it longer is led on by the store's aliases. */
const MAX_KEPT = 10_000;

/** What conversations have just been merged into, so that what is on its way to their old ids arrives. */
export class Merges {
  readonly #to = new Map<ConversationId, ConversationId>();

  add({ from, to }: Merge): void {
    this.#to.delete(to);
    this.#to.set(from, to);
    for (const oldest of this.#to.keys()) {
      if (this.#to.size <= MAX_KEPT) break;
      this.#to.delete(oldest);
    }
  }

  /** What the conversation is by now; itself if nothing is known. */
  follow(id: ConversationId): ConversationId {
    let current = id;
    for (let next = this.#to.get(id); next !== undefined; next = this.#to.get(next)) current = next;
    return current;
  }
}
