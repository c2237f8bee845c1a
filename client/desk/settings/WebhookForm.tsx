import { useState } from 'preact/hooks';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Webhook } from '#protocol/webhooks.ts';
import { useFirstFocus } from '../parts/useFirstFocus.ts';
import { codeOf, failureOf } from '../texts/failure.ts';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import { FormButtons } from './FormButtons.tsx';

const events: readonly Webhook['events'][number][] = [
  'conversation.new',
  'conversation.status',
  'message.new',
  'call.started',
  'call.ended',
  'cobrowse.started',
  'cobrowse.ended',
];
/** What most want to hear of. */
const usual: readonly string[] = events.slice(0, 3);

export interface WebhookFormProps {
  /** Absent: a new one. */
  hook?: Webhook;
  /** Rejects if it was not saved. */
  onSave(fields: { url: string; events: string[] }): Promise<void>;
  onCancel(): void;
}

export function WebhookForm({ hook, onSave, onCancel }: WebhookFormProps) {
  const root = useFirstFocus<HTMLFormElement>();
  const [error, setError] = useState<ErrorCode>();
  const [busy, setBusy] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const chosen = data.getAll('event').map(String);
    const first = form.querySelector<HTMLInputElement>('[name=event]');
    first?.setCustomValidity(chosen.length > 0 ? '' : words.chooseEvent);
    if (!form.reportValidity()) return;
    setBusy(true);
    setError(undefined);
    await onSave({ url: String(data.get('url')).trim(), events: chosen }).catch((failure) => setError(codeOf(failure)));
    setBusy(false);
  };
  return (
    <form ref={root} class="card form" data-test="webhook-form" noValidate onSubmit={save}>
      <label>
        {words.address}
        <input
          name="url"
          type="url"
          required
          maxLength={2000}
          placeholder="https://example.com/coview"
          defaultValue={hook?.url}
        />
      </label>
      <fieldset class="plain">
        <legend>{words.events}</legend>
        {/* What a newer server knows beyond these stays subscribed to. */}
        {[...new Set([...events, ...(hook?.events ?? [])])].map((one) => (
          <label class="choice" key={one}>
            <input type="checkbox" name="event" value={one} defaultChecked={(hook?.events ?? usual).includes(one)} />
            {one}
          </label>
        ))}
      </fieldset>
      <p class="trouble" role="alert">
        {error === 'INVALID_INPUT' ? words.addressRefused : error && failureOf(error)}
      </p>
      <FormButtons submit={hook ? texts.save : texts.add} busy={busy} onCancel={onCancel} />
    </form>
  );
}
