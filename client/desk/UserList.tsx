import { useEffect, useRef } from 'preact/hooks';
import type { Desk } from './Desk.ts';
import { Nobody } from './Nobody.tsx';
import { texts } from './texts/texts.ts';
import { UserRow } from './UserRow.tsx';

export function UserList({ desk }: { desk: Desk }) {
  const all = desk.users.value;
  return (
    <section class="users" aria-labelledby="users-title">
      <header>
        <h2 id="users-title">
          {texts.users} {all && <span class="chip">{all.length}</span>}
        </h2>
        <Search desk={desk} />
      </header>
      {all === undefined ? (
        <p class="quiet" role="status">
          {texts.loading}
        </p>
      ) : all.length === 0 ? (
        <Nobody site={desk.site.value} />
      ) : (
        <Table desk={desk} />
      )}
    </section>
  );
}

function Search({ desk }: { desk: Desk }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return (
    <input
      ref={input}
      type="search"
      data-test="search"
      aria-label={texts.search}
      aria-keyshortcuts="/"
      title={texts.shortcut}
      placeholder={texts.searchFor}
      value={desk.search.value}
      onInput={(event) => {
        desk.search.value = event.currentTarget.value;
      }}
    />
  );
}

function Table({ desk }: { desk: Desk }) {
  const found = desk.found.value;
  if (found.length === 0) {
    return (
      <p class="quiet" role="status" data-test="no-match">
        {texts.noMatch(desk.search.value)}{' '}
        <button
          type="button"
          onClick={() => {
            desk.search.value = '';
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
          <UserRow key={user.visitorId} desk={desk} user={user} />
        ))}
      </tbody>
    </table>
  );
}
