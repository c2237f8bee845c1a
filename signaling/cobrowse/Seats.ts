import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';

interface Seat {
  agent: AgentCaller;
  /** Whether the page is connected; one that reloads keeps its seat. */
  here: boolean;
  /** Whether it is sent frames. */
  fed: boolean;
}

/** The agents' pages that watch a session, or wait for the visitor's consent. */
export class Seats {
  readonly #seats = new Map<TabId, Seat>();

  /** False if the page has a seat already. */
  take(agent: AgentCaller): boolean {
    const seat = this.#seats.get(agent.tab);
    this.#seats.set(agent.tab, { agent, here: true, fed: seat?.fed ?? false });
    return seat === undefined;
  }

  has(agent: AgentCaller): boolean {
    return this.#seats.get(agent.tab)?.agent.agentId === agent.agentId;
  }

  /** The page is not connected any more. */
  vacate(tab: TabId): void {
    const seat = this.#seats.get(tab);
    if (seat) Object.assign(seat, { here: false, fed: false });
  }

  /** Those that are here and were not sent frames yet; from now on they are. */
  feed(): TabId[] {
    const hungry = [...this.#seats.values()].filter(({ here, fed }) => here && !fed);
    for (const seat of hungry) seat.fed = true;
    return hungry.map(({ agent }) => agent.tab);
  }

  leave(tab: TabId): boolean {
    return this.#seats.delete(tab);
  }

  all(): AgentCaller[] {
    return [...this.#seats.values()].map(({ agent }) => agent);
  }

  here(): AgentCaller[] {
    return [...this.#seats.values()].filter(({ here }) => here).map(({ agent }) => agent);
  }

  /** Each agent once, however many pages. */
  get viewers(): CobrowseView['viewers'] {
    return [...new Map(this.here().map(({ email, name }) => [email, { email, name }])).values()];
  }
}
