import { SharedPages } from '../cobrowse/SharedPages.tsx';
import { useSearchKey } from '../parts/useSearchKey.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { Nobody } from './Nobody.tsx';
import { UserRow } from './UserRow.tsx';
import type { VisitorStore } from './VisitorStore.ts';

export function UserList({ work }: { work: Workplace }) {
  const { visitors } = work;
  const all = visitors.users.value;
  return (
    <section class="users" aria-labelledby="users-title">
      <SharedPages work={work} />
      <header>
        <h2 id="users-title">
          {texts.users} {all && <span class="chip">{all.length}</span>}
        </h2>
        <Search visitors={visitors} />
      </header>
      {all === undefined ? (
        <p class="quiet" role="status">
          {texts.loading}
        </p>
      ) : all.length === 0 ? (
        <Nobody site={work.site} />
      ) : (
        <Table work={work} />
      )}
    </section>
  );
}

function Search({ visitors }: { visitors: VisitorStore }) {
  const input = useSearchKey();
  return (
    <input
      ref={input}
      type="search"
      data-test="search"
      aria-label={texts.search}
      aria-keyshortcuts="/"
      title={texts.shortcut}
      placeholder={texts.searchFor}
      value={visitors.search.value}
      onInput={(event) => {
        visitors.search.value = event.currentTarget.value;
      }}
    />
  );
}

function Table({ work }: { work: Workplace }) {
  const { visitors } = work;
  const found = visitors.found.value;
  if (found.length === 0) {
    return (
      <p class="quiet" role="status" data-test="no-match">
        {texts.noMatch(visitors.search.value)}{' '}
        <button
          type="button"
          onClick={() => {
            visitors.search.value = '';
          }}
        >
          {texts.showAll}
        </button>
      </p>
    );
  }
  return (
    <table data-test="users">
      <thead>
        <tr>
          <th scope="col">{texts.person}</th>
          <th scope="col">{texts.page}</th>
          <th scope="col">{texts.since}</th>
          <th scope="col">{texts.action}</th>
        </tr>
      </thead>
      <tbody>
        {found.map((user) => (
          <UserRow key={user.visitorId} work={work} user={user} />
        ))}
      </tbody>
    </table>
  );
}
