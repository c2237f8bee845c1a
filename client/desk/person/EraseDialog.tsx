import { useState } from 'preact/hooks';
import { Dialog } from '../parts/Dialog.tsx';
import { codeOf, failureOf } from '../texts/failure.ts';
import { texts } from '../texts/texts.ts';

export interface EraseDialogProps {
  name: string;
  onClose(): void;
  /** Rejects with CvError. */
  onErase(): Promise<void>;
}

/** Nobody is erased by a slip: the name has to be typed. */
export function EraseDialog({ name, onClose, onErase }: EraseDialogProps) {
  const { who: words } = texts;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const sure = typed.trim().toLowerCase() === name.trim().toLowerCase();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!sure || busy) return;
    setBusy(true);
    try {
      await onErase();
    } catch (failure) {
      setError(failureOf(codeOf(failure)));
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.eraseTitle} hook="erase-dialog" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <ul>
          {words.eraseWhat.map((what) => (
            <li key={what}>{what}</li>
          ))}
        </ul>
        <p>{words.eraseStays}</p>
        <label>
          {words.eraseType(name)}
          <input
            data-test="erase-name"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <p class="trouble" role="alert">
          {error}
        </p>
        <div class="buttons">
          <button type="submit" class="danger full" data-test="erase-now" disabled={!sure || busy}>
            {words.eraseNow}
          </button>
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
