import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ActiveUser } from '#protocol/presence.ts';
import { Field } from '../parts/Field.tsx';
import { dataLabel } from '../person/dataLabel.ts';
import { isWebAddress } from '../person/person.ts';
import { visitorName } from '../person/visitorName.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { Badges, StartUser, UserFace } from './UserRow.tsx';

const tagged = ['email', 'id', 'firstname', 'lastname', 'gender', 'assignedUser'] as const;

export function UserDetail({ work, user, here }: { work: Workplace; user: ActiveUser; here: boolean }) {
  const close = () => {
    work.visitors.selected.value = undefined;
  };
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.fullscreenElement) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const closer = useRef<HTMLButtonElement>(null);
  // Where the details come instead of the list, what had the focus is gone.
  useEffect(() => {
    if (document.activeElement === document.body) closer.current?.focus();
  }, [user.visitorId]);
  const name = visitorName(work, user.visitorId, user);
  const more = Object.entries(user.additionalTaggingData);
  return (
    <aside class="detail card" data-test="detail" aria-labelledby="detail-name">
      <header>
        <UserFace name={name} user={user} />
        <h2 id="detail-name">{name}</h2>
        <button ref={closer} type="button" class="bare" aria-label={texts.close} title={texts.close} onClick={close}>
          ✕
        </button>
      </header>
      {here ? <Badges visitors={work.visitors} user={user} /> : <p class="badge left">{texts.left}</p>}
      <StartUser work={work} user={user} here={here} />
      <dl>
        {tagged.map((key) => user[key] && <Field key={key} label={texts.fields[key]} value={user[key]} />)}
        {user.labels.length > 0 && <Field label={texts.fields.labels} value={user.labels.join(', ')} />}
        <Field label={texts.fields.url} value={user.url} href={isWebAddress(user.url) ? user.url : undefined} />
        <Field label={texts.fields.since} value={new Date(user.since).toLocaleString()} />
        <Field label={texts.fields.visitorId} value={user.visitorId} />
      </dl>
      {more.length > 0 && (
        <>
          <h3>{texts.moreData}</h3>
          <dl>
            {more.map(([key, value]) => (
              <Field
                key={key}
                label={dataLabel(key)}
                value={typeof value === 'string' ? value : JSON.stringify(value)}
              />
            ))}
          </dl>
        </>
      )}
    </aside>
  );
}
