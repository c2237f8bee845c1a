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
  agentPresence: Pick<AgentPresence, 'online' | 'available'>;
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

  /** NOT_FOUND for a visitor whom this agent may not see, as for one who is not there. */
  async require(agent: AgentCaller, visitorId: VisitorId): Promise<Admitted> {
    const visitor = this.#options.presence.find(agent.site, visitorId);
    const placement = visitor && (await this.placementOf(visitor));
    if (!visitor || !placement || !maySee(agent, placement)) {
      throw new CvError('NOT_FOUND', 'No such visitor is on the site now.');
    }
    return { visitor, placement };
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
