import { useMemo, useState } from 'preact/hooks';
import type { Delivery, Webhook } from '#protocol/webhooks.ts';
import { useFocusAfter } from '../parts/useFocusAfter.ts';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
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
  /** A webhook's id, or `new`. */
  const [editing, setEditing] = useState<string>();
  const [secret, setSecret] = useState('');
  const items = list.items.value;
  const edit = (what: string | undefined) => {
    list.error.value = undefined;
    setEditing(what);
  };
  const add = async (fields: object) => {
    const made = await list.ask<{ secret: string }>('POST', '', fields);
    setSecret(made.secret);
    setEditing(undefined);
  };
  return (
    <>
      <p class="soft">{words.webhooksHelp}</p>
      <Outcome error={list.error.value} />
      {secret && <SecretOnce secret={secret} />}
      {editing === 'new' ? (
        <WebhookForm onSave={add} onCancel={() => edit(undefined)} />
      ) : (
        <button type="button" class="new" data-test="new-webhook" onClick={() => edit('new')}>
          {words.newWebhook}
        </button>
      )}
      {items?.length === 0 && <p class="soft">{words.noWebhooks}</p>}
      <ul class="items">
        {items?.map((hook) => (
          <WebhookItem
            key={hook.id}
            work={work}
            list={list}
            hook={hook}
            editing={editing === hook.id}
            onEdit={(on) => edit(on ? hook.id : undefined)}
          />
        ))}
      </ul>
    </>
  );
}

interface WebhookItemProps {
  work: SectionProps['work'];
  list: Hooks;
  hook: Webhook;
  editing: boolean;
  onEdit(on: boolean): void;
}

function WebhookItem({ work, list, hook, editing, onEdit }: WebhookItemProps) {
  const button = useFocusAfter<HTMLButtonElement>(editing);
  const [open, setOpen] = useState(false);
  const [tested, setTested] = useState('');
  const { id, url, events, enabled, disabledReason } = hook;
  const test = async () => {
    const delivery = await list.run<Delivery>('POST', `/${id}/test`);
    if (delivery) setTested(words.tested(words.states[delivery.state], delivery.error ?? ''));
  };
  if (editing) {
    const save = async (fields: object) => {
      await list.ask('PATCH', `/${id}`, fields);
      onEdit(false);
    };
    return (
      <li data-test="webhook">
        <WebhookForm hook={hook} onSave={save} onCancel={() => onEdit(false)} />
      </li>
    );
  }
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
        <button
          ref={button}
          type="button"
          data-test="edit-webhook"
          aria-label={`${texts.edit} ${url}`}
          onClick={() => onEdit(true)}
        >
          {texts.edit}
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
