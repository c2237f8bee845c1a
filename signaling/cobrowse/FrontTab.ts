import type { TabId } from '#protocol/ids.ts';
import type { Tab } from '#signaling/presence/Visitor.ts';

/** Which of a visitor's tabs is the one to show: the last that came to the front, also while it is loading anew. */
export class FrontTab {
  #active: ReadonlySet<TabId> = new Set();
  #front: TabId | undefined;

  get id(): TabId | undefined {
    return this.#front;
  }

  /** The tabs as they are now, those that came last at the end. */
  update(tabs: readonly Tab[]): Tab | undefined {
    const active = tabs.filter(({ state }) => state === 'active');
    const risen = active.findLast(({ id }) => !this.#active.has(id));
    const kept = tabs.find(({ id }) => id === this.#front);
    // Behind another window no tab is in front: it goes on with the one it has.
    const front =
      risen ?? (kept?.state === 'active' ? kept : (active.at(-1) ?? kept ?? connected(tabs) ?? tabs.at(-1)));
    this.#active = new Set(active.map(({ id }) => id));
    this.#front = front?.id;
    return front;
  }
}

const connected = (tabs: readonly Tab[]) => tabs.findLast(({ socketId }) => socketId !== undefined);
