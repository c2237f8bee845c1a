import { expect, test } from 'vitest';
import type { AgentId, CallId, CustomerId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { aCall, acme, anEntry, noted, other } from '#test/store/records.ts';
import { allPages, badCursors } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

const ended = {
  state: 'ended',
  reason: 'track-ended',
  answeredAt: 1_764_000_000_100,
  activeAt: 1_764_000_000_200,
  endedAt: 1_764_000_000_300,
} as const;

export function callsContract(fixture: StoreFixture): void {
  test('[STORE-8] the calls of one customer are listed newest first', async () => {
    const { calls } = await fixture.open();
    const customerId = newId<CustomerId>('cu');
    const [first, second] = [aCall({ customerId, startedAt: 1 }), aCall({ customerId, startedAt: 2 })];
    for (const call of [first, second, aCall(), aCall({ customerId, site: other })]) await calls.save(call, []);
    expect((await calls.list(acme, { limit: 9, customerId })).items).toStrictEqual([second, first]);
  });

  test('[STORE-1] a call comes back as saved; saving again replaces it', async () => {
    const { calls } = await fixture.open();
    const call = aCall();
    await calls.save(call, []);
    expect(await calls.get(acme, call.id)).toStrictEqual(call);
    const later = { ...call, ...ended, customerId: newId<never>('cu') };
    await calls.save(later, []);
    expect(await calls.get(acme, call.id)).toStrictEqual(later);
    await calls.save(call, []);
    expect(await calls.get(acme, call.id)).toStrictEqual(call);
    expect(await calls.get(acme, aCall().id)).toBeUndefined();
  });

  test('[STORE-6] a call and its audit entries are saved together', async () => {
    const { calls, audit } = await fixture.open();
    const call = aCall();
    const entries = [anEntry({ at: 3, subject: call.id }), anEntry({ at: 2 }), anEntry({ at: 1 })];
    await calls.save(call, entries);
    expect(await calls.get(acme, call.id)).toStrictEqual(call);
    expect(await audit.list(acme, { limit: 10 })).toStrictEqual({ items: entries });
  });

  test('[STORE-6] if an audit entry cannot be written, the call is not saved, nor the other entries', async () => {
    const store = await fixture.open();
    const { calls, audit } = store;
    const written = anEntry();
    await noted(store, written);
    const fresh = aCall();
    const entries = [anEntry(), { ...anEntry(), id: written.id }, anEntry()];
    await expect(calls.save(fresh, entries)).rejects.toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect(await calls.get(acme, fresh.id)).toBeUndefined();

    const ringing = aCall();
    await calls.save(ringing, []);
    await expect(calls.save({ ...ringing, ...ended }, entries)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await calls.get(acme, ringing.id)).toStrictEqual(ringing);
    expect(await audit.list(acme, { limit: 10 })).toStrictEqual({ items: [written] });
  });

  test('[STORE-6] among many writes at once, a failing one takes none of the others with it', async () => {
    const open = await fixture.database();
    const store = await open();
    const taken = anEntry();
    await noted(store, taken);
    const all = Array.from({ length: 40 }, (_, n) => ({ call: aCall({ startedAt: n }), fails: n % 2 === 0 }));
    const results = await Promise.allSettled(
      all.map(({ call, fails }) => store.calls.save(call, [fails ? taken : anEntry()])),
    );
    expect(results.map(({ status }) => status === 'rejected')).toEqual(all.map(({ fails }) => fails));
    await store.close();
    const { items } = await (await open()).calls.list(acme, { limit: 200 });
    expect(items).toStrictEqual(
      all
        .filter(({ fails }) => !fails)
        .map(({ call }) => call)
        .reverse(),
    );
  });

  test('[STORE-2] a call of another site is as if it did not exist, even under the same id', async () => {
    const { calls } = await fixture.open();
    const ours = aCall();
    const theirs = { ...ours, ...ended, site: other };
    await calls.save(ours, []);
    expect(await calls.get(other, ours.id)).toBeUndefined();
    expect(await calls.list(other, { limit: 10 })).toEqual({ items: [] });
    expect(await calls.list(other, { limit: 10, agentId: ours.agentId })).toEqual({ items: [] });
    await calls.save(theirs, []);
    expect(await calls.get(acme, ours.id)).toStrictEqual(ours);
    expect(await calls.get(other, ours.id)).toStrictEqual(theirs);
  });

  test('[STORE-8] calls are listed newest first, each once, although many began in one millisecond', async () => {
    const { calls } = await fixture.open();
    const all = Array.from({ length: 23 }, (_, n) => aCall({ startedAt: 1_764_000_000_000 + Math.floor(n / 8) }));
    for (const call of all) await calls.save(call, []);
    await calls.save(aCall({ site: other }), []);
    const byId = (a: string, b: string) => (a < b ? 1 : -1);
    const expected = all.toSorted((a, b) => b.startedAt - a.startedAt || byId(a.id, b.id));
    for (const limit of [1, 5, 22, 23, 200]) {
      const pages = await allPages((page) => calls.list(acme, page), limit);
      expect(pages.flat()).toStrictEqual(expected);
      expect(pages).toHaveLength(Math.ceil(23 / limit));
    }
  });

  test('[STORE-8] calls that begin while somebody pages do not shift the pages', async () => {
    const { calls } = await fixture.open();
    const old = [3, 2, 1].map((startedAt) => aCall({ startedAt }));
    for (const call of old) await calls.save(call, []);
    const first = await calls.list(acme, { limit: 2 });
    await calls.save(aCall({ startedAt: 4 }), []);
    const second = await calls.list(acme, { limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...second.items]).toStrictEqual(old);
    expect(second.nextCursor).toBeUndefined();
  });

  test('[STORE-8] one agent’s calls are listed alone, page by page', async () => {
    const { calls } = await fixture.open();
    const agentId = newId<AgentId>('a');
    const hers = Array.from({ length: 7 }, (_, n) => aCall({ agentId, startedAt: 100 - n }));
    for (const call of hers) {
      await calls.save(call, []);
      await calls.save(aCall({ startedAt: call.startedAt }), []);
    }
    const pages = await allPages((page) => calls.list(acme, { ...page, agentId }), 3);
    expect(pages.flat()).toStrictEqual(hers);
  });

  test('[STORE-9] a malformed cursor is INVALID_INPUT; one that points nowhere gives an empty page', async () => {
    const { calls } = await fixture.open();
    await calls.save(aCall(), []);
    const ofText = Buffer.from('["a@x","a_1"]').toString('base64url');
    for (const cursor of [...badCursors, ofText]) {
      const listed = calls.list(acme, { limit: 1, cursor });
      await expect(listed, cursor).rejects.toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
    }
    const before = Buffer.from('[0,"c_1"]').toString('base64url');
    expect(await calls.list(acme, { limit: 1, cursor: before })).toEqual({ items: [] });
  });

  test('[STORE-12] unended calls of all sites are found, oldest first', async () => {
    const { calls } = await fixture.open();
    const unended = [
      aCall({ startedAt: 1, state: 'ringing' }),
      aCall({ startedAt: 2, state: 'connecting', site: other }),
      aCall({ startedAt: 3, state: 'active' }),
    ];
    for (const call of unended.toReversed()) await calls.save(call, []);
    await calls.save(aCall({ ...ended, startedAt: 0 }), []);
    expect(await calls.listUnended()).toStrictEqual(unended);
    for (const call of unended) await calls.save({ ...call, ...ended }, []);
    expect(await calls.listUnended()).toEqual([]);
  });

  test('[STORE-1] steps of one call that are saved at once leave the last one', async () => {
    const { calls } = await fixture.open();
    const id = newId<CallId>('c');
    const call = aCall({ id });
    await Promise.all([calls.save(call, [anEntry()]), calls.save(call, [anEntry()]), calls.save(call, [anEntry()])]);
    await calls.save({ ...call, ...ended }, [anEntry()]);
    expect(await calls.get(acme, id)).toStrictEqual({ ...call, ...ended });
  });
}
