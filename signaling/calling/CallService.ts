import type { Logger } from 'pino';
import type { CallKind, CallView, EndReason } from '#protocol/calling.ts';
import { CvError } from '#protocol/errors.ts';
import type { AgentId, CallId, TabId, TokenId, VisitorId } from '#protocol/ids.ts';
import { RING_MS } from '#protocol/limits.ts';
import { newId } from '#protocol/newId.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { AgentCaller, Caller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { MediaService } from '#signaling/media/MediaService.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { isOnline, maySee, type Visitor } from '#signaling/presence/Visitor.ts';
import type { AuditRecord, CallRecord, CallStore, CustomerStore } from '#signaling/store/Store.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import type { CallEvent } from './Call.ts';
import { callEntry } from './callEntry.ts';
import { LiveCall } from './LiveCall.ts';

/** Milliseconds. */
export const callTimes = {
  ring: RING_MS,
  /** From consent to the first frame; a person may look long at the browser's picker. */
  connect: 120_000,
  /** How long a side may be without a connection. */
  absence: 30_000,
};

export interface CallServiceOptions {
  store: CallStore;
  /** Whom somebody who has only written so far is assigned to. */
  customers: Pick<CustomerStore, 'get'>;
  hooks: Pick<WebhookDirectory, 'rows'>;
  presence: PresenceService;
  outlet: Pick<Outlet, 'toVisitor' | 'toAgentTab'>;
  media: MediaService;
  log: Logger;
  times?: Partial<typeof callTimes>;
}

type VisitorReason = Extract<EndReason, 'ended' | 'picker-cancelled' | 'track-ended' | 'unsupported' | 'failed'>;

/** Calls from ringing to their end: who may do what, and who is told. */
export class CallService {
  readonly #calls = new Map<CallId, LiveCall>();
  readonly #byVisitor = new Map<VisitorId, LiveCall>();
  readonly #byAgent = new Map<AgentId, LiveCall>();
  /** Ended, and not yet wholly written. */
  readonly #ending = new Set<LiveCall>();
  readonly #options: CallServiceOptions;
  readonly #times: typeof callTimes;
  #closing = false;

  constructor(options: CallServiceOptions) {
    this.#options = options;
    this.#times = { ...callTimes, ...options.times };
    options.presence.on('tabGone', (visitor, tab) => this.#tabGone(visitor, tab));
    options.media.on('lost', (callId) => this.#apply(callId, { type: 'media-lost' }, 'system', 'call.media-lost'));
    options.media.on('failed', (callId) => {
      const call = this.#calls.get(callId);
      if (call) this.#end(call, 'failed', 'system');
    });
  }

  /** Ends in the store what a former process left behind: its media are gone. */
  async recover(): Promise<void> {
    const reason = 'disconnected';
    const { store, hooks } = this.#options;
    for (const left of await store.listUnended()) {
      const { site, id, customerId } = left;
      const record: CallRecord = { ...left, state: 'ended', reason, endedAt: Date.now() };
      const outbox = hooks.rows(site, 'call.ended', { call: callEntry(record) }, customerId);
      await store.save(record, [auditRecord(site, 'system', 'call.ended', id, { reason })], outbox);
    }
  }

  get size(): number {
    return this.#calls.size;
  }

  async start(agent: AgentCaller, visitorId: VisitorId, kind: CallKind): Promise<CallView> {
    if (this.#closing) throw new CvError('UNAVAILABLE', 'The server is being restarted; call again in a moment.');
    await this.#refuseHidden(agent, visitorId);
    const visitor = this.#callable(agent, visitorId);
    const call = new LiveCall(
      {
        id: newId('c'),
        site: agent.site,
        kind,
        visitorId,
        customerId: visitor.customerId,
        agent: { id: agent.agentId, email: agent.email, name: agent.name },
        agentTab: agent.tab,
        startedAt: Date.now(),
      },
      agent.tokenId,
      this.#options.store,
      this.#options.hooks,
    );
    const supported = visitor.tabs.some((tab) => tab.screen);
    if (!supported) call.apply({ type: 'end', reason: 'unsupported', at: Date.now() });
    else this.#register(call);
    try {
      await call.write(`agent:${agent.email}`, 'call.started', { visitor: visitorId, kind, supported });
      if (supported) await this.#options.media.open(call.terms.id);
      else await call.write('system', 'call.ended', { reason: 'unsupported' });
      // Whoever ended it meanwhile found no room to close.
      if (call.phase.state === 'ended') this.#options.media.close(call.terms.id);
    } catch (error) {
      // The visitor was not rung yet and has nothing to hear of.
      this.#finish(call, 'failed', 'system');
      throw error;
    }
    if (call.phase.state === 'ringing') {
      call.arm('phase', this.#times.ring, () => this.#end(call, 'missed', 'system'));
      this.#offer(call);
    }
    return call.view;
  }

  async answer(visitor: VisitorCaller, callId: CallId, accept: boolean): Promise<CallView> {
    const call = this.party(visitor, callId);
    const actor = `visitor:${visitor.visitorId}`;
    if (!accept) return this.#hangUp(call, call.phase.state === 'ringing' ? 'declined' : 'ended', actor);
    const again = call.phase.state !== 'ringing';
    if (!call.apply({ type: 'accept', tab: visitor.tab, at: Date.now() })) {
      throw new CvError('CONFLICT', 'The call was already answered, perhaps in another tab.');
    }
    this.#options.media.keepOnly(callId, [visitor.tab, call.terms.agentTab]);
    this.#armConnect(call);
    this.#tell(call);
    try {
      await call.write(actor, again ? 'call.share-again-accepted' : 'call.accepted', { tab: visitor.tab });
    } catch (error) {
      // A consent that nobody can prove later is none.
      this.#end(call, 'failed', 'system');
      throw error;
    }
    return call.view;
  }

  async end(caller: Caller, callId: CallId, reason: VisitorReason): Promise<CallView> {
    const call = this.party(caller, callId);
    if (caller.role === 'agent') {
      return this.#hangUp(call, call.phase.state === 'ringing' ? 'cancelled' : 'ended', `agent:${caller.email}`);
    }
    const declined = call.phase.state === 'ringing' && reason === 'ended';
    return this.#hangUp(call, declined ? 'declined' : reason, `visitor:${caller.visitorId}`);
  }

  /** The call, if the caller is one of its two sides; to anybody else it does not exist. */
  party(caller: Caller, callId: CallId): LiveCall {
    const call = this.#calls.get(callId);
    const mine =
      call?.terms.site === caller.site &&
      (caller.role === 'agent' ? call.terms.agent.id === caller.agentId : call.terms.visitorId === caller.visitorId);
    if (!call || !mine) throw new CvError('NOT_FOUND', 'There is no such call, or it has ended.');
    return call;
  }

  /** Media have begun to flow to the agent. */
  flowing(callId: CallId): void {
    this.#apply(callId, { type: 'flowing', at: Date.now() }, 'system', 'call.active');
  }

  /** A visitor's tab is connected. `sharing`: the call that tab is still capturing for. */
  visitorConnected(visitor: VisitorCaller, sharing: CallId | undefined): CallView[] {
    const call = this.#byVisitor.get(visitor.visitorId);
    if (call?.terms.site !== visitor.site) return [];
    const { id } = call.terms;
    call.disarm('visitor-absent');
    // Presence may have forgotten who was away for longer than a page change.
    this.#options.presence.setBusy(visitor.site, visitor.visitorId, true);
    const returned = !call.online.visitor;
    call.online.visitor = true;
    const actor = `visitor:${visitor.visitorId}`;
    const { phase } = call;
    if (phase.state === 'connecting' || phase.state === 'active') {
      if (sharing === id) this.#apply(id, { type: 'capture-kept', tab: visitor.tab }, actor, 'call.capture-kept');
      else if (phase.sharer === visitor.tab || !this.#isOpen(call, phase.sharer)) this.#captureLost(call, actor);
    }
    if (returned) this.#tell(call);
    if (phase.state === 'ringing') this.#offer(call);
    return [call.view];
  }

  visitorDisconnected(visitor: VisitorCaller): void {
    const call = this.#byVisitor.get(visitor.visitorId);
    const present = this.#options.presence.find(visitor.site, visitor.visitorId);
    if (!call || (present && isOnline(present))) return;
    this.#absent(call, 'visitor', `visitor:${visitor.visitorId}`);
  }

  agentConnected(agent: AgentCaller): CallView[] {
    const call = this.#byAgent.get(agent.agentId);
    if (call?.terms.agentTab !== agent.tab) return [];
    call.agentToken = agent.tokenId;
    call.disarm('agent-absent');
    if (!call.online.agent) {
      call.online.agent = true;
      this.#tell(call);
    }
    return [call.view];
  }

  agentDisconnected(agent: AgentCaller): void {
    const call = this.#byAgent.get(agent.agentId);
    if (call?.terms.agentTab === agent.tab) this.#absent(call, 'agent', `agent:${agent.email}`);
  }

  /** The visitor is somebody else now. Resolves when nothing of the visitor's calls is still to be written. */
  async endOfVisitor(visitorId: VisitorId, actor: string): Promise<void> {
    const call = this.#byVisitor.get(visitorId);
    if (call) this.#end(call, 'ended', actor);
    await Promise.all([...this.#ending].filter(({ terms }) => terms.visitorId === visitorId).map((one) => one.close()));
  }

  /** These tokens were revoked or have expired: a call that lives by one of them ends, by another it goes on. */
  endOfTokens(agentId: AgentId, tokens: readonly TokenId[]): void {
    const call = this.#byAgent.get(agentId);
    if (call && tokens.includes(call.agentToken)) this.#end(call, 'ended', 'system');
  }

  /** Ends every call and resolves when all of it is written. */
  async close(): Promise<void> {
    this.#closing = true;
    const calls = [...this.#calls.values()];
    for (const call of calls) this.#end(call, 'disconnected', 'system');
    await Promise.all(calls.map((call) => call.close()));
  }

  #callable(agent: AgentCaller, visitorId: VisitorId): Visitor {
    const visitor = this.#options.presence.find(agent.site, visitorId);
    if (!visitor || (visitor.person && !maySee(agent, visitor.person))) {
      throw new CvError('NOT_FOUND', 'No such visitor is on the site now.');
    }
    if (!visitor.customerId)
      throw new CvError(
        'NOT_TAGGED',
        'This visitor is not tagged and has not written; the page has to call CV.user.tag.',
      );
    if (!isOnline(visitor)) throw new CvError('VISITOR_OFFLINE', 'The visitor has just left the site.');
    if (this.#byVisitor.has(visitorId)) throw new CvError('CALL_BUSY', 'The visitor is in another call.');
    if (this.#byAgent.has(agent.agentId)) throw new CvError('CALL_BUSY', 'End your other call first.');
    return visitor;
  }

  /** Of people without a name only their row knows whom they are assigned to. */
  async #refuseHidden(agent: AgentCaller, visitorId: VisitorId): Promise<void> {
    const visitor = this.#options.presence.find(agent.site, visitorId);
    if (!visitor?.customerId || visitor.person) return;
    const customer = await this.#options.customers.get(agent.site, visitor.customerId);
    if (!customer || !maySee(agent, customer)) throw new CvError('NOT_FOUND', 'No such visitor is on the site now.');
  }

  #register(call: LiveCall): void {
    const { id, site, visitorId, agent } = call.terms;
    this.#calls.set(id, call);
    this.#byVisitor.set(visitorId, call);
    this.#byAgent.set(agent.id, call);
    this.#options.presence.setBusy(site, visitorId, true);
  }

  #unregister(call: LiveCall): void {
    const { id, site, visitorId, agent } = call.terms;
    if (!this.#calls.delete(id)) return;
    this.#byVisitor.delete(visitorId);
    this.#byAgent.delete(agent.id);
    this.#options.presence.setBusy(site, visitorId, false);
    this.#options.media.close(id);
    this.#ending.add(call);
    void call.close().finally(() => this.#ending.delete(call));
  }

  /** Both sides hear of it at once; whoever hung up has an answer when it is written. */
  async #hangUp(call: LiveCall, reason: EndReason, actor: string): Promise<CallView> {
    this.#end(call, reason, actor);
    await call.close();
    return call.view;
  }

  #end(call: LiveCall, reason: EndReason, actor: string): void {
    if (this.#finish(call, reason, actor)) this.#tell(call);
  }

  #finish(call: LiveCall, reason: EndReason, actor: string): boolean {
    if (!call.apply({ type: 'end', reason, at: Date.now() })) return false;
    this.#log(call.write(actor, 'call.ended', { reason }));
    this.#unregister(call);
    return true;
  }

  #apply(callId: CallId, event: CallEvent, actor: string, action: string, detail?: AuditRecord['detail']): void {
    const call = this.#calls.get(callId);
    if (!call?.apply(event)) return;
    if (call.phase.state === 'active') call.disarm('phase');
    else this.#armConnect(call);
    this.#log(call.write(actor, action, detail));
    this.#tell(call);
  }

  #offer(call: LiveCall): void {
    const ringMs = Math.max(0, call.terms.startedAt + this.#times.ring - Date.now());
    const { view } = call;
    queueMicrotask(() => this.#options.outlet.toVisitor(view.visitorId, 'calling.offer', { call: view, ringMs }));
  }

  #captureLost(call: LiveCall, actor: string): void {
    this.#options.media.keepOnly(call.terms.id, [call.terms.agentTab]);
    this.#apply(call.terms.id, { type: 'capture-lost' }, actor, 'call.capture-lost');
  }

  /** Whether a tab of the visitor is there, or gone so shortly that it may come back. */
  #isOpen({ terms }: LiveCall, tab: TabId): boolean {
    return this.#options.presence.find(terms.site, terms.visitorId)?.tabs.some(({ id }) => id === tab) ?? false;
  }

  #tabGone(visitor: Visitor, tab: TabId): void {
    const call = this.#byVisitor.get(visitor.id);
    if (call?.terms.site !== visitor.site || !isOnline(visitor)) return;
    const { phase } = call;
    if ((phase.state === 'connecting' || phase.state === 'active') && phase.sharer === tab) {
      this.#captureLost(call, `visitor:${visitor.id}`);
    }
  }

  #absent(call: LiveCall, side: 'visitor' | 'agent', actor: string): void {
    call.online[side] = false;
    call.arm(`${side}-absent`, this.#times.absence, () => this.#end(call, 'disconnected', actor));
    this.#log(call.write(actor, `call.${side}-absent`));
    this.#tell(call);
  }

  #armConnect(call: LiveCall): void {
    const reason = () => (call.view.shareAgain ? 'disconnected' : 'failed');
    call.arm('phase', this.#times.connect, () => this.#end(call, reason(), 'system'));
  }

  /** In a moment: a page whose coming changed the call hears its welcome first. */
  #tell(call: LiveCall): void {
    const { view } = call;
    queueMicrotask(() => {
      this.#options.outlet.toVisitor(view.visitorId, 'calling.changed', { call: view });
      this.#options.outlet.toAgentTab(call.terms.agentTab, 'calling.changed', { call: view });
    });
  }

  #log(written: Promise<void>): void {
    written.catch((error) => this.#options.log.error({ err: error }, 'a call could not be written'));
  }
}
