import { Late } from '../core/Late.ts';
import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import type { CobrowseUi } from '../ui/cobrowse/visitor/CobrowseUi.tsx';

/** Shows screens with what loads when there is something to be seen. */
export function lateFace(language: string): (screens: readonly CobrowseScreen[]) => void {
  let face: CobrowseUi | undefined;
  /** Of several changes meanwhile only the last is worth a picture. */
  let wanted: readonly CobrowseScreen[] = [];
  const isNeeded = () => wanted.some(({ kind }) => kind !== 'hidden');
  const late = new Late(async () => {
    face = await (await import('../ui/cobrowse/visitor/CobrowseUi.tsx')).CobrowseUi.load(language);
    face.show(...wanted);
  });
  return (screens) => {
    wanted = screens;
    if (face) face.show(...screens);
    else if (isNeeded()) late.insist(isNeeded);
  };
}
