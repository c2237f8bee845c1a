import type { CobrowseView } from '#protocol/cobrowse.ts';
import { plainName, unturned } from '../../ui/plainName.ts';
import { Face } from '../parts/Face.tsx';
import { ago, shortAddress } from '../person/person.ts';
import { visitorName } from '../person/visitorName.ts';
import { language, texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { CobrowseButton } from './CobrowseButton.tsx';
import { CodeForm } from './CodeForm.tsx';

/** Whose pages are shared now, with whom, and the way in by a code. */
export function SharedPages({ work }: { work: Workplace }) {
  const { cobrowse } = work;
  const { cobrowse: words } = texts;
  if (!cobrowse.enabled.value) return null;
  const sessions = cobrowse.sessions.value;
  return (
    <section class="shared-pages" aria-labelledby="shared-title">
      <header>
        <h2 id="shared-title">
          {words.shared} <span class="chip">{sessions.length}</span>
        </h2>
        <CodeForm cobrowse={cobrowse} />
      </header>
      {sessions.length > 0 && (
        <ul class="items">
          {sessions.map((session) => (
            <SharedPage key={session.id} work={work} session={session} />
          ))}
        </ul>
      )}
    </section>
  );
}

function SharedPage({ work, session }: { work: Workplace; session: CobrowseView }) {
  const { cobrowse: words } = texts;
  const { visitorId, viewers, tabs, state, agent, startedAt, startedBy } = session;
  const name = visitorName(work, visitorId);
  const front = tabs.find((tab) => tab.front);
  const watched = viewers.map((viewer) => plainName(viewer.name)).join(', ');
  const what =
    state === 'ringing'
      ? words.isAsked(plainName(agent?.name ?? ''))
      : watched
        ? words.watchedBy(watched)
        : startedBy === 'visitor'
          ? words.waitsFor(agent && plainName(agent.name))
          : words.watchedByNobody;
  return (
    <li class="item card shared-page" data-test="shared-page" data-session={session.id}>
      <Face name={name} />
      <span class="grow">
        <b>{name}</b>
        <small>{front ? unturned(front.title) || shortAddress(front.url) : words.away}</small>
      </span>
      <span class="soft">
        {what}
        <small>{ago(startedAt, work.now.value, language)}</small>
      </span>
      {state !== 'ringing' && <CobrowseButton cobrowse={work.cobrowse} visitorId={visitorId} name={name} />}
    </li>
  );
}
