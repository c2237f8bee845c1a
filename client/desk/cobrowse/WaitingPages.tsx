import { Icon } from '../parts/Icon.tsx';
import { visitorName } from '../person/visitorName.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';

/** Visitors who want to show their page and wait for somebody who looks: said in every view. */
export function WaitingPages({ work }: { work: Workplace }) {
  const { cobrowse, agent } = work;
  const { cobrowse: words } = texts;
  const mine = cobrowse.waiting.value.filter((one) => !one.agent || one.agent.email === agent.email);
  return (
    <div class="waiting-pages" role="status" data-test="waiting-pages">
      {mine.map((session) => {
        const name = visitorName(work, session.visitorId);
        return (
          <p key={session.id}>
            <Icon name="eye" />
            <span class="grow">{words.wantsToShow(name)}</span>
            <button
              type="button"
              class="main"
              data-test="watch"
              disabled={cobrowse.busy.value}
              aria-label={words.watchFor(name)}
              title={cobrowse.busy.value ? words.agentBusy : words.watchFor(name)}
              onClick={() => cobrowse.join(session.id, session.visitorId)}
            >
              {words.watch}
            </button>
          </p>
        );
      })}
    </div>
  );
}
