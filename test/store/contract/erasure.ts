import { expect, test } from 'vitest';
import type { CustomerRecord, Store } from '#signaling/store/Store.ts';
import {
  aCall,
  aCobrowse,
  aConversation,
  aCustomer,
  acme,
  aDelivery,
  aFile,
  aLink,
  aMessage,
  aNote,
  anAgent,
  anEntry,
  aWebhook,
  newVisitorId,
  other,
  plainPolicy,
  written,
} from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

/** A customer with one of everything, each of which says "Erasable". */
async function livingThrough(store: Store, who: Partial<CustomerRecord> = {}) {
  const person = aCustomer({ id: 'Erasable', email: 'erasable@mail.example', firstname: 'Erasable', ...who });
  const { site, customerId } = person;
  const [browser, second] = [newVisitorId(), newVisitorId()];
  for (const each of [browser, second]) await store.customers.save(person, each);
  const conversation = await store.chat.begin(aConversation(person));
  const uploader = `visitor:${browser}`;
  const [sent, unsent] = [
    aFile({ site, uploader, name: 'Erasable.png' }),
    aFile({ site, uploader, name: 'Erasable, not sent.png' }),
  ];
  for (const file of [sent, unsent]) await store.chat.addFile(file);
  const [webhook, agent] = [aWebhook({ site }), anAgent({ site })];
  await store.webhooks.save(webhook);
  await store.agents.create(agent);
  const delivery = aDelivery(webhook, { customerId, payload: '{"text":"Erasable"}' });
  await store.chat.append([aMessage(conversation, { text: 'Erasable', uploader, fileId: sent.id })], {
    apply: plainPolicy.apply,
    outbox: () => [delivery],
  });
  await store.chat.addNote(aNote(conversation, { text: 'Erasable' }));
  await store.calls.save(aCall({ site, customerId, visitorId: browser }), []);
  await store.calls.save(aCall({ site, visitorId: second }), []);
  await store.cobrowses.save(aCobrowse({ site, customerId, visitorId: browser }), []);
  await store.cobrowses.save(aCobrowse({ site, visitorId: second }), []);
  await store.links.create(aLink(agent, person, { hash: `hash ${customerId}` }));
  const request = { site, key: `key ${customerId}`, request: 'r', createdAt: 1 };
  await store.idempotency.begin(request);
  await store.idempotency.finish(request, JSON.stringify({ customerId, firstname: 'Erasable' }));
  const ids = [customerId, conversation.id, browser, second, sent.id, unsent.id, delivery.id, 'Erasable', 'erasable'];
  return { person, conversation, browsers: [browser, second], files: [sent.id, unsent.id], ids, webhook, delivery };
}

export function erasureContract(fixture: StoreFixture): void {
  test('[STORE-27] an erasure leaves no trace of a person, and everybody else whole', async () => {
    const store = await fixture.open();
    const neighbour = await livingThrough(store, { id: 'n', email: 'n@mail.example', firstname: 'N' });
    const stranger = await livingThrough(store, { site: other });
    const before = await fixture.rows();
    const { person, conversation, browsers, files, ids } = await livingThrough(store);
    const entry = anEntry({ action: 'customer.erased', subject: 'somebody' });
    const erased = await store.customers.erase(acme, person.customerId, [entry]);
    expect(erased?.visitors).toEqual(browsers.toSorted());
    expect(erased?.conversationId).toBe(conversation.id);
    expect(erased?.files.toSorted()).toEqual(files.toSorted());
    const all = await fixture.rows();
    for (const id of ids.slice(0, -2)) expect(all.filter((row) => row.includes(id))).toEqual([]);
    const others = all.filter((row) => before.includes(row));
    expect(others.toSorted()).toEqual(before.toSorted());
    // The site's own rows, of the webhook, the agent and the audit entry, stay too.
    expect(all).toHaveLength(before.length + 3);
    for (const { person: each } of [neighbour, stranger]) {
      expect(await store.customers.get(each.site, each.customerId)).toStrictEqual(each);
    }
  });

  test('[STORE-27] who does not exist, or is another site’s, is not erased, and nothing is said of it', async () => {
    const store = await fixture.open();
    const { person, conversation } = await livingThrough(store);
    expect(await store.customers.erase(other, person.customerId, [anEntry({ site: other })])).toBeUndefined();
    expect(await store.customers.erase(acme, aCustomer().customerId, [anEntry()])).toBeUndefined();
    expect(await store.customers.get(acme, person.customerId)).toStrictEqual(person);
    expect(await store.chat.history(acme, conversation.id, { limit: 9 })).toHaveLength(1);
    expect((await store.audit.list(other, { limit: 9 })).items).toEqual([]);
  });

  test('[STORE-27] a person known by nothing but a name is erased; of several erasures one tells of it', async () => {
    const store = await fixture.open();
    const person = aCustomer({ firstname: 'Max' });
    await store.customers.save(person, undefined);
    const erasures = await Promise.all(
      [1, 2, 3].map(() => store.customers.erase(acme, person.customerId, [anEntry()])),
    );
    expect(erasures.filter((erased) => erased !== undefined)).toStrictEqual([{ visitors: [], files: [] }]);
    expect((await store.audit.list(acme, { limit: 9 })).items).toHaveLength(1);
  });

  test('[STORE-27] a conversation that is old is erased without its person; one that changed meanwhile stays', async () => {
    const store = await fixture.open();
    const before = await fixture.rows();
    const { person, conversation, browsers, files, delivery } = await livingThrough(store);
    const { id } = conversation;
    const now = (await store.chat.get(acme, id))?.updatedAt ?? 0;
    expect(await store.chat.erase(acme, id, now, [anEntry()])).toBeUndefined();
    expect(await store.chat.erase(other, id, now + 1, [anEntry()])).toBeUndefined();
    expect(await store.chat.history(acme, id, { limit: 9 })).toHaveLength(1);
    const erased = await store.chat.erase(acme, id, now + 1, [anEntry()]);
    expect(erased).toStrictEqual({ visitors: browsers.toSorted(), conversationId: id, files: [files[0]] });
    const left = (await fixture.rows()).filter((row) => !before.includes(row));
    for (const gone of [id, files[0], delivery.id]) expect(left.filter((row) => row.includes(`${gone}`))).toEqual([]);
    expect(await store.customers.get(acme, person.customerId)).toStrictEqual(person);
    expect((await store.audit.list(acme, { limit: 9 })).items).toHaveLength(1);
  });

  test('[STORE-27] an erasure that fails erases nothing', async () => {
    const store = await fixture.open();
    const { person } = await livingThrough(store);
    const before = await fixture.rows();
    const entry = anEntry();
    await expect(store.customers.erase(acme, person.customerId, [entry, entry])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await fixture.rows()).toEqual(before);
  });

  test('[STORE-27] what is written while a person is erased leaves nothing behind', async () => {
    const [store, second] = await fixture.several();
    const { person, conversation } = await livingThrough(store);
    const writing = Array.from({ length: 10 }, () => written(second, aMessage(conversation, { text: 'Erasable' })));
    await store.customers.erase(acme, person.customerId, []);
    await Promise.all(writing);
    expect(await store.chat.history(acme, conversation.id, { limit: 200 })).toEqual([]);
    expect(await written(store, aMessage(conversation))).toEqual([]);
  });

  test('[STORE-27] what was told of a try to deliver comes too late after the erasure', async () => {
    const store = await fixture.open();
    const { person, delivery } = await livingThrough(store);
    await store.customers.erase(acme, person.customerId, []);
    expect(await store.webhooks.update({ ...delivery, state: 'delivered', deliveredAt: 5 })).toBe(false);
    expect(await store.webhooks.getDelivery(acme, delivery.webhookId, delivery.id)).toBeUndefined();
  });

  test('[STORE-27] a conversation that stood still goes with what was written and sent; its person stays', async () => {
    const store = await fixture.open();
    const { person, conversation, browsers, files, delivery } = await livingThrough(store);
    const neighbour = await livingThrough(store, { id: 'n', email: 'n@mail.example', firstname: 'N' });
    const now = (await store.chat.get(acme, conversation.id))?.updatedAt ?? 0;
    const entry = anEntry({ action: 'conversation.erased' });
    expect(await store.chat.erase(acme, conversation.id, now, [entry])).toBeUndefined();
    expect(await store.chat.erase(other, conversation.id, now + 1, [anEntry({ site: other })])).toBeUndefined();
    expect(await store.chat.history(acme, conversation.id, { limit: 9 })).toHaveLength(1);
    expect(await store.chat.erase(acme, conversation.id, now + 1, [entry])).toEqual({
      visitors: browsers.toSorted(),
      conversationId: conversation.id,
      files: files.slice(0, 1),
    });
    expect(await store.chat.erase(acme, conversation.id, now + 1, [anEntry()])).toBeUndefined();
    expect(await store.chat.get(acme, conversation.id)).toBeUndefined();
    expect(await store.chat.history(acme, conversation.id, { limit: 9 })).toEqual([]);
    expect(await store.chat.listNotes(acme, conversation.id)).toEqual([]);
    expect(await store.webhooks.getDelivery(acme, delivery.webhookId, delivery.id)).toBeUndefined();
    expect(await store.customers.get(acme, person.customerId)).toStrictEqual(person);
    expect(await store.customers.visitorsOf(acme, person.customerId)).toEqual(browsers.toSorted());
    expect((await store.audit.list(acme, { limit: 9 })).items.map(({ action }) => action)).toEqual([entry.action]);
    expect(await store.chat.history(acme, neighbour.conversation.id, { limit: 9 })).toHaveLength(1);
  });
}
