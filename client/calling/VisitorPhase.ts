import type { CallView } from '#protocol/calling.ts';
import type { MediaSession } from '../core/MediaSession.ts';

/** Where this page stands with a call. What a phase holds is its own, and is closed when the next one has it no more. */
export type VisitorPhase =
  | { kind: 'idle' }
  | { kind: 'ringing'; call: CallView; ringMs: number; media: MediaSession }
  /** Accepted here: the browser's picker is open. */
  | { kind: 'choosing'; call: CallView; media: MediaSession; capture: Promise<MediaStream> }
  | { kind: 'sharing'; call: CallView; media: MediaSession; stream: MediaStream }
  /** After a change of page the browser demands a click. */
  | { kind: 'again'; call: CallView; media: MediaSession }
  /** Another tab of the visitor rings or shares; once somebody consented, the server lets only that one stay. */
  | { kind: 'aside'; call: CallView }
  | { kind: 'over'; call: CallView };

/** The call that goes on. */
export const callOf = (phase: VisitorPhase): CallView | undefined =>
  phase.kind === 'idle' || phase.kind === 'over' ? undefined : phase.call;

export const mediaOf = (phase: VisitorPhase): MediaSession | undefined => ('media' in phase ? phase.media : undefined);

export const streamOf = (phase: VisitorPhase): MediaStream | undefined =>
  phase.kind === 'sharing' ? phase.stream : undefined;

/** Whether it is this page that captures. */
export const isCapturing = (phase: VisitorPhase): phase is Extract<VisitorPhase, { kind: 'choosing' | 'sharing' }> =>
  phase.kind === 'choosing' || phase.kind === 'sharing';
