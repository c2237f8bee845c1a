import type { ConversationFilter } from '#protocol/conversation.ts';
import { useSearchKey } from '../parts/useSearchKey.ts';
import { texts } from '../texts/texts.ts';
import type { ConversationStore, Work } from './ConversationStore.ts';

const filters: readonly ConversationFilter[] = ['mine', 'unassigned', 'all'];
const works: readonly Work[] = ['open', 'done'];

/** Whose conversations, in which state, and the search in them. */
export function ListHead({ list }: { list: ConversationStore }) {
  const { chat } = texts;
  const counts = list.unread.value;
  const [filter, work] = [list.filter.value, list.work.value];
  return (
    <header>
      <h2 id="list-title" class="unseen">
        {chat.list}
      </h2>
      <fieldset class="tabs">
        <legend class="unseen">{chat.filterLabel}</legend>
        {filters.map((one) => (
          <button
            type="button"
            key={one}
            data-test={`filter-${one}`}
            aria-pressed={filter === one}
            onClick={() => list.choose(one, work)}
          >
            {chat.filters[one]}
            {counts[one] > 0 && (
              <b class="count" title={chat.unread(counts[one])}>
                <span aria-hidden="true">{counts[one]}</span>
                <span class="unseen">{chat.unread(counts[one])}</span>
              </b>
            )}
          </button>
        ))}
      </fieldset>
      <div class="find">
        <Search list={list} />
        <fieldset class="switch">
          <legend class="unseen">{chat.workLabel}</legend>
          {works.map((one) => (
            <button
              type="button"
              key={one}
              data-test={`work-${one}`}
              aria-pressed={work === one}
              onClick={() => list.choose(filter, one)}
            >
              {chat.work[one]}
            </button>
          ))}
        </fieldset>
      </div>
    </header>
  );
}

function Search({ list }: { list: ConversationStore }) {
  const input = useSearchKey();
  return (
    <input
      ref={input}
      type="search"
      data-test="find-conversation"
      aria-label={texts.chat.search}
      aria-keyshortcuts="/"
      title={texts.shortcut}
      placeholder={texts.search}
      value={list.search.value}
      onInput={(event) => list.find(event.currentTarget.value)}
    />
  );
}
