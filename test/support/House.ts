import { pino } from 'pino';
import { type EventName, events } from '#protocol/api.ts';
import type { AgentRole } from '#protocol/identity.ts';
import type { CallId, ConversationId, SiteId, TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { PageInfo } from '#protocol/presence.ts';
import type { SiteState } from '#protocol/rules.ts';
import { CallService, type callTimes } from '#signaling/calling/CallService.ts';
import { callingHandlers } from '#signaling/calling/handlers.ts';
import { ConversationHooks } from '#signaling/chat/ConversationHooks.ts';
import { type Chat, createChat } from '#signaling/chat/createChat.ts';
import type { Files } from '#signaling/chat/Files.ts';
import { chatHandlers } from '#signaling/chat/handlers.ts';
import type { cobrowseTimes } from '#signaling/cobrowse/cobrowseTimes.ts';
import { type Cobrowsing, createCobrowsing } from '#signaling/cobrowse/createCobrowsing.ts';
import { FrameRelay } from '#signaling/cobrowse/FrameRelay.ts';
import { cobrowseHandlers } from '#signaling/cobrowse/handlers.ts';
import type { AgentCaller, Caller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import { createDispatch, type Dispatch } from '#signaling/gateway/dispatch.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { RequestRate } from '#signaling/gateway/RequestLimiter.ts';
import { AgentService } from '#signaling/identity/AgentService.ts';
import { identityHandlers } from '#signaling/identity/handlers.ts';
import { SignedTags } from '#signaling/identity/SignedTags.ts';
import { tellReleased } from '#signaling/identity/tellReleased.ts';
import { VisitorService } from '#signaling/identity/VisitorService.ts';
import { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { mediaHandlers } from '#signaling/media/handlers.ts';
import { MediaService } from '#signaling/media/MediaService.ts';
import { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { presenceHandlers } from '#signaling/presence/handlers.ts';
import { PresenceFeed } from '#signaling/presence/PresenceFeed.ts';
import { PresenceService } from '#signaling/presence/PresenceService.ts';
import { RuleService } from '#signaling/rules/RuleService.ts';
import { SocketSessions } from '#signaling/SocketSessions.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { Rows } from '#signaling/store/Rows.ts';
import type { Erased, Store } from '#signaling/store/Store.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import { FakeSfu } from './FakeSfu.ts';
import { HouseSocket } from './HouseSocket.ts';
import { page } from './Peer.ts';
import { testDatabase } from './testDatabase.ts';

export const demo = 'demo' as SiteId;

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
const files: Pick<Files, 'view'> = {
  view: (site, { id, name, type, size }) => ({ id, name, type, size, path: `/files/${site}/${id}/key` }),
};
const deskUrl = (site: SiteId, fragment: string) => `http://desk.test/?site=${site}#${fragment}`;

export interface HouseOptions {
  /** A SQLite file, which is read beside the queue of writes; in memory when absent. */
  file?: string;
  callTimes?: Partial<typeof callTimes>;
  cobrowseTimes?: Partial<typeof cobrowseTimes>;
  /** Milliseconds that a tab without a socket counts as present. */
  graceMs?: number;
  /** What one visitor may write. */
  messageRate?: RequestRate;
  /** Another store around the real one: slow or broken. */
  wrap?: (store: Store) => Store;
}

/** The services put together without sockets, HTTP and media workers, so that a test may hold the clock. */
export class House {
  readonly store: Store;
  readonly #rows: Rows;
  readonly sites: SiteDirectory;
  readonly rules: RuleService;
  readonly webhooks: WebhookDirectory;
  readonly sfu = new FakeSfu();
  readonly agents: AgentService;
  readonly visitors: VisitorService;
  readonly presence: PresenceService;
  readonly agentPresence: AgentPresence;
  readonly media: MediaService;
  readonly calls: CallService;
  readonly frames: FrameRelay;
  readonly cobrowsing: Cobrowsing;
  readonly #hooks: ConversationHooks;
  readonly #feed: PresenceFeed;
  #chat!: Chat;
  #sessions!: SocketSessions;
  #dispatch!: Dispatch;
  readonly #sockets = new Map<string, HouseSocket>();

  private constructor(
    kept: { store: Store; rows: Rows; sites: SiteDirectory; rules: RuleService; webhooks: WebhookDirectory },
    options: HouseOptions,
  ) {
    const { store, sites } = kept;
    const outlet = this.#outlet();
    this.store = store;
    this.#rows = kept.rows;
    this.sites = sites;
    this.rules = kept.rules;
    this.webhooks = kept.webhooks;
    this.#hooks = new ConversationHooks({ webhooks: kept.webhooks, files, deskUrl });
    this.agents = new AgentService(store, outlet);
    this.agentPresence = new AgentPresence({
      maxChats: (site) => sites.require(site).settings.routing.maxChats,
      graceMs: options.graceMs,
    });
    this.agents.onChanged = (agent) => this.agentPresence.update(agent);
    this.presence = new PresenceService(options.graceMs);
    this.visitors = new VisitorService({
      store,
      tokens: new VisitorTokens('a secret for tests, at least 32 characters long'),
      presence: this.presence,
      signedTags: new SignedTags({ of: () => [] }),
      identityMode: (site) => sites.identityMode(site),
      merged: (before, after) => this.#hooks.rows(before, after),
    });
    this.#feed = new PresenceFeed(this.presence, this.agentPresence, outlet);
    this.media = new MediaService({ sfu: this.sfu, outlet, log, iceServers: () => [] });
    const { presence, media, agents } = this;
    this.calls = new CallService({
      store: store.calls,
      customers: store.customers,
      hooks: { rows: () => [] },
      presence,
      outlet,
      media,
      log,
      times: options.callTimes,
    });
    this.frames = new FrameRelay(this.#frameOutlet(), { log });
    this.cobrowsing = createCobrowsing({
      store,
      hooks: kept.webhooks,
      sites,
      presence,
      agentPresence: this.agentPresence,
      frames: this.frames,
      assets: { open: () => {}, close: () => {}, missing: (_session, hashes) => [...hashes] },
      outlet,
      log,
      times: options.cobrowseTimes,
    });
    const { calls, cobrowsing } = this;
    agents.onRevoked = (_site, agentId, tokens) => {
      calls.endOfTokens(agentId, tokens);
      cobrowsing.cobrowses.endOfTokens(agentId, tokens);
    };
  }

  async #furnish({ messageRate }: HouseOptions): Promise<void> {
    const { store, sites, rules, presence, agentPresence, media, visitors, agents, calls, cobrowsing } = this;
    const { cobrowses } = cobrowsing;
    const [outlet, feed] = [this.#outlet(), this.#feed];
    // Of opening hours and rules, whose times would be among those that a test holds, there are none here.
    const state = (site: SiteId): SiteState => {
      const { visibility } = sites.require(site).settings.chat;
      return { visibility, rules: [], agents: agentPresence.state(site), open: true };
    };
    const chat = await createChat({
      store,
      rows: this.#rows,
      sites,
      visitors,
      presence,
      agentPresence,
      hooks: this.#hooks,
      rules,
      files,
      outlet,
      rate: messageRate,
      log,
    });
    this.#chat = chat;
    agents.onNarrowed = (agent) => chat.visitorSide.narrowed(agent);
    agents.onReleased = tellReleased({ presence, cobrowses, chat: chat.visitorSide });
    this.#sessions = new SocketSessions({
      sites,
      visitors,
      agents,
      presence,
      agentPresence,
      feed,
      calls,
      cobrowsing,
      chat,
      siteStates: { of: state },
      outlet,
    });
    this.#dispatch = createDispatch({
      handlers: {
        ...identityHandlers({
          visitors,
          agents,
          presence,
          agentPresence,
          calls,
          cobrowses,
          chat: chat.visitorSide,
          outlet,
        }),
        ...presenceHandlers(presence, feed, visitors),
        ...chatHandlers(chat),
        'site.state': ({ site }) => state(site),
        ...callingHandlers(calls),
        ...cobrowseHandlers(cobrowsing),
        ...mediaHandlers(media, calls),
      },
      log,
      checkAnswers: true,
    });
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    const real: Store = await TypeOrmStore.open(await testDatabase(options.file));
    const sites = await SiteDirectory.load(real.sites);
    await sites.create(demo, 'Demo', { cobrowse: { enabled: true } });
    const { store, rows } = Rows.over(options.wrap?.(real) ?? real);
    const [rules, webhooks] = [await RuleService.load(store), await WebhookDirectory.load(store)];
    const house = new House({ store, rows, sites, rules, webhooks }, options);
    await house.#furnish(options);
    return house;
  }

  /** A visitor's page connects; a former page's tab and token make it the same tab and visitor. */
  visitor(auth: { token?: string; tab?: TabId; page?: Partial<PageInfo>; sharing?: CallId } = {}) {
    return this.#connect<VisitorCaller>({
      tab: newId<TabId>('t'),
      ...auth,
      role: 'visitor',
      site: demo,
      page: { ...page, ...auth.page },
    });
  }

  /** An agent's page connects, with a fresh token unless one is given; the agent is made when first named. */
  async agent(email: string, auth: { tab?: TabId; role?: AgentRole; token?: string } = {}) {
    const { tab = newId<TabId>('t'), role = 'agent' } = auth;
    const known = await this.store.agents.findByEmail(demo, email);
    if (!known) await this.agents.create(demo, { email, name: email.split('@')[0] ?? email, role });
    const token = auth.token ?? (await this.agents.issueToken(demo, email)).token;
    return this.#connect<AgentCaller>({ role: 'agent', site: demo, tab, token });
  }

  async #connect<C extends Caller>(handshake: Parameters<SocketSessions['admit']>[0]): Promise<HouseSocket<C>> {
    const { caller, session } = await this.#sessions.admit(handshake);
    const socket = new HouseSocket(caller as C, handshake.tab, this.#dispatch, (left) => this.#leave(left));
    this.#sockets.set(socket.id, socket);
    const { event, payload } = this.#sessions.connected(caller, session, socket.id);
    tell([socket], event, payload);
    return socket;
  }

  /** Tells everybody of an erasure that the store has done. */
  erased(erased: Erased): void {
    this.#chat.visitorSide.erased(demo, erased);
  }

  async close(): Promise<void> {
    await this.calls.close();
    await this.cobrowsing.cobrowses.close();
    this.cobrowsing.feed.close();
    this.frames.closeAll();
    await this.#chat.close();
    this.#feed.close();
    this.agentPresence.close();
    this.presence.close();
    await this.store.close();
  }

  #leave(socket: HouseSocket): void {
    if (this.#sockets.delete(socket.id)) this.#sessions.disconnected(socket.caller, socket.id);
  }

  #end(sockets: readonly HouseSocket[]): void {
    for (const socket of sockets) {
      socket.ended = true;
      this.#leave(socket);
    }
  }

  #frameOutlet(): FrameOutlet {
    const agentsAt = (tab: TabId) =>
      [...this.#sockets.values()].filter(({ caller }) => caller.role === 'agent' && caller.tab === tab);
    return {
      sendFrame: (tabs, frame) => {
        const there = [...tabs].filter((tab) => agentsAt(tab).length > 0);
        for (const tab of there) for (const { frames } of agentsAt(tab)) frames.push(frame);
        return there;
      },
      waiting: (tab) => (agentsAt(tab).length > 0 ? 0 : Number.POSITIVE_INFINITY),
    };
  }

  #outlet(): Outlet {
    const all = (fits: (caller: Caller) => boolean) => [...this.#sockets.values()].filter(({ caller }) => fits(caller));
    const ofVisitor = (id: string) => all((caller) => caller.role === 'visitor' && caller.visitorId === id);
    const ofTab = (tab: string) => all((caller) => caller.role === 'agent' && caller.tab === tab);
    return {
      toVisitor: (id, event, payload) => tell(ofVisitor(id), event, payload),
      toVisitorTab: (id, tab, event, payload) =>
        tell(
          ofVisitor(id).filter(({ caller }) => caller.tab === tab),
          event,
          payload,
        ),
      toAgentTab: (tab, event, payload) => tell(ofTab(tab), event, payload),
      toSiteVisitors: (site, event, payload) =>
        tell(
          all((caller) => caller.role === 'visitor' && caller.site === site),
          event,
          payload,
        ),
      toConversation: (id, side, event, payload, except) =>
        tell(
          [...this.#sockets.values()].filter(
            ({ rooms, caller }) => rooms.has(room(id, side)) && (except === undefined || caller.tab !== except),
          ),
          event,
          payload,
        ),
      moveVisitor: (id, from, to) => {
        for (const { rooms } of ofVisitor(id)) {
          if (from) rooms.delete(room(from, 'visitor'));
          if (to) rooms.add(room(to, 'visitor'));
        }
      },
      follow: (tab, id, on) => {
        for (const { rooms } of ofTab(tab)) {
          if (on) rooms.add(room(id, 'agent'));
          else rooms.delete(room(id, 'agent'));
        }
      },
      dropVisitor: (id) => this.#end(ofVisitor(id)),
      dropSocket: (id) => this.#end([...this.#sockets.values()].filter((socket) => socket.id === id)),
      dropTokens: (tokens) => {
        const dropped = all((caller) => caller.role === 'agent' && tokens.includes(caller.tokenId));
        tell(dropped, 'agent.revoked', {});
        this.#end(dropped);
      },
    };
  }
}

const room = (id: ConversationId, side: 'visitor' | 'agent') => `${side}:${id}`;

/** As JSON would carry it, and only what the contract allows. */
function tell(sockets: readonly HouseSocket[], event: EventName, payload: unknown): void {
  const { to, payload: schema } = events[event];
  const sent: unknown = JSON.parse(JSON.stringify(payload));
  schema.parse(sent);
  for (const { caller, heard } of sockets) {
    if (!(to as readonly string[]).includes(caller.role)) throw new Error(`${event} is not for ${caller.role}s`);
    heard.push({ event, payload: sent });
  }
}
