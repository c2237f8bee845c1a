import { expect, test } from 'vitest';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
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
  ann,
  aWebhook,
  begun,
  newVisitorId,
  other,
  plainPolicy,
  written,
} from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

const latest = { limit: 200 };

/** An anonymous visitor who has written and now logs in as a person who has, too. */
async function bothWrote(store: Store) {
  const [person, anonymous] = [aCustomer({ id: '4711', updatedAt: 50 }), aCustomer({ tagged: false })];
  const [phone, laptop] = [newVisitorId(), newVisitorId()];
  await store.customers.save(person, phone);
  await store.customers.save(anonymous, laptop);
  const into = await store.chat.begin(aConversation(person, { updatedAt: 10 }));
  const from = await store.chat.begin(aConversation(anonymous, { updatedAt: 20, createdAt: 5 }));
  return { person, anonymous, phone, laptop, into, from };
}

const textsOf = async (store: Store, { id }: ConversationRecord) =>
  (await store.chat.history(acme, id, latest)).map(({ seq, text }) => `${seq} ${text}`);

export function loginContract(fixture: StoreFixture): void {
  test('[STORE-26] at login the messages go behind the person’s, with all that is about them', async () => {
    const store = await fixture.open();
    const { person, anonymous, phone, laptop, into, from } = await bothWrote(store);
    const [file, agent] = [aFile(), anAgent()];
    await store.chat.addFile(file);
    await store.agents.create(agent);
    await written(store, ...['a', 'b'].map((text) => aMessage(into, { text })));
    await written(store, aMessage(from, { text: 'c' }), aMessage(from, { text: 'd', fileId: file.id }));
    const [note, moved] = [aNote(into, { at: 1 }), aNote(from, { at: 2 })];
    for (const each of [note, moved]) await store.chat.addNote(each);
    const call = aCall({ customerId: anonymous.customerId });
    await store.calls.save(call, []);
    const cobrowse = aCobrowse({ customerId: anonymous.customerId });
    await store.cobrowses.save(cobrowse, []);
    const link = aLink(agent, anonymous);
    await store.links.create(link);

    const merge = await store.customers.save(person, laptop, { absorb: anonymous.customerId });
    expect(merge).toStrictEqual({ from: from.id, to: into.id });
    expect(await textsOf(store, into)).toEqual(['1 a', '2 b', '3 c', '4 d']);
    const { customerId } = person;
    const found = await store.chat.findByCustomer(acme, customerId);
    expect(found).toMatchObject({ id: into.id, lastSeq: 4, last: { seq: 4, text: 'd' }, createdAt: 5 });
    expect(found?.updatedAt).toBeGreaterThanOrEqual(50);
    expect(await store.chat.get(acme, from.id)).toBeUndefined();
    expect(await store.chat.history(acme, from.id, latest)).toEqual([]);
    expect(await store.customers.get(acme, anonymous.customerId)).toBeUndefined();
    expect(await store.customers.visitorsOf(acme, customerId)).toEqual([phone, laptop].toSorted());
    expect(await store.chat.listNotes(acme, into.id)).toStrictEqual([note, { ...moved, conversationId: into.id }]);
    expect(await store.chat.getFile(acme, file.id)).toMatchObject({ conversationId: into.id });
    expect(await store.calls.get(acme, call.id)).toStrictEqual({ ...call, customerId });
    expect(await store.cobrowses.get(acme, cobrowse.id)).toStrictEqual({ ...cobrowse, customerId });
    expect(await store.links.find(acme, link.hash, 0)).toStrictEqual({ ...link, customerId });
    expect(await written(store, aMessage(into))).toMatchObject([{ seq: 5 }]);
  });

  test('[STORE-26] a person without a conversation takes the anonymous one as it is', async () => {
    const store = await fixture.open();
    const from = await begun(store, { tagged: false }, { assignee: 'ann@agents.example' });
    await written(store, aMessage(from, { text: 'a' }));
    const before = await store.chat.get(acme, from.id);
    const [person, browser] = [aCustomer({ email: 'max@mail.example' }), newVisitorId()];
    expect(await store.customers.save(person, browser, { absorb: from.customerId })).toBeUndefined();
    const after = await store.chat.findByCustomer(acme, person.customerId);
    expect(after).toStrictEqual({ ...before, customerId: person.customerId });
    expect(await textsOf(store, from)).toEqual(['1 a']);
    expect(await store.customers.get(acme, from.customerId)).toBeUndefined();
  });

  test('[STORE-26] somebody who has not written is absorbed without a trace', async () => {
    const store = await fixture.open();
    const [anonymous, person, browser] = [aCustomer({ tagged: false }), aCustomer({ id: '1' }), newVisitorId()];
    await store.customers.save(anonymous, browser);
    expect(await store.customers.save(person, undefined, { absorb: anonymous.customerId })).toBeUndefined();
    expect(await store.customers.get(acme, anonymous.customerId)).toBeUndefined();
    expect(await store.customers.findByVisitor(acme, browser)).toStrictEqual(person);
  });

  test.each<[string, Partial<ConversationRecord>, Partial<ConversationRecord>, Partial<ConversationRecord>]>([
    ['UNREAD', { status: 'DONE' }, { status: 'UNREAD' }, { status: 'UNREAD' }],
    ['UNRESOLVED', { status: 'DONE' }, { status: 'UNRESOLVED' }, { status: 'UNRESOLVED' }],
    ['unread before', { status: 'UNREAD' }, { status: 'DONE' }, { status: 'UNREAD' }],
    ['whose the person’s is', { assignee: 'a', team: 't' }, { assignee: 'b' }, { assignee: 'a', team: 't' }],
    ['nobody’s, then the other’s', {}, { assignee: 'b', team: 'u' }, { assignee: 'b', team: 'u' }],
  ])('[STORE-26] a merged conversation is %s', async (_, into, from, expected) => {
    const store = await fixture.open();
    const conversations = await bothWrote(store);
    await written(store, aMessage(conversations.into), aMessage(conversations.from));
    for (const email of ['a', 'b']) await store.agents.create(anAgent({ email }));
    const set = (conversation: ConversationRecord, more: Partial<ConversationRecord>) =>
      store.chat.change(acme, conversation.id, (before) => ({ ...before, status: 'DONE', ...more }));
    await set(conversations.into, into);
    await set(conversations.from, from);
    const { person, laptop, anonymous } = conversations;
    await store.customers.save(person, laptop, { absorb: anonymous.customerId });
    expect(await store.chat.get(acme, conversations.into.id)).toMatchObject(expected);
  });

  test('[STORE-23] [STORE-26] nobody has read what they did not, nor must read again what they did', async () => {
    const store = await fixture.open();
    const { person, anonymous, laptop, into, from } = await bothWrote(store);
    await written(store, aMessage(into), aMessage(into, { author: ann }));
    await written(store, aMessage(from), aMessage(from, { author: ann }), aMessage(from));
    await store.chat.receive(acme, into.id, 'agent', { read: 2 });
    await store.chat.receive(acme, from.id, 'agent', { delivered: 2, read: 1 });
    await store.chat.receive(acme, from.id, 'visitor', { read: 3 });
    await store.customers.save(person, laptop, { absorb: anonymous.customerId });
    expect(await store.chat.get(acme, into.id)).toMatchObject({
      receipts: { agent: { delivered: 4, read: 3 }, visitor: { delivered: 0, read: 0 } },
      unreadByAgent: 1,
      unreadByVisitor: 2,
    });
  });

  test('[STORE-26] a message id that was used in both conversations loses neither message', async () => {
    const store = await fixture.open();
    const { person, anonymous, laptop, into, from } = await bothWrote(store);
    const message = aMessage(into, { text: 'a' });
    await written(store, message, { ...message, conversationId: from.id, text: 'b' }, aMessage(from, { text: 'c' }));
    await store.customers.save(person, laptop, { absorb: anonymous.customerId });
    expect(await textsOf(store, into)).toEqual(['1 a', '2 b', '3 c']);
    expect(await store.chat.append([message], plainPolicy)).toMatchObject([{ kind: 'known', message: { seq: 1 } }]);
  });

  test.each<[string, Partial<CustomerRecord>]>([
    ['has an id', { id: '1' }],
    ['has an email', { email: 'eva@mail.example' }],
    ['is verified', { verified: true }],
    ['is of another site', { site: other }],
  ])('[STORE-26] who %s is never absorbed', async (_, who) => {
    const store = await fixture.open();
    const conversation = await begun(store, who);
    const person = aCustomer({ id: '4711' });
    expect(await store.customers.save(person, newVisitorId(), { absorb: conversation.customerId })).toBeUndefined();
    expect(await store.chat.get(conversation.site, conversation.id)).toStrictEqual(conversation);
    expect(await store.chat.findByCustomer(acme, person.customerId)).toBeUndefined();
    expect(await store.customers.save(person, undefined, { absorb: person.customerId })).toBeUndefined();
    expect(await store.customers.get(acme, person.customerId)).toStrictEqual(person);
  });

  test('[STORE-4] [STORE-26] a refused login leaves the anonymous one whole', async () => {
    const store = await fixture.open();
    await store.customers.save(aCustomer({ id: '4711' }), undefined);
    const conversation = await begun(store, { tagged: false });
    const failing = store.customers.save(aCustomer({ id: '4711' }), newVisitorId(), {
      absorb: conversation.customerId,
    });
    await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await store.chat.findByCustomer(acme, conversation.customerId)).toStrictEqual(conversation);
  });

  test('[STORE-21] [STORE-26] a merge stands with its deliveries, or not at all', async () => {
    const store = await fixture.open();
    const { person, anonymous, laptop, into, from } = await bothWrote(store);
    await written(store, aMessage(from, { text: 'a' }));
    const webhook = aWebhook();
    await store.webhooks.save(webhook);
    const delivery = aDelivery(webhook, { type: 'conversation.new' });
    await store.webhooks.add(delivery);
    const failing = store.customers.save(person, laptop, { absorb: anonymous.customerId, outbox: () => [delivery] });
    await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await textsOf(store, from)).toEqual(['1 a']);
    expect(await store.chat.get(acme, into.id)).toStrictEqual(into);
    expect(await store.customers.findByVisitor(acme, laptop)).toStrictEqual(anonymous);
    const steps: ConversationRecord[] = [];
    const told = aDelivery(webhook, { type: 'conversation.new', createdAt: delivery.createdAt + 1 });
    const outbox = (before: ConversationRecord, after: ConversationRecord) => {
      steps.push(before, after);
      return [told];
    };
    await store.customers.save(person, laptop, { absorb: anonymous.customerId, outbox });
    expect(steps).toEqual([into, await store.chat.get(acme, into.id)]);
    expect((await store.webhooks.listDeliveries(acme, webhook.id, { limit: 9 })).items).toStrictEqual([told, delivery]);
  });

  test('[STORE-26] no delivery is made where a person takes the conversation as it is, or has none', async () => {
    const store = await fixture.open();
    const never = () => {
      throw new Error('nothing was merged');
    };
    const from = await begun(store, { tagged: false });
    await store.customers.save(aCustomer({ id: '1' }), undefined, { absorb: from.customerId, outbox: never });
    const silent = aCustomer({ tagged: false });
    await store.customers.save(silent, undefined);
    expect(
      await store.customers.save(aCustomer({ id: '2' }), undefined, { absorb: silent.customerId, outbox: never }),
    ).toBeUndefined();
  });

  test('[STORE-26] messages that are written while the visitor logs in are moved or told gone, never lost', async () => {
    const [store, second] = await fixture.several();
    for (let round = 0; round < 5; round += 1) {
      const person = aCustomer({ id: `${round}` });
      await store.customers.save(person, undefined);
      const into = await store.chat.begin(aConversation(person));
      const from = await begun(store, { tagged: false });
      const writing = Array.from({ length: 12 }, (_, n) =>
        (n % 2 ? store : second).chat.append([aMessage(from), aMessage(into)], plainPolicy),
      );
      const logins = [store, second, store].map((each) =>
        each.customers.save(person, undefined, { absorb: from.customerId }),
      );
      const results = (await Promise.all(writing)).flat();
      const merges = (await Promise.all(logins)).filter((merge) => merge !== undefined);
      expect(merges).toStrictEqual([{ from: from.id, to: into.id }]);
      const kept = results.filter(({ kind }) => kind === 'new').length;
      const gone = results.filter(({ kind }) => kind === 'gone').length;
      expect(kept + gone).toBe(24);
      const history = await store.chat.history(acme, into.id, latest);
      expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: kept }, (_, index) => index + 1));
      expect(await store.chat.get(acme, into.id)).toMatchObject({ lastSeq: kept, unreadByAgent: kept });
    }
  });

  test('[STORE-22] [STORE-26] a conversation that begins while its visitor logs in is the person’s, or not begun', async () => {
    const [store, second] = await fixture.several();
    for (let round = 0; round < 5; round += 1) {
      const [person, anonymous] = [aCustomer({ id: `${round}` }), aCustomer({ tagged: false })];
      await store.customers.save(anonymous, undefined);
      const beginning = [store, second].map((each) => each.chat.begin(aConversation(anonymous)).catch(() => undefined));
      const login = second.customers.save(person, undefined, { absorb: anonymous.customerId });
      const answers = (await Promise.all(beginning)).flatMap((answer) => (answer ? [answer.id] : []));
      await login;
      const found = await store.chat.findByCustomer(acme, person.customerId);
      expect([...new Set(answers)]).toEqual(found ? [found.id] : []);
      expect(await store.chat.findByCustomer(acme, anonymous.customerId)).toBeUndefined();
    }
  });
}
