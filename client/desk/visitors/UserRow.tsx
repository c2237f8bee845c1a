import type { ActiveUser } from '#protocol/presence.ts';
import { unturned } from '../../ui/plainName.ts';
import { StartButton } from '../calls/StartButton.tsx';
import { CobrowseButton } from '../cobrowse/CobrowseButton.tsx';
import { Face } from '../parts/Face.tsx';
import { ago, shortAddress } from '../person/person.ts';
import { visitorName } from '../person/visitorName.ts';
import { language, texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import type { VisitorStore } from './VisitorStore.ts';

export function UserRow({ work, user }: { work: Workplace; user: ActiveUser }) {
  const { visitors } = work;
  const name = visitorName(work, user.visitorId, user);
  const chosen = visitors.selected.value?.visitorId === user.visitorId;
  return (
    <tr data-test="user" data-email={user.email} data-visitor={user.visitorId} class={chosen ? 'chosen' : ''}>
      <td>
        <div class="person">
          <UserFace name={name} user={user} />
          <span class="who">
            <button
              type="button"
              class="name"
              aria-expanded={chosen}
              onClick={() => {
                visitors.selected.value = chosen ? undefined : user;
              }}
            >
              {name}
            </button>
            {user.email && user.email !== name && <span class="soft">{user.email}</span>}
            <Badges visitors={visitors} user={user} />
          </span>
        </div>
      </td>
      <td class="page">
        <span class="title">{unturned(user.title)}</span>
        <span class="soft">{shortAddress(user.url)}</span>
      </td>
      <td class="since">
        <time dateTime={user.since} title={new Date(user.since).toLocaleString()}>
          {ago(user.since, work.now.value, language)}
        </time>
      </td>
      <td class="action">
        <StartUser work={work} user={user} />
      </td>
    </tr>
  );
}

export function UserFace({ name, user }: { name: string; user: ActiveUser }) {
  const says = user.state === 'active' ? texts.front : texts.background;
  return <Face name={name} state={user.state} says={says} />;
}

export function StartUser({ work, user, here = true }: { work: Workplace; user: ActiveUser; here?: boolean }) {
  const { visitorId, screen, busy } = user;
  const select = () => {
    work.visitors.selected.value = user;
  };
  const callee = { visitorId, screen, busy, name: visitorName(work, visitorId, user) };
  return (
    <span class="starts">
      <StartButton calls={work.calls} callee={callee} here={here} onStart={select} />
      <CobrowseButton cobrowse={work.cobrowse} visitorId={visitorId} name={callee.name} here={here} onStart={select} />
    </span>
  );
}

export function Badges({ visitors, user }: { visitors: VisitorStore; user: ActiveUser }) {
  const badges = [
    user.busy && { name: 'busy', text: texts.busy },
    visitors.isMine(user) && { name: 'mine', text: texts.mine },
    user.verified && { name: 'verified', text: texts.verified },
    user.state === 'background' && { name: 'background', text: texts.background },
  ].filter((badge) => badge !== false);
  if (badges.length === 0) return null;
  return (
    <span class="badges">
      {badges.map(({ name, text }) => (
        <span class={`badge ${name}`} data-test={`badge-${name}`} key={name}>
          {text}
        </span>
      ))}
    </span>
  );
}
