import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId, SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { AgentCaller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { isOnline, maySee, type Viewer } from '#signaling/presence/Visitor.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { CobrowseStore } from '#signaling/store/Store.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import type { Admission, Admitted } from './Admission.ts';
import type { CobrowseTerms } from './Cobrowse.ts';
import type { cobrowseTimes } from './cobrowseTimes.ts';
import type { FrameRelay } from './FrameRelay.ts';
import { LiveCobrowse } from './LiveCobrowse.ts';
import { type OpenSessions, unknownSession } from './OpenSessions.ts';
import { Recording } from './Recording.ts';
import { ShareCodes } from './ShareCodes.ts';

export interface DoorsOptions {
  sessions: OpenSessions;
  admission: Admission;
  store: { cobrowses: CobrowseStore };
  hooks: Pick<WebhookDirectory, 'rows'>;
  sites: Pick<SiteDirectory, 'require'>;
  presence: Pick<PresenceService, 'find'>;
  frames: Pick<FrameRelay, 'record' | 'still'>;
  outlet: Pick<Outlet, 'toVisitorTab'>;
  times: typeof cobrowseTimes;
}

const TEN_MINUTES = 10 * 60_000;
/** So many codes may one agent try in ten minutes. */
const MAX_TRIES = 20;
/** So often may one visitor begin to share in ten minutes: each is written down, and told to agents and webhooks. */
const MAX_SHARES = 30;

/** How sessions begin, and how further agents come in. Whatever the door, the visitor has consented to it. */
export class Doors {
  readonly #sessions: OpenSessions;
  readonly #options: DoorsOptions;
  readonly #admission: Admission;
  readonly #codes = new ShareCodes();
  readonly #tries = new AttemptLimiter(MAX_TRIES, TEN_MINUTES);
  readonly #shares = new AttemptLimiter(MAX_SHARES, TEN_MINUTES);
  #closed = false;

  constructor(options: DoorsOptions) {
    this.#options = options;
    this.#sessions = options.sessions;
    this.#admission = options.admission;
  }

  /** Asks the visitor. */
  async start(agent: AgentCaller, visitorId: VisitorId): Promise<CobrowseView> {
    this.#refuseWhereOff(agent.site);
    const admitted = await this.#admission.find(agent, visitorId);
    if (!admitted) throw new CvError('NOT_FOUND', 'No such visitor is on the site now.');
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
    if (!visitor) throw replaced();
    const { host, placement } = await this.#admission.hostOf(visitor);
    this.#refuseWhereOff(site);
    if (!isOnline(visitor)) throw replaced();
    if (this.#sessions.of(site, visitorId)) throw new CvError('CONFLICT', 'This page is shared or asked for already.');
    if (!host) throw new CvError('AGENT_OFFLINE', 'No agent is here now who could look at the page.');
    if (!this.#shares.take(visitorId)) throw new CvError('RATE_LIMITED', 'Shared too often; wait some minutes.');
    const session = this.#make({ visitor, placement }, 'visitor', host);
    session.apply({ type: 'consent', at: session.terms.startedAt });
    await this.#sessions.begin(session, `visitor:${visitorId}`, 'cobrowse.shared', { tab, agent: host.email });
    this.#sessions.open(session);
    return this.#sessions.viewOf(session);
  }

  code({ site, visitorId }: VisitorCaller): { code: string; expiresAt: string } {
    this.#refuseWhereOff(site);
    const { code, expiresAt } = this.#codes.issue(site, visitorId);
    return { code, expiresAt: new Date(expiresAt).toISOString() };
  }

  async join(agent: AgentCaller, by: { id: CobrowseId } | { code: string }): Promise<CobrowseView> {
    if ('code' in by) return this.#joinByCode(agent, by.code);
    const session = this.#sessions.get(agent.site, by.id);
    if (!session || !maySee(agent, session.placement)) throw unknownSession();
    return this.#seat(agent, session);
  }

  /** Whether a link may open this for the agent: a session, or the visitor who reads out the six digits. */
  async opens(site: SiteId, viewer: Viewer, cobrowse: string): Promise<boolean> {
    const session = this.#sessions.get(site, cobrowse as CobrowseId);
    if (session) return maySee(viewer, session.placement);
    const visitorId = this.#codes.find(site, cobrowse);
    const visitor = visitorId && this.#options.presence.find(site, visitorId);
    return visitor !== undefined && maySee(viewer, await this.#admission.placementOf(visitor));
  }

  /** The visitor is somebody else now. */
  forget(visitorId: VisitorId): void {
    this.#codes.forget(visitorId);
  }

  /** Nothing begins any more. */
  close(): void {
    this.#closed = true;
  }

  async #joinByCode(agent: AgentCaller, code: string): Promise<CobrowseView> {
    this.#refuseWhereOff(agent.site);
    if (!this.#tries.take(agent.agentId)) {
      throw new CvError('RATE_LIMITED', 'Too many codes were tried; wait some minutes.');
    }
    const visitorId = this.#codes.find(agent.site, code);
    const admitted = visitorId && (await this.#admission.find(agent, visitorId));
    // Of two who typed it at once one has it.
    if (!admitted || this.#codes.find(agent.site, code) !== visitorId) throw wrongCode();
    const session = this.#sessions.of(agent.site, visitorId);
    if (!session && !isOnline(admitted.visitor)) throw offline();
    this.#codes.forget(visitorId);
    return session ? this.#seat(agent, session) : this.#ring(agent, admitted);
  }

  async #ring(agent: AgentCaller, admitted: Admitted): Promise<CobrowseView> {
    const { id } = admitted.visitor;
    this.#refuseWhereOff(agent.site);
    if (!isOnline(admitted.visitor)) throw offline();
    if (this.#sessions.of(agent.site, id)) {
      throw new CvError('CALL_BUSY', 'The visitor shares the page already, or is being asked; join that session.');
    }
    const session = this.#make(admitted, 'agent', { ...agent, id: agent.agentId });
    // Its coming is written down with the session, before anybody can consent to it.
    this.#sessions.seat(session, agent, true);
    await this.#sessions.begin(session, `agent:${agent.email}`, 'cobrowse.started', { visitor: id });
    if (session.phase.state === 'ringing') {
      session.arm('phase', this.#options.times.ring, () => this.#sessions.end(session, 'missed', 'system'));
      this.#sessions.offer(session);
      this.#sessions.touch(session);
    }
    return this.#sessions.viewOf(session);
  }

  #make({ visitor, placement }: Admitted, startedBy: CobrowseTerms['startedBy'], agent: CobrowseTerms['agent']) {
    const { store, hooks, frames, outlet, sites } = this.#options;
    const terms: CobrowseTerms = {
      id: newId('cb'),
      site: visitor.site,
      visitorId: visitor.id,
      startedBy,
      agent: { id: agent.id, email: agent.email, name: agent.name },
      startedAt: Date.now(),
    };
    const rules = () => sites.require(terms.site).settings.cobrowse.privacy;
    const recording = new Recording({ terms, frames, outlet, rules });
    const session = new LiveCobrowse({ terms, recording, store: store.cobrowses, hooks });
    session.customerId = visitor.customerId;
    // Who was tagged meanwhile is for somebody else, perhaps.
    session.placement = visitor.person ?? placement;
    return session;
  }

  async #seat(agent: AgentCaller, session: LiveCobrowse): Promise<CobrowseView> {
    const seat = this.#sessions.seat(session, agent);
    session.disarm(`seat ${agent.tab}`);
    try {
      if (seat) await session.write(`agent:${agent.email}`, 'cobrowse.joined');
    } catch (error) {
      this.#sessions.unseat(session, agent, 'failed');
      throw error;
    }
    // Nobody watches without it being known later.
    if (seat) seat.admitted = true;
    this.#sessions.touch(session);
    return this.#sessions.viewOf(session, agent.tab);
  }

  #refuseWhereOff(site: SiteId): void {
    if (this.#closed) throw new CvError('UNAVAILABLE', 'The server is being restarted; try again in a moment.');
    if (!this.#options.sites.require(site).settings.cobrowse.enabled) {
      throw new CvError('UNSUPPORTED', 'Pages are not shared on this site; its setting cobrowse.enabled is off.');
    }
  }
}

const replaced = () => new CvError('CONFLICT', 'This browser has just left or become another visitor; share again.');
const offline = () => new CvError('VISITOR_OFFLINE', 'The visitor has just left the site.');
const wrongCode = () => new CvError('NOT_FOUND', 'No visitor of this site has this code now; ask for a new one.');
