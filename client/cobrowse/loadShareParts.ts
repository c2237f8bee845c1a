import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseUi } from '../ui/cobrowse/visitor/CobrowseUi.tsx';
import { Late } from './Late.ts';
import type { Recording } from './Recording.ts';

/** What a sharing shows and records with; loads when it is needed, and not before. */
export interface ShareParts {
  /** The last one is on top. Screens may be decided faster than the UI’s module loads: the last ones count. */
  show(screens: readonly CobrowseScreen[]): void;
  /** The recorder is going to be needed. */
  prepare(): void;
  recorder(): Promise<new (...args: ConstructorParameters<typeof Recording>) => Recording>;
}

export function loadShareParts(language: string): ShareParts {
  const recorder = new Late(async () => (await import('./Recording.ts')).Recording);
  const ui = new Late(async () => (await import('../ui/cobrowse/visitor/CobrowseUi.tsx')).CobrowseUi.load(language));
  let wanted: readonly CobrowseScreen[] = [];
  return {
    recorder: () => recorder.get(),
    prepare: () => void recorder.get().catch(() => {}),
    show(screens) {
      wanted = screens;
      const show = (shown: CobrowseUi) => {
        // Of several changes meanwhile only the last is worth a picture.
        if (wanted === screens) shown.show(...screens);
      };
      if (screens.every(({ kind }) => kind === 'hidden')) ui.useIfNeeded(show);
      else ui.use(show);
    },
  };
}
