import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseUi } from '../ui/cobrowse/visitor/CobrowseUi.tsx';
import { Late } from './Late.ts';

/** Shows screens with what loads when there is something to be seen. */
export function lateFace(language: string): (screens: readonly CobrowseScreen[]) => void {
  const ui = new Late(async () => (await import('../ui/cobrowse/visitor/CobrowseUi.tsx')).CobrowseUi.load(language));
  let wanted: readonly CobrowseScreen[] = [];
  return (screens) => {
    wanted = screens;
    const show = (face: CobrowseUi) => {
      // Of several changes meanwhile only the last is worth a picture.
      if (wanted === screens) face.show(...screens);
    };
    if (screens.every(({ kind }) => kind === 'hidden')) ui.useIfNeeded(show);
    else ui.use(show);
    // It need not wait for what shows it.
    if (screens.some(({ kind }) => kind === 'offer')) import('../ui/cobrowse/visitor/Offer.tsx').catch(() => {});
  };
}
