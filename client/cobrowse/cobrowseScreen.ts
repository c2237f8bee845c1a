import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';
import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { SharePhase } from './SharePhase.ts';

/** What the visitor can do about the sharing of the page. */
export interface ShareActs {
  accept(): void;
  decline(): void;
  end(): void;
  dismiss(): void;
  toggleHidden(): void;
  grant(capabilities: readonly CobrowseCapability[]): void;
  refuse(): void;
  stopControl(): void;
}

export interface ShareState {
  tab: TabId;
  /** This page reaches the server. */
  connected: boolean;
  maskAll: boolean;
  hiddenShown: boolean;
  code?: string | undefined;
  /** The visitor has just taken control back, and the server does not know yet. */
  controlStopped: boolean;
  /** An answer to who asked for control is under way. */
  controlAnswered: boolean;
}

/** What the visitor sees in a phase, the last one on top. */
export function cobrowseScreen(phase: SharePhase, state: ShareState, acts: ShareActs): readonly CobrowseScreen[] {
  const { maskAll, connected } = state;
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
      const { viewers, tabs, paused, control, asked } = phase.session;
      const agents = viewers.map(({ name }) => name);
      const thisTab = tabs.find(({ front }) => front)?.tab === state.tab;
      const banner = sharing({ agents, thisTab, paused }, state, acts);
      if (control && !state.controlStopped) {
        banner.control = { agent: control.agent.name, capabilities: control.capabilities };
      }
      if (!asked || state.controlAnswered || !connected) return [banner];
      const { agent, capabilities } = asked;
      return [banner, { kind: 'control-asked', agent: agent.name, capabilities, ...acts }];
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
