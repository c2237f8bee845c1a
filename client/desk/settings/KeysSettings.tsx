import { useMemo, useState } from 'preact/hooks';
import type { IdentityKey } from '#protocol/site.ts';
import { useFirstFocus } from '../parts/useFirstFocus.ts';
import { words } from '../texts/settings/words.ts';
import { locale, texts } from '../texts/texts.ts';
import { DeleteButton } from './DeleteButton.tsx';
import { FormButtons } from './FormButtons.tsx';
import { ListStore } from './ListStore.ts';
import { Outcome } from './Outcome.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import type { SectionProps } from './SectionProps.ts';

export function KeysSettings({ work }: SectionProps) {
  const list = useMemo(() => new ListStore<IdentityKey>(work.cv, 'identity-keys'), [work]);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState('');
  const items = list.items.value;
  const add = async (fields: KeyFields) => {
    const made = await list.run<{ secret: string }>('POST', '', fields);
    if (!made) return;
    setSecret(made.secret);
    setAdding(false);
  };
  return (
    <>
      <p class="soft">{words.keysHelp}</p>
      <Outcome error={list.error.value} />
      {secret && <SecretOnce secret={secret} />}
      {adding ? (
        <KeyForm busy={list.busy.value} onSave={add} onCancel={() => setAdding(false)} />
      ) : (
        <button type="button" class="new" data-test="new-key" onClick={() => setAdding(true)}>
          {words.newKey}
        </button>
      )}
      {items?.length === 0 && <p class="soft">{words.noKeys}</p>}
      <ul class="items">
        {items?.map(({ kid, algorithm, createdAt }) => (
          <li class="item card" key={kid} data-test="key">
            <span class="grow">
              <b>{kid}</b>
              <small class="soft">
                {algorithm} · {words.since(new Date(createdAt).toLocaleDateString(locale))}
              </small>
            </span>
            <DeleteButton what={kid} onDelete={() => void list.run('DELETE', `/${encodeURIComponent(kid)}`)} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface KeyFields {
  kid: string;
  algorithm: string;
}

interface KeyFormProps {
  /** It is being added. */
  busy: boolean;
  onSave(fields: KeyFields): Promise<void>;
  onCancel(): void;
}

function KeyForm({ busy, onSave, onCancel }: KeyFormProps) {
  const root = useFirstFocus<HTMLFormElement>();
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    void onSave({ kid: String(data.get('kid')), algorithm: String(data.get('algorithm')) });
  };
  return (
    <form ref={root} class="card form" onSubmit={save}>
      <label>
        {words.kid}
        <input name="kid" required pattern="[A-Za-z0-9_.\-]{1,64}" title={words.kidHelp} autocomplete="off" />
      </label>
      <label>
        {words.algorithm}
        <select name="algorithm">
          <option>HS256</option>
          <option>HS384</option>
          <option>HS512</option>
        </select>
      </label>
      <FormButtons submit={texts.add} busy={busy} onCancel={onCancel} />
    </form>
  );
}
