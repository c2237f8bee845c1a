import { expect, test } from 'vitest';
import type { Store } from '#signaling/store/Store.ts';
import {
  aCall,
  aCobrowse,
  aConversation,
  aCustomer,
  acme,
  aDelivery,
  aWebhook,
  newVisitorId,
  other,
} from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

/** Somebody with a conversation, in whom somebody anonymous with another one has ended. */
async function merged(store: Store, email = 'max@mail.example') {
  const [person, anonymous] = [aCustomer({ email }), aCustomer({ tagged: false })];
  for (const each of [person, anonymous]) await store.customers.save(each, newVisitorId());
  const into = await store.chat.begin(aConversation(person, { updatedAt: 5 }));
  const from = await store.chat.begin(aConversation(anonymous));
  await store.customers.save(person, undefined, { absorb: anonymous.customerId });
  return { person, into, former: [anonymous.customerId, from.id] as const };
}

export function aliasesContract(fixture: StoreFixture): void {
  test('[CUST-31] ids of a customer and a conversation that were merged lead on, on their site alone', async () => {
    const store = await fixture.open();
    const { person, former, into } = await merged(store);
    const { heirOf, formerIds } = bound(store);
    for (const id of former) {
      expect(await heirOf(acme, id)).toBe(person.customerId);
      expect(await heirOf(other, id)).toBeUndefined();
    }
    expect(await formerIds(acme, person.customerId)).toEqual([...former].toSorted());
    expect(await formerIds(other, person.customerId)).toEqual([]);
    for (const id of [person.customerId, into.id]) expect(await heirOf(acme, id)).toBeUndefined();
  });

  test('[CUST-31] of several merges one after the other to the last; a conversation that stayed keeps its id', async () => {
    const store = await fixture.open();
    const { person, former, into } = await merged(store);
    const { heirOf, formerIds } = bound(store);
    await store.customers.save({ ...person, email: undefined }, undefined);
    const last = aCustomer({ id: '4711', verified: true });
    await store.customers.save(last, undefined, { absorb: person.customerId });
    const ended = [...former, person.customerId];
    for (const id of ended) expect(await heirOf(acme, id)).toBe(last.customerId);
    expect(await formerIds(acme, last.customerId)).toEqual(ended.toSorted());
    expect(await store.chat.findByCustomer(acme, last.customerId)).toMatchObject({ id: into.id });
  });

  test('[CUST-31] what goes on meanwhile, and what tells of it, is the person’s in the end', async () => {
    const store = await fixture.open();
    const { person, former } = await merged(store);
    const { customerId } = person;
    const webhook = aWebhook();
    await store.webhooks.save(webhook);
    const [call, cobrowse] = [aCall({ customerId: former[0] }), aCobrowse({ customerId: former[0] })];
    await store.calls.save(call, [], [aDelivery(webhook, { customerId: former[0] })]);
    await store.cobrowses.save(cobrowse, [], [aDelivery(webhook, { customerId: former[0] })]);
    expect(await store.calls.get(acme, call.id)).toStrictEqual({ ...call, customerId });
    expect(await store.cobrowses.get(acme, cobrowse.id)).toStrictEqual({ ...cobrowse, customerId });
    await store.customers.erase(acme, customerId, []);
    expect((await store.webhooks.listDeliveries(acme, webhook.id, { limit: 9 })).items).toEqual([]);
    expect(await store.calls.get(acme, call.id)).toBeUndefined();
  });

  test('[CUST-31] [CUST-6] they are erased with the person, and a conversation’s with the conversation', async () => {
    const store = await fixture.open();
    const neighbour = await merged(store, 'n@mail.example');
    const { person, former, into } = await merged(store);
    const { heirOf } = bound(store);
    for (const id of former) {
      const request = { site: acme, key: id, request: 'r', createdAt: 1 };
      await store.idempotency.begin(request);
      await store.idempotency.finish(request, JSON.stringify({ id, firstname: 'Max' }));
    }
    expect(await store.chat.erase(acme, into.id, 2e12, [])).toBeDefined();
    expect(await heirOf(acme, former[1])).toBeUndefined();
    expect(await heirOf(acme, former[0])).toBe(person.customerId);
    await store.customers.erase(acme, person.customerId, []);
    const rows = await fixture.rows();
    for (const id of former) expect(rows.filter((row) => row.includes(id))).toEqual([]);
    for (const id of neighbour.former) expect(await heirOf(acme, id)).toBe(neighbour.person.customerId);
  });
}

const bound = ({ customers }: Store) => ({
  heirOf: customers.heirOf.bind(customers),
  formerIds: customers.formerIds.bind(customers),
});
