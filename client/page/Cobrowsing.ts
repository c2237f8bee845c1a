import type { CallState } from '#protocol/calling.ts';
import type { CobrowseCapability, CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import type { MirrorMode } from '../cobrowse/mirror/messages.ts';

export interface CobrowsingEvents {
  /** At every change of `state`. */
  state: (state: CallState) => void;
  /** Once, after the `state` ended. */
  ended: (reason: CobrowseEndReason) => void;
  /** At every change of the session: who watches, which tab is shown, who may act. */
  changed: (session: CobrowseView) => void;
}

/**
 * A shared page as the agent's page has it, from `CV.calling.startCobrowse` or `CV.cobrowse.join`: there at once, before
 * anybody is asked. A panel floats over the page and shows it, unless it is attached to an element of the page's own.
 */
export interface Cobrowsing {
  /** Absent until the server knows of it. */
  readonly id?: CobrowseId | undefined;
  readonly state: CallState;
  /** Why it ended; absent until then. */
  readonly reason?: CobrowseEndReason | undefined;
  /** Whose page it is; who joins learns it from the session. */
  readonly visitorId?: VisitorId | undefined;
  /** As the server told it last. */
  readonly session?: CobrowseView | undefined;
  /**
   * Resolves when the visitor's page is seen. Rejects with CvError if the session ends before: DECLINED, TIMEOUT (nobody
   * answered), UNSUPPORTED, VISITOR_OFFLINE, NOT_TAGGED, CALL_BUSY, NOT_FOUND, UNAUTHENTICATED, else CONFLICT.
   */
  readonly ready: Promise<void>;
  /** Answers its undo. */
  on<Name extends keyof CobrowsingEvents>(event: Name, listener: CobrowsingEvents[Name]): () => void;
  /** Shows it in this element instead of the floating panel; null takes it out again. */
  attach(element: HTMLElement | null): void;
  /** For everybody, the visitor included. */
  end(): void;
  /** Watches no more; the session goes on for the others. */
  leave(): void;
  /** What the agent's pointer does: nothing, a laser, a pen, a highlight or, once granted, what it does at the visitor. */
  mode(mode: MirrorMode): void;
  /**
   * Asks the visitor to let this page act; `changed` tells what was granted. Rejects with CvError: CONFLICT if the page is
   * not shared or another agent's question waits, UNSUPPORTED if the site does not let agents act.
   */
  askControl(capabilities: CobrowseCapability[]): Promise<void>;
  /** Gives control back, or asks for it no more. */
  release(): Promise<void>;
  /** What the panel is to call the visitor; else it says who was tagged. */
  rename(visitor: string): void;
}
