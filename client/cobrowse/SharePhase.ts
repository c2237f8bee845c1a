import type { CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import type { Recording } from './Recording.ts';

/**
 * Where this page stands with the sharing of it. Only `sharing` can hold a recording, and what it holds is stopped
 * before another phase begins.
 */
export type SharePhase =
  | { kind: 'idle' }
  /** The visitor wants to share, and is asked here first; the server knows nothing of it. */
  | { kind: 'asking' }
  /** Consented; the server is being told. `lost`: whether it has heard is unknown. */
  | { kind: 'starting'; lost?: true }
  | { kind: 'ringing'; session: CobrowseView; ringMs: number }
  | { kind: 'answering'; session: CobrowseView; lost?: true }
  | { kind: 'sharing'; session: CobrowseView; recording?: Recording }
  | { kind: 'over'; reason: CobrowseEndReason; agent?: string };

/** The session that goes on or is asked for. */
export const sessionOf = (phase: SharePhase): CobrowseView | undefined =>
  'session' in phase ? phase.session : undefined;

export const recordingOf = (phase: SharePhase): Recording | undefined =>
  phase.kind === 'sharing' ? phase.recording : undefined;
