import { useState } from 'preact/hooks';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';

/** Asks once more in its own place; looking away takes the question back. */
export function DeleteButton({ what, onDelete }: { what: string; onDelete(): void }) {
  const [sure, setSure] = useState(false);
  return (
    <button
      type="button"
      class={`danger ${sure ? 'full' : ''}`}
      data-test="delete"
      aria-label={`${sure ? words.deleteSure : texts.delete} ${what}`}
      onBlur={() => setSure(false)}
      onClick={() => {
        if (sure) onDelete();
        setSure(!sure);
      }}
    >
      {sure ? words.deleteSure : texts.delete}
    </button>
  );
}
