import type { SiteId } from '#protocol/ids.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { ChatStore, ConversationRecord } from '#signaling/store/ChatStore.ts';
import { isOpen } from './policy.ts';

/** How many chats that are not done each agent has. */
export class OpenChats {
  readonly #store: Pick<ChatStore, 'openChats'>;
  readonly #presence: Pick<AgentPresence, 'setOpenChats'>;
  readonly #sites = new Map<SiteId, Map<string, number>>();

  constructor(store: Pick<ChatStore, 'openChats'>, presence: Pick<AgentPresence, 'setOpenChats'>) {
    this.#store = store;
    this.#presence = presence;
  }

  /** Counts anew: at the start, and where conversations went without a change of their own. */
  async count(site: SiteId): Promise<void> {
    const counts = await this.#store.openChats(site);
    this.#sites.set(site, counts);
    this.#presence.setOpenChats(site, counts);
  }

  changed(after: ConversationRecord, before: ConversationRecord): void {
    const [was, is] = [holder(before), holder(after)];
    if (was === is) return;
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
