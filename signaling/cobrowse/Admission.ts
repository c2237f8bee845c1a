import { CvError } from '#protocol/errors.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { maySee, type Visitor } from '#signaling/presence/Visitor.ts';
import type { AgentRecord, Store } from '#signaling/store/Store.ts';
import type { Placement } from './LiveCobrowse.ts';

export interface AdmissionOptions {
  store: Pick<Store, 'chat' | 'customers'>;
  presence: Pick<PresenceService, 'find'>;
  agentPresence: Pick<AgentPresence, 'online' | 'available' | 'has'>;
}

/** A visitor who is here, and whom they are for. */
export interface Admitted {
  visitor: Visitor;
  placement: Placement;
}

/** Which agents may see a visitor's page, and which one is the nearest. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Undefined for a visitor whom this agent may not see, as for one who is not there. */
  async find(agent: AgentCaller, visitorId: VisitorId): Promise<Admitted | undefined> {
    const { presence, agentPresence } = this.#options;
    const visitor = presence.find(agent.site, visitorId);
    const placement = visitor && (await this.placementOf(visitor));
    // A page that has gone meanwhile, or was sent away, must not watch as a ghost.
    if (!agentPresence.has(agent.site, agent.agentId, agent.tab)) {
      throw new CvError('UNAUTHENTICATED', 'This page is connected no more.');
    }
    return visitor && placement && maySee(agent, placement) ? { visitor, placement } : undefined;
  }

  /** Of people without a name only their row knows whom they are for. */
  async placementOf({ site, person, customerId }: Visitor): Promise<Placement> {
    if (person) return person;
    if (customerId === undefined) return {};
    return (await this.#options.store.customers.get(site, customerId)) ?? {};
  }

  /**
   * Whom a visitor shares with: the agent the person is assigned to, else the one of the conversation, else the least
   * busy one who has room, else anybody who is there; of those who may see the visitor.
   */
  async hostOf(visitor: Visitor): Promise<{ host: AgentRecord | undefined; placement: Placement }> {
    const { store, agentPresence } = this.#options;
    const { site, customerId } = visitor;
    const placement = await this.placementOf(visitor);
    const talk = customerId === undefined ? undefined : await store.chat.findByCustomer(site, customerId);
    const fits = ({ email, role, teams }: AgentRecord) => maySee({ email, agentRole: role, teams }, placement);
    const online = agentPresence.online(site).filter(fits);
    const named = (wanted: string | undefined) => online.find(({ email }) => email === wanted);
    const free = agentPresence.available(site).map(({ agent }) => agent);
    const host = named(placement.assignedUser) ?? named(talk?.assignee) ?? free.find(fits) ?? online[0];
    return { host, placement };
  }
}
