import { useMemo, useState } from 'preact/hooks';
import type { Delivery, Webhook } from '#protocol/webhooks.ts';
import { words } from '../texts/settings/words.ts';
import { DeleteButton } from './DeleteButton.tsx';
import { Deliveries } from './Deliveries.tsx';
import { ListStore } from './ListStore.ts';
import { Outcome } from './Outcome.tsx';
import { SecretOnce } from './SecretOnce.tsx';
import type { SectionProps } from './SectionProps.ts';
import { WebhookForm } from './WebhookForm.tsx';

type Hooks = ListStore<Webhook>;

export function WebhooksSettings({ work }: SectionProps) {
  const list = useMemo(() => new ListStore<Webhook>(work.cv, 'webhooks'), [work]);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState('');
  const items = list.items.value;
  return (
    <>
      <p class="soft">{words.webhooksHelp}</p>
      <Outcome error={list.error.value} />
      {secret && <SecretOnce secret={secret} />}
      {adding ? (
        <WebhookForm
          onCancel={() => setAdding(false)}
          onSave={async (fields) => {
            const made = await list.run<{ secret: string }>('POST', '', fields);
            if (!made) return;
            setSecret(made.secret);
            setAdding(false);
          }}
        />
      ) : (
        <button type="button" class="new" data-test="new-webhook" onClick={() => setAdding(true)}>
          {words.newWebhook}
        </button>
      )}
      {items?.length === 0 && <p class="soft">{words.noWebhooks}</p>}
      <ul class="items">
        {items?.map((hook) => (
          <WebhookItem key={hook.id} work={work} list={list} hook={hook} />
        ))}
      </ul>
    </>
  );
}

function WebhookItem({ work, list, hook }: { work: SectionProps['work']; list: Hooks; hook: Webhook }) {
  const [open, setOpen] = useState(false);
  const [tested, setTested] = useState('');
  const { id, url, events, enabled, disabledReason } = hook;
  const test = async () => {
    const delivery = await list.run<Delivery>('POST', `/${id}/test`);
    if (delivery) setTested(words.tested(words.states[delivery.state], delivery.error ?? ''));
  };
  return (
    <li class="card hook" data-test="webhook">
      <div class="item">
        <span class="grow">
          <b>{url}</b>
          <small class="soft">{events.join(', ')}</small>
          {disabledReason && (
            <small class="warn">
              {words.disabled}: {disabledReason}
            </small>
          )}
        </span>
        <label class="choice">
          <input
            type="checkbox"
            checked={enabled}
            onChange={(event) => void list.run('PATCH', `/${id}`, { enabled: event.currentTarget.checked })}
          />
          {words.enabled}
        </label>
      </div>
      <div class="buttons">
        <button type="button" data-test="test-webhook" disabled={list.busy.value} onClick={() => void test()}>
          {words.test}
        </button>
        <button type="button" data-test="deliveries" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.deliveries}
        </button>
        <DeleteButton what={url} onDelete={() => void list.run('DELETE', `/${id}`)} />
      </div>
      <p class="soft" role="status">
        {tested}
      </p>
      {open && <Deliveries key={tested} work={work} hook={hook} />}
    </li>
  );
}
