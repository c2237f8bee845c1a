import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SiteId } from '#protocol/ids.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { ChatStore, ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { ChangeTimes } from './ChangeTimes.ts';
import { isOpen } from './policy.ts';

/** On a site where chats change at every look, the next count will do. */
const MOST_COUNTS = 5;

/** How many chats that are not done each agent has. */
export class OpenChats {
  readonly #store: Pick<ChatStore, 'openChats'>;
  readonly #presence: Pick<AgentPresence, 'setOpenChats'>;
  readonly #times: Pick<ChangeTimes, 'standing'>;
  readonly #sites = new Map<SiteId, Map<string, number>>();
  readonly #changes = new Map<SiteId, number>();

  constructor(
    store: Pick<ChatStore, 'openChats'>,
    presence: Pick<AgentPresence, 'setOpenChats'>,
    times: Pick<ChangeTimes, 'standing'>,
  ) {
    this.#store = store;
    this.#presence = presence;
    this.#times = times;
  }

  /**
   * Counts anew: at the start, and where conversations went without a change of their own. Once more where one changes
   * meanwhile: nobody knows whether it was counted.
   */
  async count(site: SiteId): Promise<void> {
    let counts: Map<string, number>;
    let before: number | undefined;
    let left = MOST_COUNTS;
    do {
      before = this.#changes.get(site);
      counts = await this.#store.openChats(site);
      // What was kept by then is told.
      await this.#times.standing().ended();
      await nextTurn();
    } while (this.#changes.get(site) !== before && --left > 0);
    this.#sites.set(site, counts);
    this.#presence.setOpenChats(site, counts);
  }

  changed(after: ConversationRecord, before: ConversationRecord): void {
    const [was, is] = [holder(before), holder(after)];
    if (was === is) return;
    this.#changes.set(after.site, (this.#changes.get(after.site) ?? 0) + 1);
    const counts = this.#sites.get(after.site) ?? new Map<string, number>();
    this.#sites.set(after.site, counts);
    if (was !== undefined) add(counts, was, -1);
    if (is !== undefined) add(counts, is, 1);
    this.#presence.setOpenChats(after.site, counts);
  }
}

const holder = (conversation: ConversationRecord): string | undefined =>
  isOpen(conversation) ? conversation.assignee : undefined;

function add(counts: Map<string, number>, email: string, more: number): void {
  const count = (counts.get(email) ?? 0) + more;
  if (count > 0) counts.set(email, count);
  else counts.delete(email);
}
