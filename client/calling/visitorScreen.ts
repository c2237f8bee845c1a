import type { VisitorScreen } from '../ui/VisitorUi.tsx';
import type { VisitorPhase } from './VisitorPhase.ts';

/** What the visitor can do about a call. */
export interface VisitorActs {
  accept(): void;
  decline(): void;
  cancel(): void;
  end(): void;
  dismiss(): void;
}

/** What the visitor sees in a phase; `connected`: this page reaches the server. */
export function visitorScreen(phase: VisitorPhase, connected: boolean, acts: VisitorActs): VisitorScreen {
  if (phase.kind === 'idle') return { kind: 'hidden' };
  const { accept, decline, cancel, end, dismiss } = acts;
  const { agent, online, state, reason = 'ended' } = phase.call;
  const banner = { kind: 'sharing', agent: agent.name, agentOnline: online.agent, end } as const;
  switch (phase.kind) {
    case 'ringing':
      return { kind: 'offer', agent: agent.name, ringMs: phase.ringMs, accept, decline };
    case 'choosing':
      return { kind: 'choosing', agent: agent.name, cancel };
    case 'sharing':
      return { ...banner, connected: connected && !phase.media.broken };
    case 'again':
      return { kind: 'share-again', agent: agent.name, accept, end };
    case 'aside':
      return state === 'active' ? { ...banner, connected } : { kind: 'hidden' };
    case 'over':
      // Who declined knows it; another tab that merely rang along has nothing to tell.
      return reason === 'declined' ? { kind: 'hidden' } : { kind: 'over', agent: agent.name, reason, dismiss };
  }
}
