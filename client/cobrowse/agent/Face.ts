import type { CobrowseCapability, CobrowseMark } from '#protocol/cobrowse.ts';
import { load } from '../../core/load.ts';
import type { CobrowsePanelState } from '../../ui/cobrowse/agent/CobrowsePanelState.ts';
import { chosenLanguage } from '../../ui/texts/language.ts';
import type { MirrorEvents } from '../mirror/MirrorFrame.ts';
import type { MirrorMode } from '../mirror/messages.ts';

/** The mirror as a session uses it. */
export interface Mirror {
  readonly element: HTMLElement;
  on<E extends keyof MirrorEvents>(event: E, listener: MirrorEvents[E]): () => void;
  frame(bytes: ArrayBuffer): void;
  asset(hash: string, mime: string, bytes: ArrayBuffer | null): void;
  mode(mode: MirrorMode, capabilities: readonly CobrowseCapability[]): void;
  mark(agent: string, mark: CobrowseMark): void;
  /** 1: as large as at the visitor. */
  zoom(zoom: number | 'fit'): void;
  close(): void;
}

export interface Panel {
  /** Another mirror in place of the one before. */
  stage(mirror: HTMLElement): void;
  show(state: CobrowsePanelState): void;
  attach(element: HTMLElement | undefined): void;
  close(): void;
}

/** What an agent sees of a session. */
export interface Face {
  mirror: Mirror;
  panel: Panel;
}

export type LoadFace = (options: {
  host: string;
  language: string;
  /** Stays where it is and shows the next session. */
  panel?: Panel | undefined;
}) => Promise<Face>;

/** Loaded when the first session begins: most agents’ pages never show one. */
export const loadFace: LoadFace = async ({ host, language, panel }) => {
  const [{ CobrowsePanel }, { MirrorFrame }] = await Promise.all([
    load(() => import('../../ui/cobrowse/agent/CobrowsePanel.tsx')),
    load(() => import('../mirror/MirrorFrame.ts')),
  ]);
  const mirror = new MirrorFrame({ host, language: chosenLanguage(language) });
  panel?.stage(mirror.element);
  return { mirror, panel: panel ?? new CobrowsePanel({ language, stage: mirror.element }) };
};
