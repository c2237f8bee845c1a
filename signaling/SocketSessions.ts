import { createHash } from 'node:crypto';
import type { VisitorChat } from '#protocol/chat.ts';
import { CvError } from '#protocol/errors.ts';
import type { Handshake } from '#protocol/identity.ts';
import { type CallId, TabId } from '#protocol/ids.ts';
import type { PageInfo } from '#protocol/presence.ts';
import type { CallService } from '#signaling/calling/CallService.ts';
import type { Chat } from '#signaling/chat/createChat.ts';
import type { Cobrowsing } from '#signaling/cobrowse/createCobrowsing.ts';
import type { AgentCaller, Caller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { Sessions, Welcome } from '#signaling/gateway/Sessions.ts';
import type { AgentService } from '#signaling/identity/AgentService.ts';
import { publicAgent } from '#signaling/identity/agentView.ts';
import { publicPerson } from '#signaling/identity/person.ts';
import type { VisitorService } from '#signaling/identity/VisitorService.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { PresenceFeed } from '#signaling/presence/PresenceFeed.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { SiteStates } from '#signaling/rules/SiteStates.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { AgentRecord, CustomerRecord } from '#signaling/store/Store.ts';

type Session =
  | {
      role: 'visitor';
      token: string;
      customer: CustomerRecord | undefined;
      chat: VisitorChat | undefined;
      page: PageInfo;
      sharing: CallId | undefined;
    }
  | { role: 'agent'; agent: AgentRecord; expiresAt: number | undefined };

export interface SocketSessionsOptions {
  sites: SiteDirectory;
  visitors: VisitorService;
  agents: AgentService;
  presence: PresenceService;
  agentPresence: AgentPresence;
  feed: PresenceFeed;
  calls: CallService;
  cobrowsing: Pick<Cobrowsing, 'cobrowses' | 'feed'>;
  chat: Pick<Chat, 'visitorSide' | 'agentLeft'>;
  siteStates: Pick<SiteStates, 'of'>;
  outlet: Outlet;
}

/** setTimeout counts in 31 bits; a token that lasts longer outlives its socket. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What happens to identity, presence and calls when sockets come and go. */
export class SocketSessions implements Sessions<Session> {
  readonly #house: SocketSessionsOptions;
  readonly #expiries = new Map<string, NodeJS.Timeout>();
  /** The socket of each agent's page: a page that came back outlives the end of its former socket. */
  readonly #agentSockets = new Map<TabId, string>();

  constructor(house: SocketSessionsOptions) {
    this.#house = house;
  }

  async admit(handshake: Handshake): Promise<{ caller: Caller; session: Session }> {
    await this.#house.sites.find(handshake.site);
    const { id: site } = this.#house.sites.require(handshake.site);
    const { tab } = handshake;
    if (handshake.role === 'visitor') {
      const { visitorId, token, customer } = await this.#house.visitors.recognize(site, handshake.token);
      const chat = await this.#house.chat.visitorSide.chatOf(site, customer?.customerId);
      return {
        caller: { role: 'visitor', site, visitorId, tab },
        session: { role: 'visitor', token, customer, chat, page: handshake.page, sharing: handshake.sharing },
      };
    }
    const principal = await this.#house.agents.authenticate(handshake.token);
    const fits =
      principal?.kind === 'agent' &&
      principal.site === site &&
      (handshake.email === undefined || handshake.email === principal.agent.email);
    if (!fits) {
      throw new CvError('UNAUTHENTICATED', 'The user token is not valid for this agent and site; ask for a new one.');
    }
    const { agent, tokenId, expiresAt } = principal;
    const { agentPresence } = this.#house;
    return {
      caller: {
        role: 'agent',
        site,
        agentId: agent.id,
        email: agent.email,
        get name() {
          return agentPresence.nameOf(site, agent.id) ?? agent.name;
        },
        agentRole: agent.role,
        get teams() {
          return agentPresence.teamsOf(site, agent.id) ?? agent.teams;
        },
        tokenId,
        tab: ownTab(agent, tab),
      },
      session: { role: 'agent', agent, expiresAt },
    };
  }

  connected(caller: Caller, session: Session, socketId: string): Welcome {
    return caller.role === 'visitor'
      ? this.#visitorConnected(caller, session as Extract<Session, { role: 'visitor' }>, socketId)
      : this.#agentConnected(caller, session as Extract<Session, { role: 'agent' }>, socketId);
  }

  disconnected(caller: Caller, socketId: string): void {
    const { presence, agentPresence, calls, cobrowsing, feed, chat } = this.#house;
    if (caller.role === 'visitor') {
      presence.depart(caller.site, caller.visitorId, socketId);
      calls.visitorDisconnected(caller);
      cobrowsing.cobrowses.visitorDisconnected(caller);
      return;
    }
    clearTimeout(this.#expiries.get(socketId));
    this.#expiries.delete(socketId);
    if (this.#agentSockets.get(caller.tab) !== socketId) return;
    this.#agentSockets.delete(caller.tab);
    agentPresence.depart(caller.site, caller.agentId, caller.tab);
    feed.unwatch(caller);
    chat.agentLeft(caller);
    calls.agentDisconnected(caller);
    cobrowsing.feed.unwatch(caller);
    cobrowsing.cobrowses.agentDisconnected(caller);
  }

  #visitorConnected(caller: VisitorCaller, session: Extract<Session, { role: 'visitor' }>, socketId: string): Welcome {
    const { visitors, presence, calls, cobrowsing, chat, siteStates, outlet } = this.#house;
    const { site, visitorId, tab } = caller;
    const { token, page, sharing } = session;
    const admitted = session.customer;
    // Who was erased while this socket was on its way in does not come back with it, nor a claim that counts no more.
    const over = admitted && (visitors.isErased(admitted.customerId) || visitors.isMereClaim(admitted));
    const customer = over ? undefined : admitted;
    const person = customer?.tagged ? publicPerson(customer) : undefined;
    const known = customer && { customerId: customer.customerId, person };
    const replaced = presence.arrive(site, visitorId, tab, socketId, page, known);
    if (replaced) outlet.dropSocket(replaced);
    return {
      event: 'visitor.welcome',
      payload: {
        visitorId,
        token,
        person,
        calls: calls.visitorConnected(caller, sharing),
        cobrowse: cobrowsing.cobrowses.visitorConnected(caller),
        chat: chat.visitorSide.connected(caller, customer && session.chat, customer?.customerId),
        state: siteStates.of(site),
      },
    };
  }

  #agentConnected(caller: AgentCaller, session: Extract<Session, { role: 'agent' }>, socketId: string): Welcome {
    const { agents, agentPresence, calls, cobrowsing, chat, outlet } = this.#house;
    const { agent, expiresAt } = session;
    const { tokenId } = caller;
    const replaced = this.#agentSockets.get(caller.tab);
    this.#agentSockets.set(caller.tab, socketId);
    agentPresence.arrive(agent, caller.tab);
    if (replaced) {
      chat.agentLeft(caller);
      cobrowsing.feed.unwatch(caller);
      outlet.dropSocket(replaced);
    }
    if (agents.isRevoked(tokenId)) queueMicrotask(() => outlet.dropTokens([tokenId]));
    if (expiresAt !== undefined) {
      const expire = () => {
        outlet.dropTokens([tokenId]);
        calls.endOfTokens(agent.id, [tokenId]);
        cobrowsing.cobrowses.endOfTokens(agent.id, [tokenId]);
      };
      const left = Math.max(0, expiresAt - Date.now());
      if (left < MAX_TIMER_MS) this.#expiries.set(socketId, setTimeout(expire, left).unref());
    }
    return {
      event: 'agent.welcome',
      payload: {
        agent: publicAgent(agent),
        calls: calls.agentConnected(caller),
        cobrowses: cobrowsing.cobrowses.agentConnected(caller),
      },
    };
  }
}

/** Pages name their tabs themselves: within one agent, so that nobody takes the place of another agent's page. */
function ownTab({ id }: AgentRecord, tab: TabId): TabId {
  return TabId.parse(`t_${createHash('sha256').update(`${id}\n${tab}`).digest('base64url').slice(0, 22)}`);
}
