import { useEffect } from 'preact/hooks';
import { words } from '../texts/settings/words.ts';
import { texts } from '../texts/texts.ts';
import type { SectionProps } from './SectionProps.ts';

export function AgentsSettings({ work: { agents } }: SectionProps) {
  useEffect(() => void agents.refresh(), [agents]);
  return (
    <>
      <p class="soft">{words.agentsHelp}</p>
      <ul class="items">
        {agents.all.value.map(({ email, name, role, state, openChats, teams, active }) => (
          <li class="item card" key={email} data-test="agent-row">
            <span class="state-dot" data-state={state} />
            <span class="grow">
              <b>{name}</b> <span class="soft">{email}</span>
              <small class="soft">
                {[words.role[role], teams.join(', '), !active && words.inactive].filter(Boolean).join(' · ')}
              </small>
            </span>
            <span class="soft">
              {texts.chat.agentState[state]} · {texts.chat.load(openChats)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
