import { expect, test } from 'vitest';
import type { CustomerRecord, Store } from '#signaling/store/Store.ts';
import { aCall, aCustomer, acme, newVisitorId, other } from '#test/store/records.ts';
import { allPages } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

const email = 'max@mail.example';

async function saved(store: Store, more: Partial<CustomerRecord>): Promise<CustomerRecord> {
  const customer = aCustomer(more);
  await store.customers.save(customer, undefined);
  return customer;
}

export function peopleContract(fixture: StoreFixture): void {
  test('[STORE-31] a verified and an unverified person of one id or email are two', async () => {
    const store = await fixture.open();
    const { customers } = store;
    const [claimed, proven] = [await saved(store, { id: '1' }), await saved(store, { id: '1', verified: true })];
    expect(await customers.findByExternalId(acme, '1')).toStrictEqual(proven);
    expect(await customers.findByExternalId(acme, '1', true)).toStrictEqual(proven);
    expect(await customers.findByExternalId(acme, '1', false)).toStrictEqual(claimed);
    const provenMail = await saved(store, { email, verified: true, updatedAt: 1 });
    expect(await customers.findByEmail(acme, email, false)).toBeUndefined();
    const claimedMail = await saved(store, { email, updatedAt: 2 });
    expect(await customers.findByEmail(acme, email)).toStrictEqual(provenMail);
    expect(await customers.findByEmail(acme, email, false)).toStrictEqual(claimedMail);
    for (const more of [{ id: '1' }, { id: '1', verified: true }, { email }, { email, verified: true }]) {
      await expect(saved(store, more)).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('[STORE-1] team, tagged and many customers at once come back as saved', async () => {
    const store = await fixture.open();
    const [one, two] = [await saved(store, { team: 'sales', tagged: false }), await saved(store, { id: 'x' })];
    const theirs = await saved(store, { site: other });
    const found = await store.customers.getMany(
      acme,
      [two, theirs, aCustomer(), one].map((c) => c.customerId),
    );
    const byId = (a: CustomerRecord, b: CustomerRecord) => (a.customerId < b.customerId ? -1 : 1);
    expect(found.toSorted(byId)).toStrictEqual([one, two].toSorted(byId));
    expect(await store.customers.getMany(acme, [])).toEqual([]);
  });

  test('[STORE-5] all browsers of a customer are told; saving without a browser binds none', async () => {
    const store = await fixture.open();
    const customer = await saved(store, {});
    expect(await store.customers.visitorsOf(acme, customer.customerId)).toEqual([]);
    const browsers = [newVisitorId(), newVisitorId()].toSorted();
    for (const browser of browsers) await store.customers.save(customer, browser);
    expect(await store.customers.visitorsOf(acme, customer.customerId)).toEqual(browsers);
    expect(await store.customers.visitorsOf(other, customer.customerId)).toEqual([]);
  });

  test('[STORE-32] a search finds parts of names, email and id in any case, and takes every sign as it is', async () => {
    const store = await fixture.open();
    const zoe = await saved(store, { firstname: 'Zoë', lastname: 'Größe', updatedAt: 9 });
    const max = await saved(store, { email: 'Max_50%@Mail.Example', id: 'A\\B-4711', updatedAt: 8 });
    const lastOnly = await saved(store, { lastname: 'ZOËLLNER', updatedAt: 7 });
    await saved(store, { firstname: 'Zoë', tagged: false });
    await saved(store, { firstname: 'Zoë', site: other });
    const found = async (query?: string) =>
      (await store.customers.search(acme, { limit: 10, query })).items.map(({ customerId }) => customerId);
    const ids = (...customers: CustomerRecord[]) => customers.map(({ customerId }) => customerId);
    expect(await found()).toEqual(ids(zoe, max, lastOnly));
    expect(await found('')).toEqual(ids(zoe, max, lastOnly));
    expect(await found('ZOË')).toEqual(ids(zoe, lastOnly));
    expect(await found('zoe\u0308')).toEqual(ids(zoe, lastOnly));
    expect(await found('zoë grö')).toEqual(ids(zoe));
    expect(await found('max_50%@mail')).toEqual(ids(max));
    expect(await found('\\b-47')).toEqual(ids(max));
    expect(await found('%')).toEqual(ids(max));
    expect(await found('_')).toEqual(ids(max));
    expect(await found("' OR 1=1 --")).toEqual([]);
    await store.customers.save({ ...zoe, firstname: 'Eva' }, undefined);
    expect(await found('zoë grö')).toEqual([]);
    expect(await found('eva')).toEqual(ids(zoe));
  });

  test('[STORE-8] [STORE-24] a search gives each person once, the last changed first, and whom the agent may see', async () => {
    const store = await fixture.open();
    const all: CustomerRecord[] = [];
    for (const updatedAt of [1, 3, 3, 3, 2]) all.push(await saved(store, { lastname: 'Muster', updatedAt }));
    const newest = all.toSorted((a, b) => b.updatedAt - a.updatedAt || (a.customerId < b.customerId ? 1 : -1));
    const pages = await allPages((page) => store.customers.search(acme, { ...page, query: 'must' }), 2);
    expect(pages.flat()).toStrictEqual(newest);
    const mine = await saved(store, { assignedUser: 'ann@agents.example', team: 'support', lastname: 'Seen' });
    const team = await saved(store, { team: 'sales', lastname: 'Seen' });
    await saved(store, { assignedUser: 'bea@agents.example', team: 'sales', lastname: 'Seen' });
    await saved(store, { team: 'support', lastname: 'Seen' });
    const viewer = { email: 'ann@agents.example', teams: ['sales'] };
    const { items } = await store.customers.search(acme, { limit: 10, query: 'seen', viewer });
    expect(new Set(items.map(({ customerId }) => customerId))).toEqual(new Set([mine.customerId, team.customerId]));
  });

  test('[STORE-33] people without a conversation of whom nothing was heard are found', async () => {
    const store = await fixture.open();
    const [young, old, older, talking, called] = [
      await saved(store, { updatedAt: 30 }),
      await saved(store, { updatedAt: 20 }),
      await saved(store, { updatedAt: 10 }),
      await saved(store, { updatedAt: 10 }),
      await saved(store, { updatedAt: 10 }),
    ];
    await saved(store, { updatedAt: 1, site: other });
    const { customerId } = talking;
    const times = { createdAt: 1, updatedAt: 1, lastSeq: 0, unreadByAgent: 0, unreadByVisitor: 0 };
    const none = { delivered: 0, read: 0 };
    const receipts = { visitor: none, agent: none };
    await store.chat.begin({ id: 'cn_1' as never, site: acme, customerId, status: 'DONE', receipts, ...times });
    await store.calls.save(aCall({ customerId: called.customerId, startedAt: 30 }), []);
    await store.calls.save(aCall({ customerId: older.customerId, startedAt: 29 }), []);
    expect(await store.customers.idle(acme, 30, 10)).toStrictEqual([older, old]);
    expect(await store.customers.idle(acme, 30, 1)).toStrictEqual([older]);
    expect(await store.customers.idle(acme, 31, 10)).toHaveLength(4);
    expect(await store.customers.idle(acme, 31, 10)).toContainEqual(young);
    for (const busy of [young, talking, called]) {
      expect(await store.customers.erase(acme, busy.customerId, [], 30)).toBeUndefined();
      expect(await store.customers.get(acme, busy.customerId)).toStrictEqual(busy);
    }
    expect(await store.customers.erase(acme, old.customerId, [], 30)).toBeDefined();
    expect(await store.customers.get(acme, old.customerId)).toBeUndefined();
  });
}
