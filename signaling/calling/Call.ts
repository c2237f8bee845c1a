import type { CallKind, CallView, EndReason } from '#protocol/calling.ts';
import type { AgentId, CallId, CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { CallRecord } from '#signaling/store/Store.ts';

/** What is settled when a call starts. Times are milliseconds since the epoch. */
export interface CallTerms {
  readonly id: CallId;
  readonly site: SiteId;
  readonly kind: CallKind;
  readonly visitorId: VisitorId;
  readonly customerId?: CustomerId | undefined;
  readonly agent: { readonly id: AgentId; readonly email: string; readonly name: string };
  /** The agent's page; a reload keeps it. */
  readonly agentTab: TabId;
  readonly startedAt: number;
}

/** Consent was given in `sharer`; only that tab may produce. */
interface Consented {
  readonly answeredAt: number;
  readonly sharer: TabId;
}

/** A call's phase carries only what that phase has: before consent there is no tab that could produce. */
export type CallPhase =
  | { readonly state: 'ringing' }
  | ({ readonly state: 'connecting'; readonly activeAt?: number | undefined; readonly shareAgain: boolean } & Consented)
  | ({ readonly state: 'active'; readonly activeAt: number } & Consented)
  | {
      readonly state: 'ended';
      readonly reason: EndReason;
      readonly endedAt: number;
      readonly answeredAt?: number | undefined;
      readonly activeAt?: number | undefined;
    };

export type CallEvent =
  | { type: 'accept'; tab: TabId; at: number }
  | { type: 'flowing'; at: number }
  | { type: 'media-lost' }
  | { type: 'capture-lost' }
  | { type: 'capture-kept'; tab: TabId }
  | { type: 'end'; reason: EndReason; at: number };

/** The state machine: the phase after an event, or undefined where the event does not apply. */
export function transition(phase: CallPhase, event: CallEvent): CallPhase | undefined {
  if (phase.state === 'ended') return undefined;
  if (event.type === 'end') {
    const { reason, at } = event;
    if (phase.state === 'ringing') return { state: 'ended', reason, endedAt: at };
    return { state: 'ended', reason, endedAt: at, answeredAt: phase.answeredAt, activeAt: phase.activeAt };
  }
  switch (phase.state) {
    case 'ringing':
      return event.type === 'accept'
        ? { state: 'connecting', answeredAt: event.at, sharer: event.tab, shareAgain: false }
        : undefined;
    case 'connecting':
      switch (event.type) {
        case 'accept':
          return phase.shareAgain ? { ...phase, sharer: event.tab, shareAgain: false } : undefined;
        case 'capture-kept':
          return phase.shareAgain ? { ...phase, sharer: event.tab, shareAgain: false } : undefined;
        case 'flowing':
          return phase.shareAgain
            ? undefined
            : {
                state: 'active',
                answeredAt: phase.answeredAt,
                sharer: phase.sharer,
                activeAt: phase.activeAt ?? event.at,
              };
        case 'capture-lost':
          return phase.shareAgain ? undefined : { ...phase, shareAgain: true };
        case 'media-lost':
          return undefined;
      }
      break;
    case 'active':
      switch (event.type) {
        case 'capture-lost':
          return { ...phase, state: 'connecting', shareAgain: true };
        case 'media-lost':
          return { ...phase, state: 'connecting', shareAgain: false };
        case 'accept':
        case 'capture-kept':
        case 'flowing':
          return undefined;
      }
  }
  return undefined;
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

export function viewOf(terms: CallTerms, phase: CallPhase, online: CallView['online']): CallView {
  return {
    id: terms.id,
    kind: terms.kind,
    state: phase.state,
    reason: phase.state === 'ended' ? phase.reason : undefined,
    visitorId: terms.visitorId,
    agent: { email: terms.agent.email, name: terms.agent.name },
    startedAt: new Date(terms.startedAt).toISOString(),
    answeredAt: phase.state === 'ringing' ? undefined : iso(phase.answeredAt),
    activeAt: phase.state === 'ringing' ? undefined : iso(phase.activeAt),
    endedAt: phase.state === 'ended' ? iso(phase.endedAt) : undefined,
    shareAgain: phase.state === 'connecting' && phase.shareAgain,
    online,
  };
}

export function recordOf(terms: CallTerms, phase: CallPhase): CallRecord {
  return {
    id: terms.id,
    site: terms.site,
    kind: terms.kind,
    state: phase.state,
    reason: phase.state === 'ended' ? phase.reason : undefined,
    visitorId: terms.visitorId,
    customerId: terms.customerId,
    agentId: terms.agent.id,
    agentEmail: terms.agent.email,
    agentName: terms.agent.name,
    startedAt: terms.startedAt,
    answeredAt: phase.state === 'ringing' ? undefined : phase.answeredAt,
    activeAt: phase.state === 'ringing' ? undefined : phase.activeAt,
    endedAt: phase.state === 'ended' ? phase.endedAt : undefined,
  };
}
