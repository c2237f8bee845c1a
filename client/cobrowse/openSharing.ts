import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseUi } from '../ui/cobrowse/visitor/CobrowseUi.tsx';
import { Late } from './Late.ts';
import { Recording } from './Recording.ts';
import { VisitorCobrowsing, type VisitorCobrowsingOptions } from './VisitorCobrowsing.ts';

/** The visitor’s side with all that it records with; what shows it loads when there is something to be seen. */
export function openSharing(options: Omit<VisitorCobrowsingOptions, 'parts'>): VisitorCobrowsing {
  const { language } = options.boot;
  const ui = new Late(async () => (await import('../ui/cobrowse/visitor/CobrowseUi.tsx')).CobrowseUi.load(language));
  let wanted: readonly CobrowseScreen[] = [];
  const show = (screens: readonly CobrowseScreen[]) => {
    wanted = screens;
    const shown = (face: CobrowseUi) => {
      // Of several changes meanwhile only the last is worth a picture.
      if (wanted === screens) face.show(...screens);
    };
    if (screens.every(({ kind }) => kind === 'hidden')) ui.useIfNeeded(shown);
    else ui.use(shown);
  };
  return new VisitorCobrowsing({ ...options, parts: { show, Recording } });
}
