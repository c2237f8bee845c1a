import type { CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import type { AgentId, CobrowseId, CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import type { CobrowseRecord } from '#signaling/store/Store.ts';

/** What is settled when a session starts. Times are milliseconds since the epoch. */
export interface CobrowseTerms {
  readonly id: CobrowseId;
  readonly site: SiteId;
  readonly visitorId: VisitorId;
  readonly startedBy: 'agent' | 'visitor';
  /** Who asked the visitor, or whom the visitor shares with. */
  readonly agent: { readonly id: AgentId; readonly email: string; readonly name: string };
  readonly startedAt: number;
}

/** A session's phase carries only what that phase has: without consent there is no time of it, and nothing to watch. */
export type CobrowsePhase =
  | { readonly state: 'ringing' }
  | { readonly state: 'connecting'; readonly consentedAt: number }
  | { readonly state: 'active'; readonly consentedAt: number; readonly activeAt: number }
  | {
      readonly state: 'ended';
      readonly reason: CobrowseEndReason;
      readonly endedAt: number;
      readonly consentedAt?: number | undefined;
      readonly activeAt?: number | undefined;
    };

export type CobrowseEvent =
  | { type: 'consent'; at: number }
  | { type: 'flowing'; at: number }
  | { type: 'end'; reason: CobrowseEndReason; at: number };

/** The state machine: the phase after an event, or undefined where the event does not apply. */
export function transition(phase: CobrowsePhase, event: CobrowseEvent): CobrowsePhase | undefined {
  if (phase.state === 'ended') return undefined;
  switch (event.type) {
    case 'consent':
      return phase.state === 'ringing' ? { state: 'connecting', consentedAt: event.at } : undefined;
    case 'flowing':
      return phase.state === 'connecting' ? { ...phase, state: 'active', activeAt: event.at } : undefined;
    case 'end':
      return { ...timesOf(phase), state: 'ended', reason: event.reason, endedAt: event.at };
  }
}

/** How a session stands besides its phase. */
export type CobrowseSight = Pick<CobrowseView, 'viewers' | 'tabs' | 'control' | 'asked' | 'paused' | 'online'>;

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

export function viewOf(terms: CobrowseTerms, phase: CobrowsePhase, sight: CobrowseSight): CobrowseView {
  const { consentedAt, activeAt, endedAt } = timesOf(phase);
  return {
    id: terms.id,
    state: phase.state,
    reason: phase.state === 'ended' ? phase.reason : undefined,
    visitorId: terms.visitorId,
    startedBy: terms.startedBy,
    agent: { email: terms.agent.email, name: terms.agent.name },
    startedAt: new Date(terms.startedAt).toISOString(),
    consentedAt: iso(consentedAt),
    activeAt: iso(activeAt),
    endedAt: iso(endedAt),
    ...sight,
  };
}

export function recordOf(
  terms: CobrowseTerms,
  phase: CobrowsePhase,
  customerId: CustomerId | undefined,
): CobrowseRecord {
  return {
    id: terms.id,
    site: terms.site,
    state: phase.state,
    reason: phase.state === 'ended' ? phase.reason : undefined,
    visitorId: terms.visitorId,
    customerId,
    startedBy: terms.startedBy,
    agentId: terms.agent.id,
    agentEmail: terms.agent.email,
    agentName: terms.agent.name,
    startedAt: terms.startedAt,
    ...timesOf(phase),
  };
}

interface Times {
  consentedAt?: number | undefined;
  activeAt?: number | undefined;
  endedAt?: number | undefined;
}

function timesOf(phase: CobrowsePhase): Times {
  switch (phase.state) {
    case 'ringing':
      return {};
    case 'connecting':
      return { consentedAt: phase.consentedAt };
    case 'active':
      return { consentedAt: phase.consentedAt, activeAt: phase.activeAt };
    case 'ended':
      return { consentedAt: phase.consentedAt, activeAt: phase.activeAt, endedAt: phase.endedAt };
  }
}
