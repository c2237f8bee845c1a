import type { Webhook } from '#protocol/webhooks.ts';
import { useFirstFocus } from '../parts/useFirstFocus.ts';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import { FormButtons } from './FormButtons.tsx';

const events: readonly Webhook['events'][number][] = [
  'conversation.new',
  'conversation.status',
  'message.new',
  'call.started',
  'call.ended',
];

export interface WebhookFormProps {
  onSave(fields: { url: string; events: string[] }): Promise<void>;
  onCancel(): void;
}

export function WebhookForm({ onSave, onCancel }: WebhookFormProps) {
  const root = useFirstFocus<HTMLFormElement>();
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const chosen = data.getAll('event').map(String);
    const first = form.querySelector<HTMLInputElement>('[name=event]');
    first?.setCustomValidity(chosen.length > 0 ? '' : words.events);
    if (form.reportValidity()) void onSave({ url: String(data.get('url')).trim(), events: chosen });
  };
  return (
    <form ref={root} class="card form" data-test="webhook-form" noValidate onSubmit={save}>
      <label>
        {words.address}
        <input name="url" type="url" required maxLength={2000} placeholder="https://example.com/coview" />
      </label>
      <fieldset class="plain">
        <legend>{words.events}</legend>
        {events.map((one) => (
          <label class="choice" key={one}>
            <input type="checkbox" name="event" value={one} defaultChecked={!one.startsWith('call')} />
            {one}
          </label>
        ))}
      </fieldset>
      <FormButtons submit={texts.add} onCancel={onCancel} />
    </form>
  );
}
