import type { CobrowseCapability, CobrowseEndReason } from '#protocol/cobrowse.ts';

/** What the visitor sees of the sharing of the page, and can do about it. */
export type CobrowseScreen =
  | { kind: 'hidden' }
  | {
      kind: 'offer';
      /** Absent: the visitor began it. */
      agent?: string;
      ringMs?: number;
      maskAll: boolean;
      accept(): void;
      decline(): void;
    }
  | {
      kind: 'sharing';
      agents: readonly string[];
      /** Nobody watches yet. */
      waiting: boolean;
      code?: string;
      thisTab: boolean;
      connected: boolean;
      paused: boolean;
      hiddenShown: boolean;
      toggleHidden(): void;
      control?: {
        agent: string;
        capabilities: readonly CobrowseCapability[];
        /** The visitor sees who acts, and can end it. */
        seen(): void;
        stop(): void;
      };
      end(): void;
    }
  /** Above the banner, which stays. */
  | {
      kind: 'control-asked';
      agent: string;
      capabilities: readonly CobrowseCapability[];
      grant(capabilities: readonly CobrowseCapability[]): void;
      refuse(): void;
    }
  | { kind: 'over'; agent?: string; reason: CobrowseEndReason; dismiss(): void };
