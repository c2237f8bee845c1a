import type { CannedAnswer } from '#protocol/conversation.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { texts } from '../texts/texts.ts';
import { CannedEditor } from './CannedEditor.tsx';
import type { CannedStore } from './CannedStore.ts';

/** All canned answers: to use one, to change them. */
export function CannedDialog({
  canned,
  onClose,
  onUse,
}: {
  canned: CannedStore;
  onClose(): void;
  onUse(answer: CannedAnswer): void;
}) {
  return (
    <Dialog title={texts.chat.canned} hook="canned-dialog" onClose={onClose}>
      <CannedEditor canned={canned} onUse={onUse} />
    </Dialog>
  );
}
