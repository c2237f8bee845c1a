import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { AgentId, CobrowseId, CustomerId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { auditRecord } from '#signaling/audit/AuditLog.ts';
import type { AgentCaller, Caller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { isOnline, maySee, type Viewer, type Visitor } from '#signaling/presence/Visitor.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { CobrowseRecord, Store } from '#signaling/store/Store.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import { Admission, type Admitted } from './Admission.ts';
import type { CobrowseTerms } from './Cobrowse.ts';
import { cobrowseEntry } from './cobrowseEntry.ts';
import { cobrowseTimes } from './cobrowseTimes.ts';
import type { FrameRelay } from './FrameRelay.ts';
import { LiveCobrowse } from './LiveCobrowse.ts';
import { OpenSessions, type OpenSessionsOptions } from './OpenSessions.ts';
import { Recording } from './Recording.ts';
import { ShareCodes } from './ShareCodes.ts';

export interface CobrowseServiceOptions extends Omit<OpenSessionsOptions, 'times'> {
  store: Pick<Store, 'cobrowses' | 'chat' | 'customers'>;
  hooks: Pick<WebhookDirectory, 'rows'>;
  sites: Pick<SiteDirectory, 'require' | 'on'>;
  agentPresence: AgentPresence;
  frames: FrameRelay;
  outlet: Pick<Outlet, 'toVisitor' | 'toVisitorTab' | 'toAgentTab'>;
  times?: Partial<typeof cobrowseTimes> | undefined;
}

/** So many codes may one agent try in ten minutes. */
const MAX_TRIES = 20;

/** Sessions from ringing to their end: who may begin, join and end them. */
export class CobrowseService {
  readonly sessions: OpenSessions;
  readonly #options: CobrowseServiceOptions;
  readonly #times: typeof cobrowseTimes;
  readonly #admission: Admission;
  readonly #codes = new ShareCodes();
  readonly #tries = new AttemptLimiter(MAX_TRIES, 10 * 60_000);
  #closing = false;

  constructor(options: CobrowseServiceOptions) {
    this.#options = options;
    this.#times = { ...cobrowseTimes, ...options.times };
    this.#admission = new Admission(options);
    this.sessions = new OpenSessions({ ...options, times: this.#times });
    options.presence.on('changed', (visitor) => this.#visitorChanged(visitor));
    options.agentPresence.on('teams', (site) => this.#touchAll(site));
    options.sites.on('changed', ({ id }) => this.#siteChanged(id));
  }

  /** Ends in the store what a former process left behind. */
  async recover(): Promise<void> {
    const reason = 'disconnected';
    const { store, hooks } = this.#options;
    for (const left of await store.cobrowses.listUnended()) {
      const { site, id, customerId } = left;
      const record: CobrowseRecord = { ...left, state: 'ended', reason, endedAt: Date.now() };
      const outbox = hooks.rows(site, 'cobrowse.ended', { cobrowse: cobrowseEntry(record) }, customerId);
      await store.cobrowses.save(record, [auditRecord(site, 'system', 'cobrowse.ended', id, { reason })], outbox);
    }
  }

  /** Those that this agent may see. */
  list(agent: AgentCaller): CobrowseView[] {
    const seen = this.sessions.all().filter((session) => this.#sees(agent, session));
    return seen.map((session) => this.sessions.viewOf(session));
  }

  find(agent: AgentCaller, id: CobrowseId): CobrowseView | undefined {
    const session = this.sessions.get(agent.site, id);
    return session && this.#sees(agent, session) ? this.sessions.viewOf(session) : undefined;
  }

  /** Asks the visitor. */
  async start(agent: AgentCaller, visitorId: VisitorId): Promise<CobrowseView> {
    this.#refuseWhereOff(agent.site);
    const admitted = await this.#admission.require(agent, visitorId);
    if (!admitted.visitor.customerId) {
      throw new CvError(
        'NOT_TAGGED',
        'This visitor is not tagged and has not written; the page has to call CV.user.tag.',
      );
    }
    return this.#ring(agent, admitted);
  }

  /** The visitor shares, having consented in the page. */
  async share({ site, visitorId, tab }: VisitorCaller): Promise<CobrowseView> {
    this.#refuseWhereOff(site);
    const visitor = this.#options.presence.find(site, visitorId);
    if (!visitor) throw new CvError('CONFLICT', 'This browser has just become another visitor; share again.');
    const { host, placement } = await this.#admission.hostOf(visitor);
    if (this.sessions.of(site, visitorId)) throw new CvError('CONFLICT', 'This page is shared or asked for already.');
    if (!host) throw new CvError('AGENT_OFFLINE', 'No agent is here now who could look at the page.');
    const session = this.#begin({ visitor, placement }, 'visitor', host);
    session.apply({ type: 'consent', at: session.terms.startedAt });
    await this.#written(session, `visitor:${visitorId}`, 'cobrowse.shared', { tab, agent: host.email });
    this.sessions.open(session);
    return this.sessions.viewOf(session);
  }

  code({ site, visitorId }: VisitorCaller): { code: string; expiresAt: string } {
    this.#refuseWhereOff(site);
    const { code, expiresAt } = this.#codes.issue(site, visitorId);
    return { code, expiresAt: new Date(expiresAt).toISOString() };
  }

  async answer(visitor: VisitorCaller, id: CobrowseId, accept: boolean): Promise<CobrowseView> {
    const session = this.party(visitor, id);
    if (!accept) return this.end(visitor, id);
    if (!session.apply({ type: 'consent', at: Date.now() })) {
      throw new CvError('CONFLICT', 'The question was already answered, perhaps in another tab.');
    }
    session.disarm('phase');
    this.sessions.touch(session);
    await this.#written(session, `visitor:${visitor.visitorId}`, 'cobrowse.consented', { tab: visitor.tab });
    this.sessions.open(session);
    return this.sessions.viewOf(session);
  }

  async join(agent: AgentCaller, by: { id: CobrowseId } | { code: string }): Promise<CobrowseView> {
    if ('code' in by) return this.#joinByCode(agent, by.code);
    const session = this.sessions.get(agent.site, by.id);
    if (!session || !this.#sees(agent, session)) throw unknown();
    return this.#seat(agent, session);
  }

  leave(agent: AgentCaller, id: CobrowseId): void {
    this.sessions.unseat(this.party(agent, id), agent, 'left');
  }

  async end(caller: Caller, id: CobrowseId): Promise<CobrowseView> {
    const session = this.party(caller, id);
    const rings = session.phase.state === 'ringing';
    if (caller.role === 'agent') this.sessions.end(session, rings ? 'cancelled' : 'ended', `agent:${caller.email}`);
    else this.sessions.end(session, rings ? 'declined' : 'revoked', `visitor:${caller.visitorId}`);
    await session.close();
    return this.sessions.viewOf(session);
  }

  /** The page missed frames. */
  refresh(agent: AgentCaller, id: CobrowseId): void {
    if (this.party(agent, id).open) this.#options.frames.refresh(id, agent.tab);
  }

  /** The session, if the caller shares in it, watches it or asks for it; to anybody else it does not exist. */
  party(caller: Caller, id: CobrowseId): LiveCobrowse {
    const session = this.sessions.get(caller.site, id);
    const mine = caller.role === 'agent' ? session?.seats.has(caller) : session?.terms.visitorId === caller.visitorId;
    if (!session || !mine) throw unknown();
    return session;
  }

  /** Whether a link may open this for the agent: a session, or the visitor who reads out the six digits. */
  async opens(site: SiteId, viewer: Viewer, cobrowse: string): Promise<boolean> {
    const session = this.sessions.get(site, cobrowse as CobrowseId);
    if (session) return maySee(viewer, session.placement);
    const visitorId = this.#codes.find(site, cobrowse);
    const visitor = visitorId && this.#options.presence.find(site, visitorId);
    return visitor !== undefined && maySee(viewer, await this.#admission.placementOf(visitor));
  }

  /** A visitor's tab is connected. */
  visitorConnected({ site, visitorId }: VisitorCaller): CobrowseView | undefined {
    const session = this.sessions.of(site, visitorId);
    if (!session) return undefined;
    session.disarm('visitor-absent');
    this.sessions.touch(session);
    if (session.phase.state === 'ringing') this.#offer(session);
    return this.sessions.viewOf(session);
  }

  visitorDisconnected({ site, visitorId }: VisitorCaller): void {
    const session = this.sessions.of(site, visitorId);
    const visitor = this.#options.presence.find(site, visitorId);
    if (!session || (visitor && isOnline(visitor))) return;
    const end = () => this.sessions.end(session, 'disconnected', `visitor:${visitorId}`);
    session.arm('visitor-absent', this.#times.absence, end);
    this.sessions.touch(session);
  }

  /** An agent's page is connected: the sessions that it began or watches. */
  agentConnected(agent: AgentCaller): CobrowseView[] {
    const seated = this.#seatedWith(agent);
    for (const session of seated) {
      session.disarm(`seat ${agent.tab}`);
      session.seats.take(agent);
      this.sessions.touch(session);
    }
    return seated.map((session) => this.sessions.viewOf(session));
  }

  agentDisconnected(agent: AgentCaller): void {
    for (const session of this.#seatedWith(agent)) this.sessions.vacate(session, agent);
  }

  /** These tokens were revoked or have expired: the pages that live by one of them are out. */
  endOfTokens(agentId: AgentId, tokens: readonly TokenId[]): void {
    for (const session of this.sessions.all()) {
      const out = session.seats.all().filter((agent) => agent.agentId === agentId && tokens.includes(agent.tokenId));
      for (const agent of out) this.sessions.unseat(session, agent, 'revoked');
    }
  }

  /** The visitor is somebody else now. Resolves when nothing of the visitor's sessions is still to be written. */
  async endOfVisitor(site: SiteId, visitorId: VisitorId, actor: string): Promise<void> {
    this.#codes.forget(visitorId);
    const session = this.sessions.of(site, visitorId);
    if (session) this.sessions.end(session, 'revoked', actor);
    await this.sessions.written(visitorId);
  }

  /** Whom somebody is for has changed; of tagged people presence tells so. */
  personChanged(site: SiteId, customerId: CustomerId): void {
    for (const session of this.sessions.all()) {
      if (session.terms.site !== site || session.customerId !== customerId) continue;
      const visitor = this.#options.presence.find(site, session.terms.visitorId);
      if (visitor) this.#place(session, visitor);
    }
  }

  /** Ends every session and resolves when all of it is written. */
  async close(): Promise<void> {
    this.#closing = true;
    const all = this.sessions.all();
    for (const session of all) this.sessions.end(session, 'disconnected', 'system');
    await Promise.all(all.map((session) => session.close()));
  }

  async #joinByCode(agent: AgentCaller, code: string): Promise<CobrowseView> {
    this.#refuseWhereOff(agent.site);
    if (!this.#tries.take(agent.agentId)) {
      throw new CvError('RATE_LIMITED', 'Too many codes were tried; wait some minutes.');
    }
    const visitorId = this.#codes.find(agent.site, code);
    if (!visitorId) throw wrongCode();
    const admitted = await this.#admission.require(agent, visitorId).catch(() => Promise.reject(wrongCode()));
    // Of two who typed it at once one has it.
    if (this.#codes.find(agent.site, code) !== visitorId) throw wrongCode();
    const session = this.sessions.of(agent.site, visitorId);
    const joined = session ? this.#seat(agent, session) : this.#ring(agent, admitted);
    if (session || this.sessions.of(agent.site, visitorId)) this.#codes.forget(visitorId);
    return joined;
  }

  async #ring(agent: AgentCaller, admitted: Admitted): Promise<CobrowseView> {
    const { id } = admitted.visitor;
    if (!isOnline(admitted.visitor)) throw new CvError('VISITOR_OFFLINE', 'The visitor has just left the site.');
    if (this.sessions.of(agent.site, id)) {
      throw new CvError('CALL_BUSY', 'The visitor shares the page already, or is being asked; join that session.');
    }
    const session = this.#begin(admitted, 'agent', { ...agent, id: agent.agentId });
    session.seats.take(agent);
    await this.#written(session, `agent:${agent.email}`, 'cobrowse.started', { visitor: id });
    if (session.phase.state === 'ringing') {
      session.arm('phase', this.#times.ring, () => this.sessions.end(session, 'missed', 'system'));
      this.#offer(session);
    }
    return this.sessions.viewOf(session);
  }

  #begin({ visitor, placement }: Admitted, startedBy: CobrowseTerms['startedBy'], agent: CobrowseTerms['agent']) {
    const { store, hooks, frames, outlet } = this.#options;
    const terms: CobrowseTerms = {
      id: newId('cb'),
      site: visitor.site,
      visitorId: visitor.id,
      startedBy,
      agent: { id: agent.id, email: agent.email, name: agent.name },
      startedAt: Date.now(),
    };
    const recording = new Recording({ terms, frames, outlet });
    const session = new LiveCobrowse({ terms, recording, store: store.cobrowses, hooks });
    session.customerId = visitor.customerId;
    session.placement = placement;
    this.sessions.add(session);
    return session;
  }

  async #seat(agent: AgentCaller, session: LiveCobrowse): Promise<CobrowseView> {
    const fresh = session.seats.take(agent);
    session.disarm(`seat ${agent.tab}`);
    this.sessions.touch(session);
    try {
      if (fresh) await session.write(`agent:${agent.email}`, 'cobrowse.joined');
    } catch (error) {
      // Nobody watches without it being known later.
      this.sessions.unseat(session, agent, 'failed');
      throw error;
    }
    return this.sessions.viewOf(session);
  }

  /** A step that nobody could prove later is none: the session ends. */
  async #written(...[session, actor, action, detail]: [LiveCobrowse, ...Parameters<LiveCobrowse['write']>]) {
    try {
      await session.write(actor, action, detail);
    } catch (error) {
      this.sessions.end(session, 'failed', 'system');
      throw error;
    }
  }

  #offer(session: LiveCobrowse): void {
    const ringMs = Math.max(0, session.terms.startedAt + this.#times.ring - Date.now());
    const view = this.sessions.viewOf(session);
    queueMicrotask(() => this.#options.outlet.toVisitor(view.visitorId, 'cobrowse.offer', { session: view, ringMs }));
  }

  #visitorChanged(visitor: Visitor): void {
    const session = this.sessions.of(visitor.site, visitor.id);
    if (!session) return;
    const { person, customerId } = visitor;
    if (person) session.placement = person;
    else if (customerId !== session.customerId) this.#place(session, visitor);
    session.customerId = customerId ?? session.customerId;
    this.sessions.touch(session);
  }

  #place(session: LiveCobrowse, visitor: Visitor): void {
    this.#admission.placementOf(visitor).then(
      (placement) => {
        session.placement = visitor.person ?? placement;
        this.sessions.touch(session);
      },
      (error) => this.#options.log.error({ err: error }, 'whom a visitor is for could not be read'),
    );
  }

  #touchAll(site: SiteId): void {
    for (const session of this.sessions.all()) if (session.terms.site === site) this.sessions.touch(session);
  }

  /** What the site has switched off ends where it goes on. */
  #siteChanged(site: SiteId): void {
    const { enabled, control } = this.#options.sites.require(site).settings.cobrowse;
    for (const session of this.sessions.all()) {
      if (session.terms.site !== site) continue;
      if (!enabled) this.sessions.end(session, 'ended', 'system');
      else if (!control) for (const agent of session.seats.all()) this.sessions.dropControl(session, agent, 'disabled');
      this.sessions.touch(session);
    }
  }

  #refuseWhereOff(site: SiteId): void {
    if (this.#closing) throw new CvError('UNAVAILABLE', 'The server is being restarted; try again in a moment.');
    if (!this.#options.sites.require(site).settings.cobrowse.enabled) {
      throw new CvError('UNSUPPORTED', 'Pages are not shared on this site; its setting cobrowse.enabled is off.');
    }
  }

  #sees(agent: AgentCaller, { terms, placement }: LiveCobrowse): boolean {
    return terms.site === agent.site && maySee(agent, placement);
  }

  #seatedWith(agent: AgentCaller): LiveCobrowse[] {
    return this.sessions.all().filter(({ seats }) => seats.has(agent));
  }
}

const unknown = () => new CvError('NOT_FOUND', 'There is no such session, or it has ended.');
const wrongCode = () => new CvError('NOT_FOUND', 'No visitor of this site has this code now; ask for a new one.');
