import { expect, test } from 'vitest';
import { acme, anEntry, noted, other } from '#test/store/records.ts';
import { allPages, badCursors } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function auditContract(fixture: StoreFixture): void {
  test('[STORE-1] an entry comes back as given to a write', async () => {
    const store = await fixture.open();
    const detail = { reason: 'Gründe 🧾', list: [1, 'zwei', null, { drei: false }] };
    const entry = anEntry({ actor: 'agent:zoë@agents.example', action: 'token.revoked', subject: 'tk_1', detail });
    await noted(store, entry);
    expect(await store.audit.list(acme, { limit: 10 })).toStrictEqual({ items: [entry] });
  });

  test('[STORE-2] another site’s entries are not listed', async () => {
    const store = await fixture.open();
    const ours = anEntry();
    const theirs = { ...ours, site: other };
    await noted(store, ours);
    expect(await store.audit.list(other, { limit: 10 })).toEqual({ items: [] });
    expect(await store.audit.list(other, { limit: 10, subject: ours.subject })).toEqual({ items: [] });
    await noted(store, theirs);
    expect(await store.audit.list(acme, { limit: 10 })).toStrictEqual({ items: [ours] });
    expect(await store.audit.list(other, { limit: 10 })).toStrictEqual({ items: [theirs] });
  });

  test('[STORE-4] an entry is never overwritten', async () => {
    const store = await fixture.open();
    const entry = anEntry();
    await noted(store, entry);
    const forged = { ...entry, actor: 'agent:eve@agents.example' };
    await expect(noted(store, forged)).rejects.toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect(await store.audit.list(acme, { limit: 10 })).toStrictEqual({ items: [entry] });
  });

  test('[STORE-8] entries are listed newest first, each once, of all subjects or of one', async () => {
    const store = await fixture.open();
    const all = Array.from({ length: 20 }, (_, n) => anEntry({ at: 7, subject: n % 3 === 0 ? 'c_even' : 'c_odd' }));
    for (const entry of all) await noted(store, entry);
    const expected = all.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const pages = await allPages((page) => store.audit.list(acme, page), 6);
    expect(pages.flat()).toStrictEqual(expected);
    const ofOne = await allPages((page) => store.audit.list(acme, { ...page, subject: 'c_even' }), 2);
    expect(ofOne.flat()).toStrictEqual(expected.filter(({ subject }) => subject === 'c_even'));
  });

  test('[STORE-9] a malformed cursor is INVALID_INPUT', async () => {
    const store = await fixture.open();
    for (const cursor of badCursors) {
      const listed = store.audit.list(acme, { limit: 1, cursor });
      await expect(listed, cursor).rejects.toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
    }
  });
}
