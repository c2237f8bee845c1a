import { useState } from 'preact/hooks';
import type { CannedAnswer } from '#protocol/conversation.ts';
import { MAX_MESSAGE_CHARS } from '#protocol/limits.ts';
import { Icon } from '../parts/Icon.tsx';
import { useFirstFocus } from '../parts/useFirstFocus.ts';
import { codeOf, failureOf } from '../texts/failure.ts';
import { texts } from '../texts/texts.ts';
import type { CannedStore } from './CannedStore.ts';

type Editing = { id?: string; shortcut: string; text: string };

/** The list of canned answers with one form to write or change one; in the dialog and in the settings. */
export function CannedEditor({ canned, onUse }: { canned: CannedStore; onUse?: (answer: CannedAnswer) => void }) {
  const [editing, setEditing] = useState<Editing>();
  const [error, setError] = useState('');
  const { chat: words } = texts;
  const all = canned.all.value;
  const remove = ({ id }: CannedAnswer) =>
    canned.remove(id).then(
      () => setError(''),
      (failure) => setError(failureOf(codeOf(failure))),
    );
  return (
    <div class="canned-editor">
      <p class="soft">{all.length === 0 ? words.cannedNone : words.cannedHelp}</p>
      <p class="trouble" role="alert">
        {!editing && error}
      </p>
      {editing ? (
        <CannedForm canned={canned} answer={editing} onDone={() => setEditing(undefined)} />
      ) : (
        <button type="button" class="new" data-test="canned-new" onClick={() => setEditing({ shortcut: '', text: '' })}>
          {words.cannedNew}
        </button>
      )}
      <ul class="canned-list">
        {all.map((answer) => (
          <li key={answer.id} data-test="canned-answer">
            {onUse ? (
              <button type="button" class="canned-use" onClick={() => onUse(answer)}>
                <b>/{answer.shortcut}</b>
                <span>{answer.text}</span>
              </button>
            ) : (
              <span class="canned-use">
                <b>/{answer.shortcut}</b>
                <span>{answer.text}</span>
              </span>
            )}
            <button type="button" aria-label={`${texts.edit} /${answer.shortcut}`} onClick={() => setEditing(answer)}>
              {texts.edit}
            </button>
            <button
              type="button"
              class="bare"
              aria-label={`${texts.delete} /${answer.shortcut}`}
              title={texts.delete}
              onClick={() => void remove(answer)}
            >
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function CannedForm({ canned, answer, onDone }: { canned: CannedStore; answer: Editing; onDone(): void }) {
  const [error, setError] = useState('');
  const root = useFirstFocus<HTMLFormElement>();
  const { chat: words } = texts;
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const shortcut = String(data.get('shortcut')).trim().replace(/^\//, '');
    try {
      await canned.save(answer.id, { shortcut, text: String(data.get('text')) });
      onDone();
    } catch (failure) {
      const code = codeOf(failure);
      setError(code === 'CONFLICT' ? words.taken : failureOf(code));
    }
  };
  return (
    <form
      ref={root}
      class="canned-form"
      data-test="canned-form"
      key={answer.id ?? ''}
      onSubmit={(event) => void save(event)}
    >
      <label>
        {words.shortcut}
        <input
          name="shortcut"
          required
          maxLength={41}
          pattern="/?[\p{L}\p{N}_\-]{1,40}"
          title={words.shortcutHelp}
          defaultValue={answer.shortcut}
          autocomplete="off"
          autocapitalize="none"
        />
      </label>
      <label>
        {words.text}
        <textarea name="text" required rows={4} maxLength={MAX_MESSAGE_CHARS} defaultValue={answer.text} />
      </label>
      <p class="trouble" role="alert">
        {error}
      </p>
      <div class="buttons">
        <button type="submit" class="main">
          {texts.save}
        </button>
        <button type="button" onClick={onDone}>
          {texts.cancel}
        </button>
      </div>
    </form>
  );
}
