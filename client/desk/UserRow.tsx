import type { ActiveUser } from '#protocol/presence.ts';
import type { Desk } from './Desk.ts';
import { ago, initialsOf, nameOf, shortAddress } from './person.ts';
import { StartButton } from './StartButton.tsx';
import { language, texts } from './texts/texts.ts';

export function UserRow({ desk, user }: { desk: Desk; user: ActiveUser }) {
  const name = nameOf(user) || texts.unnamed;
  const chosen = desk.selected.value?.visitorId === user.visitorId;
  return (
    <tr data-test="user" data-email={user.email} data-visitor={user.visitorId} class={chosen ? 'chosen' : ''}>
      <td>
        <div class="person">
          <Face user={user} />
          <span class="who">
            <button
              type="button"
              class="name"
              aria-expanded={chosen}
              onClick={() => {
                desk.selected.value = chosen ? undefined : user;
              }}
            >
              {name}
            </button>
            {user.email && user.email !== name && <span class="soft">{user.email}</span>}
            <Badges desk={desk} user={user} />
          </span>
        </div>
      </td>
      <td class="page">
        <span class="title">{user.title}</span>
        <span class="soft">{shortAddress(user.url)}</span>
      </td>
      <td class="since">
        <time dateTime={user.since} title={new Date(user.since).toLocaleString()}>
          {ago(user.since, desk.now.value, language)}
        </time>
      </td>
      <td class="action">
        <StartButton desk={desk} user={user} />
      </td>
    </tr>
  );
}

/** Initials, and whether the page is in front: a full dot, or a ring. */
export function Face({ user }: { user: ActiveUser }) {
  const state = user.state === 'active' ? texts.front : texts.background;
  return (
    <span class="face" data-state={user.state} title={state}>
      <span aria-hidden="true">{initialsOf(user)}</span>
      <span class="unseen">{state}</span>
    </span>
  );
}

export function Badges({ desk, user }: { desk: Desk; user: ActiveUser }) {
  const badges = [
    user.busy && { name: 'busy', text: texts.busy },
    desk.isMine(user) && { name: 'mine', text: texts.mine },
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
