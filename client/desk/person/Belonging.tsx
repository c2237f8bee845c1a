import { useState } from 'preact/hooks';
import type { Conversation } from '#protocol/conversation.ts';
import { codeOf, failureOf } from '../texts/failure.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';

/** Whose customer the person is: nobody else sees them then. */
export function Belonging({ work, conversation }: { work: Workplace; conversation: Conversation }) {
  const { who: words } = texts;
  const { customerId, person } = conversation;
  const [error, setError] = useState('');
  const { agents } = work;
  const value = person.assignedUser ? `user ${person.assignedUser}` : person.team ? `team ${person.team}` : '';
  const listed = agents.all.value.filter(({ active }) => active);
  const unlisted = person.assignedUser && !listed.some(({ email }) => email === person.assignedUser);
  const change = async (chosen: string) => {
    setError('');
    const [kind, ...rest] = chosen.split(' ');
    const name = rest.join(' ');
    const body = kind === 'team' ? { team: name } : { user: name || null };
    try {
      await work.cv.rest.request('PUT', `customers/${customerId}/assignment`, body);
    } catch (failure) {
      setError(failureOf(codeOf(failure)));
    }
  };
  return (
    <section class="panel-section">
      <label>
        <h3>{words.belongs}</h3>
        <select
          data-test="belongs"
          aria-describedby="belongs-help"
          value={value}
          onFocus={() => void agents.refresh()}
          onChange={(event) => {
            const select = event.currentTarget;
            const chosen = select.value;
            // What is shown is what the server says, once it has said so.
            select.value = value;
            void change(chosen);
          }}
        >
          <option value="">{words.everybody}</option>
          <optgroup label={words.agents}>
            {listed.map(({ email, name }) => (
              <option key={email} value={`user ${email}`}>
                {name}
              </option>
            ))}
            {unlisted && <option value={value}>{person.assignedUser}</option>}
          </optgroup>
          {agents.teams.value.length > 0 && (
            <optgroup label={words.teams}>
              {agents.teams.value.map((team) => (
                <option key={team} value={`team ${team}`}>
                  {team}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </label>
      <small id="belongs-help">{words.belongsHelp}</small>
      <p class="trouble" role="alert">
        {error}
      </p>
    </section>
  );
}
