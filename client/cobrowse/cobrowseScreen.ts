import type { TabId } from '#protocol/ids.ts';
import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { SharePhase } from './SharePhase.ts';
import type { VisitorControl } from './VisitorControl.ts';

/** What the visitor can do about the sharing of the page. */
export interface ShareActs {
  accept(): void;
  decline(): void;
  end(): void;
  dismiss(): void;
  toggleHidden(): void;
}

export interface ShareState {
  tab: TabId;
  /** This page reaches the server. */
  connected: boolean;
  maskAll: boolean;
  hiddenShown: boolean;
  code?: string | undefined;
  /** Where an agent has asked to act. */
  control?: VisitorControl | undefined;
}

/** What the visitor sees in a phase, the last one on top. */
export function cobrowseScreen(phase: SharePhase, state: ShareState, acts: ShareActs): readonly CobrowseScreen[] {
  const { maskAll } = state;
  switch (phase.kind) {
    case 'idle':
      return [{ kind: 'hidden' }];
    case 'asking':
      return [{ kind: 'offer', maskAll, ...acts }];
    case 'ringing': {
      const agent = phase.session.agent?.name;
      return [{ kind: 'offer', ringMs: phase.ringMs, maskAll, ...acts, ...(agent && { agent }) }];
    }
    case 'starting':
    case 'answering':
      return [sharing({ agents: [], thisTab: true, paused: false }, state, acts)];
    case 'sharing': {
      const { session } = phase;
      const { viewers, tabs, paused } = session;
      const agents = viewers.map(({ name }) => name);
      const thisTab = tabs.find(({ front }) => front)?.tab === state.tab;
      const banner = sharing({ agents, thisTab, paused }, state, acts);
      return state.control?.screens(session, banner) ?? [banner];
    }
    case 'over': {
      // Who declined knows it; another tab that merely rang along has nothing to tell.
      if (phase.reason === 'declined') return [{ kind: 'hidden' }];
      const { reason, agent } = phase;
      return [{ kind: 'over', reason, ...acts, ...(agent && { agent }) }];
    }
  }
}

type Sharing = Extract<CobrowseScreen, { kind: 'sharing' }>;

function sharing(
  standing: Pick<Sharing, 'agents' | 'thisTab' | 'paused'>,
  { connected, hiddenShown, code }: ShareState,
  acts: ShareActs,
): Sharing {
  const waiting = standing.agents.length === 0;
  return { kind: 'sharing', ...standing, waiting, connected, hiddenShown, ...acts, ...(code && { code }) };
}
