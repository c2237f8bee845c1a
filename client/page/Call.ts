import type { CallState, EndReason } from '#protocol/calling.ts';
import type { CallId } from '#protocol/ids.ts';

export interface CallEvents {
  /** At every change of `state`. */
  state: (state: CallState) => void;
  /** Once, after the `state` ended. */
  ended: (reason: EndReason) => void;
}

/**
 * A call as the agent's page has it, from `CV.calling.startScreen` (seed 003): there at once, before anybody is rung.
 * A panel floats over the page and shows it, unless it is attached to an element of the page's own.
 */
export interface Call {
  /** Absent until the server knows of it. */
  readonly id?: CallId | undefined;
  readonly state: CallState;
  /** Why it ended; absent until then. */
  readonly reason?: EndReason | undefined;
  /**
   * Resolves when the visitor's screen is seen. Rejects with CvError if the call ends before: DECLINED, TIMEOUT (nobody
   * answered), UNSUPPORTED, VISITOR_OFFLINE, NOT_TAGGED, CALL_BUSY, NOT_FOUND, UNAUTHENTICATED, else CONFLICT.
   */
  readonly ready: Promise<void>;
  /** Answers its undo. */
  on<Name extends keyof CallEvents>(event: Name, listener: CallEvents[Name]): () => void;
  /** Shows it in this element instead of the floating panel; null takes it out again. */
  attach(element: HTMLElement | null): void;
  /** For both sides, at once, whatever the network does; before it rings, nobody is rung. */
  end(): void;
}
