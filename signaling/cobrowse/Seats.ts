import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';

export interface Seat {
  agent: AgentCaller;
  /** Whether its coming is written down: until then it is a seat and no more. */
  admitted: boolean;
  /** Whether the page is connected; one that reloads keeps its seat. */
  connected: boolean;
  /** Whether it is sent frames. */
  fed: boolean;
}

/** The agents' pages that watch a session, or wait for the visitor's consent. */
export class Seats {
  readonly #seats = new Map<TabId, Seat>();

  /** The new seat; undefined if the page has one already. */
  take(agent: AgentCaller, admitted = false): Seat | undefined {
    const kept = this.#seats.get(agent.tab);
    if (kept) {
      Object.assign(kept, { agent, connected: true });
      return undefined;
    }
    const seat: Seat = { agent, admitted, connected: true, fed: false };
    this.#seats.set(agent.tab, seat);
    return seat;
  }

  has(agent: AgentCaller): boolean {
    return this.#seats.get(agent.tab)?.agent.agentId === agent.agentId;
  }

  /** The page is not connected any more. */
  vacate(tab: TabId): void {
    const seat = this.#seats.get(tab);
    if (seat) Object.assign(seat, { connected: false, fed: false });
  }

  /** Those that are here and were not sent frames yet; from now on they are. */
  feed(): TabId[] {
    const hungry = this.#here().filter(({ fed }) => !fed);
    for (const seat of hungry) seat.fed = true;
    return hungry.map(({ agent }) => agent.tab);
  }

  leave(tab: TabId): boolean {
    return this.#seats.delete(tab);
  }

  all(): AgentCaller[] {
    return [...this.#seats.values()].map(({ agent }) => agent);
  }

  /** Those that watch, or will with the visitor’s consent, and are connected now. */
  here(): AgentCaller[] {
    return this.#here().map(({ agent }) => agent);
  }

  /** Each agent once, however many pages. */
  get viewers(): CobrowseView['viewers'] {
    return [...new Map(this.here().map(({ email, name }) => [email, { email, name }])).values()];
  }

  #here(): Seat[] {
    return [...this.#seats.values()].filter(({ admitted, connected }) => admitted && connected);
  }
}
