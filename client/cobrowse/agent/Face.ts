import type { CobrowseCapability, CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';
import type { CobrowsePanelState } from '../../ui/cobrowse/agent/CobrowsePanelState.ts';
import type { MirrorMode } from './CobrowseHandle.ts';

interface MirrorEvents {
  /** The page is on screen. */
  shown: () => void;
  page: (page: { url: string; title?: string }) => void;
  /** Something is missing: only the whole page anew helps. */
  gap: () => void;
  paused: (paused: boolean) => void;
  progress: (progress: { done: number; total: number }) => void;
  wants: (hashes: string[]) => void;
  mark: (mark: CobrowseMark) => void;
  command: (command: CobrowseCommand) => void;
}

/** The mirror as a session uses it. */
export interface Mirror {
  readonly element: HTMLElement;
  on<E extends keyof MirrorEvents>(event: E, listener: MirrorEvents[E]): () => void;
  frame(bytes: ArrayBuffer): void;
  asset(hash: string, mime: string, bytes: ArrayBuffer | null): void;
  mode(mode: MirrorMode, capabilities: readonly CobrowseCapability[]): void;
  mark(agent: string, mark: CobrowseMark): void;
  close(): void;
}

/** What an agent sees of a session. */
export interface Face {
  mirror: Mirror;
  panel: {
    show(state: CobrowsePanelState): void;
    attach(element: HTMLElement | undefined): void;
    close(): void;
  };
}

export type LoadFace = (options: { host: string; language: string }) => Promise<Face>;

/** Loaded when the first session begins: most agents’ pages never show one. */
export const loadFace: LoadFace = async ({ host, language }) => {
  const [{ CobrowsePanel }, { MirrorFrame }] = await Promise.all([
    import('../../ui/cobrowse/agent/CobrowsePanel.tsx'),
    import('../mirror/MirrorFrame.ts'),
  ]);
  const mirror = new MirrorFrame({ host, language });
  return { mirror, panel: new CobrowsePanel({ language, stage: mirror.element }) };
};
