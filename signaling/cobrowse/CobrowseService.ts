import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { AgentId, CobrowseId, CustomerId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { AgentCaller, Caller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { isOnline, maySee, type Visitor } from '#signaling/presence/Visitor.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { CobrowseRecord, Store } from '#signaling/store/Store.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import { Admission } from './Admission.ts';
import { cobrowseEntry } from './cobrowseEntry.ts';
import { cobrowseTimes } from './cobrowseTimes.ts';
import { Doors } from './Doors.ts';
import type { FrameRelay } from './FrameRelay.ts';
import type { LiveCobrowse } from './LiveCobrowse.ts';
import { OpenSessions, type OpenSessionsOptions, unknownSession } from './OpenSessions.ts';

export interface CobrowseServiceOptions extends Omit<OpenSessionsOptions, 'times'> {
  store: Pick<Store, 'cobrowses' | 'chat' | 'customers'>;
  hooks: Pick<WebhookDirectory, 'rows'>;
  sites: Pick<SiteDirectory, 'require' | 'on'>;
  agentPresence: AgentPresence;
  frames: FrameRelay;
  outlet: Pick<Outlet, 'toVisitor' | 'toVisitorTab' | 'toAgentTab'>;
  times?: Partial<typeof cobrowseTimes> | undefined;
}

/** Sessions from the visitor’s answer to their end, and what it means for them that people come and go. */
export class CobrowseService {
  readonly sessions: OpenSessions;
  readonly doors: Doors;
  readonly #options: CobrowseServiceOptions;
  readonly #times: typeof cobrowseTimes;
  readonly #admission: Admission;

  constructor(options: CobrowseServiceOptions) {
    this.#options = options;
    this.#times = { ...cobrowseTimes, ...options.times };
    this.#admission = new Admission(options);
    this.sessions = new OpenSessions({ ...options, times: this.#times });
    this.doors = new Doors({
      ...options,
      sessions: this.sessions,
      admission: this.#admission,
      times: this.#times,
    });
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
    const seen = this.sessions.all().filter((session) => this.sees(agent, session));
    return seen.map((session) => this.sessions.viewOf(session));
  }

  /** Whether this agent may know of it. */
  sees(agent: AgentCaller, { terms, placement }: LiveCobrowse): boolean {
    return terms.site === agent.site && maySee(agent, placement);
  }

  async answer(visitor: VisitorCaller, id: CobrowseId, accept: boolean): Promise<CobrowseView> {
    const session = this.party(visitor, id);
    if (!accept) return this.end(visitor, id);
    if (!session.apply({ type: 'consent', at: Date.now() })) {
      throw new CvError('CONFLICT', 'The question was already answered, perhaps in another tab.');
    }
    session.disarm('phase');
    this.sessions.touch(session);
    await this.sessions.prove(session, `visitor:${visitor.visitorId}`, 'cobrowse.consented', { tab: visitor.tab });
    this.sessions.open(session);
    return this.sessions.viewOf(session);
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
    if (!session || !mine) throw unknownSession();
    return session;
  }

  /** A visitor’s tab is connected. */
  visitorConnected({ site, visitorId }: VisitorCaller): CobrowseView | undefined {
    const session = this.sessions.of(site, visitorId);
    if (!session) return undefined;
    session.disarm('visitor-absent');
    this.sessions.touch(session);
    if (session.phase.state === 'ringing') this.sessions.offer(session);
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
    const seated: LiveCobrowse[] = [];
    for (const session of this.sessions.ofPage(agent)) {
      // While the page was away, its agent may have lost the right to see the visitor.
      if (!this.sees(agent, session)) {
        this.sessions.unseat(session, agent, 'hidden');
        continue;
      }
      seated.push(session);
      session.disarm(`seat ${agent.tab}`);
      // Another socket has seen nothing yet.
      session.seats.vacate(agent.tab);
      session.seats.take(agent);
      this.sessions.touch(session);
    }
    return seated.map((session) => this.sessions.viewOf(session, agent.tab));
  }

  agentDisconnected(agent: AgentCaller): void {
    for (const session of this.sessions.ofPage(agent)) this.sessions.vacate(session, agent);
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
    this.doors.forget(visitorId);
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
    this.doors.close();
    const all = this.sessions.all();
    for (const session of all) this.sessions.end(session, 'disconnected', 'system');
    await Promise.all(all.map((session) => session.close()));
  }

  #visitorChanged(visitor: Visitor): void {
    const session = this.sessions.of(visitor.site, visitor.id);
    if (!session) return;
    const { person, customerId } = visitor;
    if (person) session.placement = person;
    else if (customerId !== undefined && customerId !== session.customerId) this.#place(session, visitor);
    session.customerId = customerId ?? session.customerId;
    this.sessions.touch(session);
  }

  #place(session: LiveCobrowse, visitor: Visitor): void {
    const question = ++session.questions;
    this.#admission.placementOf(visitor).then(
      (placement) => {
        // Answers may come in another order than they were asked for.
        if (question !== session.questions) return;
        session.placement = visitor.person ?? placement;
        this.sessions.touch(session);
      },
      (error) => this.#options.log.error({ err: error }, 'whom a visitor is for could not be read'),
    );
  }

  #touchAll(site: SiteId): void {
    for (const session of this.sessions.all()) if (session.terms.site === site) this.sessions.touch(session);
  }

  /** What the site has switched off ends where it goes on, and what it hides now is hidden there. */
  #siteChanged(site: SiteId): void {
    const { enabled, control } = this.#options.sites.require(site).settings.cobrowse;
    for (const session of this.sessions.all()) {
      if (session.terms.site !== site) continue;
      if (!enabled) this.sessions.end(session, 'ended', 'system');
      else session.recording.refresh();
      if (!control) for (const agent of session.seats.all()) this.sessions.dropControl(session, agent, 'disabled');
      this.sessions.touch(session);
    }
  }
}
