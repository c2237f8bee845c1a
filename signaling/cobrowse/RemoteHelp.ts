import { capabilityOf } from '#protocol/capabilityOf.ts';
import type {
  CobrowseCapability,
  CobrowseCommand,
  CobrowseMark,
  CobrowseOutcome,
  CobrowseView,
} from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { AgentCaller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { CobrowseService } from './CobrowseService.ts';
import type { LiveCobrowse } from './LiveCobrowse.ts';

export interface RemoteHelpOptions {
  cobrowses: CobrowseService;
  sites: Pick<SiteDirectory, 'require'>;
  presence: Pick<PresenceService, 'find'>;
  outlet: Pick<Outlet, 'toVisitorTab' | 'toAgentTab'>;
}

/** What agents show in the visitor's page, and do there as far as the visitor has let them. */
export class RemoteHelp {
  readonly #options: RemoteHelpOptions;

  constructor(options: RemoteHelpOptions) {
    this.#options = options;
  }

  async ask(agent: AgentCaller, id: CobrowseId, capabilities: readonly CobrowseCapability[]): Promise<CobrowseView> {
    const { cobrowses, sites } = this.#options;
    const session = cobrowses.party(agent, id);
    if (!sites.require(agent.site).settings.cobrowse.control) {
      throw new CvError('UNSUPPORTED', 'Agents do not act in pages on this site; its setting cobrowse.control is off.');
    }
    if (!session.open) throw new CvError('CONFLICT', 'The visitor does not share the page yet.');
    if (!session.control.ask({ tab: agent.tab, agent: nameOf(agent), capabilities: [...new Set(capabilities)] })) {
      throw new CvError('CONFLICT', 'Another agent’s question waits for the visitor’s answer.');
    }
    cobrowses.sessions.touch(session);
    await session.write(`agent:${agent.email}`, 'cobrowse.control-asked', { capabilities: [...capabilities] });
    return cobrowses.sessions.viewOf(session, agent.tab);
  }

  /** The visitor's answer; who acted until then acts no more. */
  async grant(
    visitor: VisitorCaller,
    id: CobrowseId,
    email: string,
    capabilities: readonly CobrowseCapability[],
  ): Promise<CobrowseView> {
    const { sessions } = this.#options.cobrowses;
    const session = this.#options.cobrowses.party(visitor, id);
    const { granted: former } = session.control;
    if (!session.control.concerns(email)) throw new CvError('NOT_FOUND', 'This agent asks for nothing, or no more.');
    const answer = session.control.answer(email, capabilities);
    if (!answer) throw new CvError('CONFLICT', 'No more can be granted than is asked for.');
    const { granted } = session.control;
    sessions.touch(session);
    if (former && answer === 'granted' && former.agent.email !== email) {
      sessions.record(session, 'system', 'cobrowse.control-ended', { agent: former.agent.email, why: 'replaced' });
    }
    const detail = { agent: email, tab: visitor.tab, capabilities: [...capabilities] };
    try {
      await session.write(`visitor:${visitor.visitorId}`, `cobrowse.control-${answer}`, detail);
    } catch (error) {
      // Nobody acts on a word that could not be proven later.
      if (answer === 'granted') session.control.clear();
      sessions.touch(session);
      throw error;
    }
    if (answer === 'granted') session.control.prove(granted);
    sessions.touch(session);
    return sessions.viewOf(session);
  }

  release(agent: AgentCaller, id: CobrowseId): CobrowseView {
    const { sessions } = this.#options.cobrowses;
    const session = this.#options.cobrowses.party(agent, id);
    sessions.dropControl(session, agent, 'released');
    sessions.touch(session);
    return sessions.viewOf(session, agent.tab);
  }

  command(agent: AgentCaller, id: CobrowseId, n: number, command: CobrowseCommand): void {
    const { cobrowses, outlet } = this.#options;
    const session = cobrowses.party(agent, id);
    if (!session.control.may(agent.tab, capabilityOf[command.do])) {
      throw new CvError('FORBIDDEN', `The visitor has not granted this page “${capabilityOf[command.do]}”.`);
    }
    const url = this.#urlOf(session);
    if (command.do === 'go' && !staysOn(url, command.to)) {
      throw new CvError('FORBIDDEN', 'Only addresses of the site that the visitor is on can be gone to.');
    }
    const { tab } = session.recording;
    if (tab === undefined || url === undefined) this.#tellOutcome(agent.tab, id, n, 'NOT_FOUND');
    else {
      const payload = { id, n, agent: nameOf(agent), command };
      outlet.toVisitorTab(session.terms.visitorId, tab, 'cobrowse.command', payload);
    }
  }

  /** From the page that acted, to the one that sent the command. */
  outcome(visitor: VisitorCaller, id: CobrowseId, n: number, code: CobrowseOutcome): void {
    const session = this.#options.cobrowses.party(visitor, id);
    const { granted } = session.control;
    if (granted && visitor.tab === session.recording.tab) this.#tellOutcome(granted.tab, id, n, code);
  }

  mark(agent: AgentCaller, id: CobrowseId, mark: CobrowseMark): void {
    const { cobrowses, outlet } = this.#options;
    const session = cobrowses.party(agent, id);
    const { tab } = session.recording;
    if (!session.open || tab === undefined) return;
    const payload = { id, agent: nameOf(agent), mark };
    outlet.toVisitorTab(session.terms.visitorId, tab, 'cobrowse.mark', payload);
    for (const other of session.seats.here()) {
      if (other.tab !== agent.tab) outlet.toAgentTab(other.tab, 'cobrowse.mark', payload);
    }
  }

  paused(visitor: VisitorCaller, id: CobrowseId, paused: boolean): void {
    const { cobrowses } = this.#options;
    const session = cobrowses.party(visitor, id);
    if (visitor.tab !== session.recording.tab) return;
    session.recording.paused = paused;
    cobrowses.sessions.touch(session);
  }

  #urlOf({ terms, recording }: LiveCobrowse): string | undefined {
    const visitor = this.#options.presence.find(terms.site, terms.visitorId);
    return visitor?.tabs.find(({ id, socketId }) => id === recording.tab && socketId !== undefined)?.url;
  }

  #tellOutcome(tab: AgentCaller['tab'], id: CobrowseId, n: number, code: CobrowseOutcome): void {
    this.#options.outlet.toAgentTab(tab, 'cobrowse.outcome', { id, n, code });
  }
}

const nameOf = ({ email, name }: AgentCaller) => ({ email, name });

/** Nobody is logged in as somebody else by an address that names a user. */
function staysOn(url: string | undefined, to: string): boolean {
  if (['back', 'forward', 'reload'].includes(to)) return true;
  const [here, there] = [URL.parse(url ?? ''), URL.parse(to)];
  return here?.origin === there?.origin && there?.username === '' && there.password === '';
}
