import type { CallState } from '#protocol/calling.ts';
import type { CobrowseCapability, CobrowseCommand, CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { MirrorMode } from '../../../cobrowse/mirror/messages.ts';

/** All that the agent’s panel shows. */
export interface CobrowsePanelState {
  /** Who shares; absent while the name is not known. */
  visitor?: string;
  state: CallState;
  reason?: CobrowseEndReason;
  session?: CobrowseView;
  /** This agent, as `session` names agents. */
  email: string;
  /** Whether this agent’s own connection stands. */
  connected: boolean;
  /** The page has been on screen. */
  shown: boolean;
  /** How far the first picture is on its way, in parts of `total`. */
  progress?: { done: number; total: number };
  paused: boolean;
  /** The page that is on screen. */
  page?: { url: string; title?: string };
  error?: string;
  /** Lets the panel say the common errors in its own language. */
  errorCode?: ErrorCode;
  mode: MirrorMode;
  /** As large as at the visitor, instead of fitted. */
  actual: boolean;
  /** Whether the site lets agents ask for control. */
  mayControl: boolean;
  /** The last command could not be done; `n` tells one from the next. */
  trouble?: { n: number; code: ErrorCode };
  end(): void;
  leave(): void;
  dismiss(): void;
  /** Asks the visitor once more; absent while nobody knows whom. */
  again?(): void;
  setMode(mode: MirrorMode): void;
  setActual(actual: boolean): void;
  askControl(capabilities: CobrowseCapability[]): void;
  release(): void;
  command(command: CobrowseCommand): void;
}
