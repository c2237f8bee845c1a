import { useMemo } from 'preact/hooks';
import type { Delivery, Webhook } from '#protocol/webhooks.ts';
import { words } from '../texts/settings/words.ts';
import { locale } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { ListStore } from './ListStore.ts';
import { Outcome } from './Outcome.tsx';

/** What was sent to a webhook lately, and how it went. */
export function Deliveries({ work, hook }: { work: Workplace; hook: Webhook }) {
  const list = useMemo(() => new ListStore<Delivery>(work.cv, `webhooks/${hook.id}/deliveries`), [work, hook.id]);
  const items = list.items.value;
  return (
    <>
      <Outcome error={list.error.value} said={items ? '' : words.loading} />
      {items?.length === 0 && <p class="soft">{words.noDeliveries}</p>}
      <ul class="items deliveries">
        {items?.map(({ id, type, state, attempts, createdAt, status, error }) => (
          <li class="item" key={id} data-test="delivery" data-state={state}>
            <span class="grow">
              <b>{type}</b> <span class={`badge ${state}`}>{words.states[state]}</span>
              <small class="soft">
                {[new Date(createdAt).toLocaleString(locale), words.attempts(attempts), status]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
              {error && <small class="warn">{error}</small>}
            </span>
            {state !== 'delivered' && (
              <button type="button" disabled={list.busy.value} onClick={() => void list.run('POST', `/${id}/retry`)}>
                {words.retry}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
