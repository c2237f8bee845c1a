import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseUi } from '../ui/cobrowse/visitor/CobrowseUi.tsx';
import type { Recording } from './Recording.ts';

/** What a sharing shows and records with; loads when it is needed, and not before. */
export interface ShareParts {
  /** The last one is on top. Screens may be decided faster than the UI’s module loads: the last ones count. */
  show(screens: readonly CobrowseScreen[]): void;
  /** The recorder is going to be needed. */
  prepare(): void;
  recorder(): Promise<{ Recording: new (...args: ConstructorParameters<typeof Recording>) => Recording }>;
}

export function loadShareParts(language: string): ShareParts {
  let ui: Promise<CobrowseUi> | undefined;
  let recorder: ReturnType<ShareParts['recorder']> | undefined;
  let wanted: readonly CobrowseScreen[] = [];
  const load = () => {
    recorder ??= import('./Recording.ts').catch((error: unknown) => {
      recorder = undefined;
      throw error;
    });
    return recorder;
  };
  return {
    recorder: load,
    prepare: () => void load().catch(() => {}),
    show(screens) {
      wanted = screens;
      if (!ui && screens.every(({ kind }) => kind === 'hidden')) return;
      ui ??= import('../ui/cobrowse/visitor/CobrowseUi.tsx').then(({ CobrowseUi }) => CobrowseUi.load(language));
      ui.then((shown) => {
        // Of several changes meanwhile only the last is worth a picture.
        if (wanted === screens) shown.show(...screens);
      }).catch((error) => {
        ui = undefined;
        console.error('CoView:', error);
      });
    },
  };
}
