import type { Conversation } from '#protocol/conversation.ts';
import { Icon } from '../parts/Icon.tsx';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { initialsOf } from '../person/person.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import type { OpenChat } from './OpenChat.ts';

const rank = { online: 0, away: 1, offline: 2 };

/** Whose conversation it is, and whom to hand it to: who is there and has least to do comes first. */
export function AssignMenu({
  work,
  chat,
  conversation,
}: {
  work: Workplace;
  chat: OpenChat;
  conversation: Conversation;
}) {
  const { agents, agent: me } = work;
  const { chat: words } = texts;
  const { assignee, team } = conversation;
  const owner = assignee
    ? assignee === me.email
      ? words.me
      : agents.nameOf(assignee)
    : (team ?? words.assignedNobody);
  const short = assignee || team ? initialsOf(assignee ? agents.nameOf(assignee) : owner) : '–';
  const others = agents.all.value
    .filter(({ email, active }) => email !== me.email && active)
    .sort((a, b) => rank[a.state] - rank[b.state] || a.openChats - b.openChats || a.name.localeCompare(b.name));
  const mine = agents.all.value.find(({ email }) => email === me.email);
  return (
    <Menu
      label={`${words.assign}: ${owner}`}
      class="assign to-end"
      hook="assign"
      onOpen={() => void agents.refresh()}
      face={
        <>
          <span class="assign-owner">{owner}</span>
          <span class="assign-short" data-short={short} />
          <Icon name="down" />
        </>
      }
    >
      {(close) => {
        const give = (assignment: { user?: string | null; team?: string | null }) => () => {
          close();
          void chat.assign(assignment);
        };
        return (
          <>
            <MenuItem hook="assign-me" checked={assignee === me.email} onChoose={give({ user: me.email })}>
              <span class="state-dot" data-state={agents.availability.value} />
              <span class="grow">{words.me}</span>
              {mine && <small class="soft">{words.load(mine.openChats)}</small>}
            </MenuItem>
            <MenuItem hook="assign-nobody" checked={!assignee && !team} onChoose={give({ user: null, team: null })}>
              <span class="state-dot" data-state="none" />
              <span class="grow">{words.nobody}</span>
            </MenuItem>
            {others.length > 0 && (
              <p class="menu-title" role="none">
                {words.agentsTitle}
              </p>
            )}
            {others.map(({ email, name, state, openChats }) => (
              <MenuItem key={email} checked={assignee === email} onChoose={give({ user: email })}>
                <span class="state-dot" data-state={state} />
                <span class="grow">{name}</span>
                <small class="soft">
                  {words.agentState[state]} · {words.load(openChats)}
                </small>
              </MenuItem>
            ))}
            {agents.teams.value.length > 0 && (
              <p class="menu-title" role="none">
                {words.teams}
              </p>
            )}
            {agents.teams.value.map((one) => (
              <MenuItem key={one} checked={!assignee && team === one} onChoose={give({ user: null, team: one })}>
                <span class="state-dot" data-state="team" />
                <span class="grow">{one}</span>
              </MenuItem>
            ))}
          </>
        );
      }}
    </Menu>
  );
}
