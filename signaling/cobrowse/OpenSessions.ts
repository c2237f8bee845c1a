import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { AgentId, CobrowseId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { AuditRecord } from '#signaling/store/Store.ts';
import type { AssetAccess } from './AssetAccess.ts';
import type { Assets } from './Assets.ts';
import type { cobrowseTimes } from './cobrowseTimes.ts';
import type { FrameRelay } from './FrameRelay.ts';
import type { LiveCobrowse } from './LiveCobrowse.ts';
import type { Seat } from './Seats.ts';

export interface OpenSessionsOptions {
  presence: PresenceService;
  frames: Pick<FrameRelay, 'open' | 'close' | 'addViewer' | 'removeViewer' | 'on'>;
  assets: Pick<Assets, 'open' | 'close'>;
  outlet: Pick<Outlet, 'toVisitor' | 'toAgentTab'>;
  times: typeof cobrowseTimes;
  log: Logger;
}

interface OpenSessionsEvents {
  /** It began, changed or ended, or other agents may see it. */
  changed: [session: LiveCobrowse];
}

/** Why a page watches no more. hidden: its agent may not see the visitor any longer. */
export type Departure = 'left' | 'absent' | 'revoked' | 'hidden' | 'failed';

/** The sessions that go on. After every change it sees to who watches, which page records, and who is told. */
export class OpenSessions extends EventEmitter<OpenSessionsEvents> implements AssetAccess {
  readonly #sessions = new Map<CobrowseId, LiveCobrowse>();
  readonly #byVisitor = new Map<VisitorId, LiveCobrowse>();
  /** In which an agent’s page has a seat; most pages have none, and they come and go by thousands. */
  readonly #byPage = new Map<TabId, Set<LiveCobrowse>>();
  /** Ended, and not yet wholly written. */
  readonly #ending = new Set<LiveCobrowse>();
  /** Those that are looked after in a moment. */
  readonly #touched = new Set<LiveCobrowse>();
  readonly #options: OpenSessionsOptions;

  constructor(options: OpenSessionsOptions) {
    super();
    this.#options = options;
    options.frames.on('flowing', (id) => this.#flowing(id));
    options.frames.on('needsFull', (id) => this.#recordAgain(id));
  }

  get size(): number {
    return this.#sessions.size;
  }

  get(site: SiteId, id: CobrowseId): LiveCobrowse | undefined {
    const session = this.#sessions.get(id);
    return session?.terms.site === site ? session : undefined;
  }

  of(site: SiteId, visitorId: VisitorId): LiveCobrowse | undefined {
    const session = this.#byVisitor.get(visitorId);
    return session?.terms.site === site ? session : undefined;
  }

  all(): LiveCobrowse[] {
    return [...this.#sessions.values()];
  }

  /** Those in which this page of an agent has a seat. */
  ofPage(agent: AgentCaller): LiveCobrowse[] {
    return [...(this.#byPage.get(agent.tab) ?? [])].filter(({ seats }) => seats.has(agent));
  }

  /** With a tab as that page of an agent’s is told it. */
  viewOf(session: LiveCobrowse, tab?: TabId): CobrowseView {
    const { site, visitorId } = session.terms;
    return session.viewWith(this.#options.presence.find(site, visitorId), tab);
  }

  shares(site: SiteId, id: CobrowseId, visitor: VisitorId): boolean {
    const session = this.get(site, id);
    // Of a page that nobody has ever looked at nothing is needed.
    return session?.open === true && session.recording.begun && session.terms.visitorId === visitor;
  }

  watches(site: SiteId, id: CobrowseId, agent: AgentId): boolean {
    const session = this.get(site, id);
    return session?.open === true && session.seats.here().some(({ agentId }) => agentId === agent);
  }

  /** Resolves when it is written down; one that cannot be was never begun, and nobody hears of it. */
  async begin(session: LiveCobrowse, ...step: Parameters<LiveCobrowse['write']>): Promise<void> {
    const { id, visitorId } = session.terms;
    this.#sessions.set(id, session);
    this.#byVisitor.set(visitorId, session);
    try {
      await session.write(...step);
    } catch (error) {
      const heard = session.told !== '';
      if (this.#finish(session, 'failed', 'system') && heard) this.#tell(session);
      throw error;
    }
  }

  /** The consent is written down: agents may see the page. */
  open(session: LiveCobrowse): void {
    if (!session.consented) return;
    session.proven = true;
    this.#options.frames.open(session.terms.id);
    this.#options.assets.open(session.terms.id);
    this.touch(session);
  }

  /** In a moment, so that changes which come together are told once, and a page hears its welcome first. */
  touch(session: LiveCobrowse): void {
    if (this.#touched.has(session)) return;
    this.#touched.add(session);
    queueMicrotask(() => {
      this.#touched.delete(session);
      if (session.phase.state !== 'ended') this.#lookAfter(session);
    });
  }

  /** The visitor is asked, in every tab. */
  offer(session: LiveCobrowse): void {
    const ringMs = Math.max(0, session.terms.startedAt + this.#options.times.ring - Date.now());
    const view = this.viewOf(session);
    queueMicrotask(() => this.#options.outlet.toVisitor(view.visitorId, 'cobrowse.offer', { session: view, ringMs }));
  }

  /** The new seat of an agent’s page; undefined if it has one already. */
  seat(session: LiveCobrowse, agent: AgentCaller, admitted = false): Seat | undefined {
    this.#byPage.set(agent.tab, (this.#byPage.get(agent.tab) ?? new Set()).add(session));
    return session.seats.take(agent, admitted);
  }

  /** The page watches no more, and what it might do there ends with it. */
  unseat(session: LiveCobrowse, agent: AgentCaller, why: Departure): void {
    const { seats, terms } = session;
    if (!seats.leave(agent.tab)) return;
    this.#forgetPage(session, agent);
    session.disarm(`seat ${agent.tab}`);
    this.#options.frames.removeViewer(terms.id, agent.tab);
    this.dropControl(session, agent, why);
    this.record(session, `agent:${agent.email}`, 'cobrowse.left', { why });
    // Whoever is sent away is told no more than that it is over.
    if (why !== 'left') this.#tellOver(session, agent);
    if (session.phase.state === 'ringing' && seats.all().length === 0) {
      this.end(session, 'cancelled', `agent:${agent.email}`);
    } else this.touch(session);
  }

  /** The page is not connected: it keeps its seat for a while, and acts no more. */
  vacate(session: LiveCobrowse, agent: AgentCaller): void {
    session.seats.vacate(agent.tab);
    this.#options.frames.removeViewer(session.terms.id, agent.tab);
    this.dropControl(session, agent, 'absent');
    session.arm(`seat ${agent.tab}`, this.#options.times.absence, () => this.unseat(session, agent, 'absent'));
    this.touch(session);
  }

  dropControl(session: LiveCobrowse, { tab, email }: AgentCaller, why: string): void {
    const { granted } = session.control.drop(tab);
    if (granted) this.record(session, 'system', 'cobrowse.control-ended', { agent: email, why });
  }

  /** Nothing of it is relayed from here on. */
  end(session: LiveCobrowse, reason: CobrowseEndReason, actor: string): void {
    if (this.#finish(session, reason, actor)) queueMicrotask(() => this.#tell(session));
  }

  /** Resolves when nothing of the visitor's sessions is still to be written. */
  async written(visitorId: VisitorId): Promise<void> {
    await Promise.all([...this.#ending].filter(({ terms }) => terms.visitorId === visitorId).map((one) => one.close()));
  }

  /** A step that nobody could prove later is none: the session ends. */
  async prove(session: LiveCobrowse, ...step: Parameters<LiveCobrowse['write']>): Promise<void> {
    try {
      await session.write(...step);
    } catch (error) {
      this.end(session, 'failed', 'system');
      throw error;
    }
  }

  /** What nobody waits for. */
  record(session: LiveCobrowse, actor: string, action: string, detail?: AuditRecord['detail']): void {
    session
      .write(actor, action, detail)
      .catch((error) => this.#options.log.error({ err: error, action }, 'a step of a session could not be written'));
  }

  #finish(session: LiveCobrowse, reason: CobrowseEndReason, actor: string): boolean {
    if (!session.apply({ type: 'end', reason, at: Date.now() })) return false;
    const { id, visitorId } = session.terms;
    this.#options.frames.close(id);
    this.#options.assets.close(id);
    session.control.clear();
    this.record(session, actor, 'cobrowse.ended', { reason });
    this.#sessions.delete(id);
    if (this.#byVisitor.get(visitorId) === session) this.#byVisitor.delete(visitorId);
    for (const agent of session.seats.all()) this.#forgetPage(session, agent);
    this.#ending.add(session);
    void session.close().finally(() => this.#ending.delete(session));
    return true;
  }

  #forgetPage(session: LiveCobrowse, { tab }: AgentCaller): void {
    const sessions = this.#byPage.get(tab);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byPage.delete(tab);
  }

  #lookAfter(session: LiveCobrowse): void {
    const { presence, frames } = this.#options;
    const { terms, seats, front, recording, placement } = session;
    for (const agent of seats.all()) if (!maySee(agent, placement)) this.unseat(session, agent, 'hidden');
    if (session.phase.state === 'ended') return;
    const tab = front.update(presence.find(terms.site, terms.visitorId)?.tabs ?? []);
    const watched = session.open && seats.here().length > 0;
    if (watched && tab) recording.by(tab);
    else if (!watched) recording.stop();
    if (session.open) {
      for (const viewer of seats.feed()) frames.addViewer(terms.id, viewer);
      this.#timeUnwatched(session, watched);
      this.#timeConnecting(session, watched);
    }
    this.#tell(session);
  }

  #timeUnwatched(session: LiveCobrowse, watched: boolean): void {
    if (watched) session.disarm('unwatched');
    else if (!session.armed('unwatched')) {
      const { unwatched, wait } = this.#options.times;
      session.arm('unwatched', session.terms.startedBy === 'agent' ? unwatched : wait, () => {
        const missed = session.terms.startedBy === 'visitor' && session.phase.state === 'connecting';
        this.end(session, missed ? 'missed' : 'disconnected', 'system');
      });
    }
  }

  /** A page that is asked to record and sends nothing cannot. */
  #timeConnecting(session: LiveCobrowse, watched: boolean): void {
    if (session.phase.state !== 'connecting' || !watched) session.disarm('phase');
    else if (!session.armed('phase')) {
      session.arm('phase', this.#options.times.connect, () => this.end(session, 'failed', 'system'));
    }
  }

  #flowing(id: CobrowseId): void {
    const session = this.#sessions.get(id);
    if (!session?.apply({ type: 'flowing', at: Date.now() })) return;
    this.record(session, 'system', 'cobrowse.active');
    this.touch(session);
  }

  #recordAgain(id: CobrowseId): void {
    // The relay is in the middle of its viewers.
    queueMicrotask(() => this.#sessions.get(id)?.recording.again());
  }

  /** Both sides, if there is anything new to tell. */
  #tell(session: LiveCobrowse): void {
    const view = this.viewOf(session);
    // Which page of an agent’s may act is told to that one alone, but may be all that has changed.
    const told = JSON.stringify([view, session.control.tabs]);
    this.emit('changed', session);
    if (told === session.told) return;
    session.told = told;
    this.#options.outlet.toVisitor(view.visitorId, 'cobrowse.changed', { session: view });
    for (const { tab } of session.seats.here()) {
      this.#options.outlet.toAgentTab(tab, 'cobrowse.changed', { session: this.viewOf(session, tab) });
    }
  }

  #tellOver(session: LiveCobrowse, { tab }: AgentCaller): void {
    const endedAt = new Date().toISOString();
    const over = { ...this.viewOf(session), state: 'ended', reason: 'ended', endedAt } as const;
    this.#options.outlet.toAgentTab(tab, 'cobrowse.changed', {
      session: { ...over, viewers: [], tabs: [], control: undefined, asked: undefined },
    });
  }
}

export const unknownSession = () => new CvError('NOT_FOUND', 'There is no such session, or it has ended.');
