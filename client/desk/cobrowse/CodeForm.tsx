import { useRef, useState } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import type { CobrowseStore } from './CobrowseStore.ts';

/** Six digits that a visitor reads out, perhaps on the phone. */
export function CodeForm({ cobrowse }: { cobrowse: CobrowseStore }) {
  const { cobrowse: words } = texts;
  const [digits, setDigits] = useState('');
  const field = useRef<HTMLInputElement>(null);
  if (!cobrowse.enabled.value) return null;
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (digits.length !== 6) {
          field.current?.focus();
          return;
        }
        cobrowse.join(digits);
        setDigits('');
      }}
    >
      <label>
        <span>{words.code}</span>
        <input
          ref={field}
          data-test="code"
          inputMode="numeric"
          autocomplete="off"
          placeholder="000 000"
          title={words.codeHelp}
          // Two spaces may be typed or pasted along.
          maxLength={9}
          value={digits.replace(/^(\d{3})(?=\d)/, '$1 ')}
          onInput={({ currentTarget }) => {
            const typed = currentTarget.value.replace(/\D/g, '').slice(0, 6);
            setDigits(typed);
            // What was left out must not stay in the field.
            currentTarget.value = typed.replace(/^(\d{3})(?=\d)/, '$1 ');
          }}
        />
      </label>
      <button type="submit" data-test="use-code" disabled={digits.length !== 6 || cobrowse.busy.value}>
        {words.watch}
      </button>
    </form>
  );
}
