import { expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { ChatStore, ConversationRecord } from '#signaling/store/ChatStore.ts';
import {
  aConversation,
  aCustomer,
  acme,
  aDelivery,
  aMessage,
  aNote,
  anAgent,
  anEntry,
  ann,
  aWebhook,
  begun,
  newVisitorId,
  other,
  written,
} from '#test/store/records.ts';
import { allPages, badCursors } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);

async function listed(chat: ChatStore, options: Partial<Parameters<ChatStore['list']>[1]> = {}) {
  return (await chat.list(acme, { limit: 200, ...options })).items;
}

export function conversationsContract(fixture: StoreFixture): void {
  test('[STORE-1] a conversation comes back as it was begun, by id and by customer', async () => {
    const store = await fixture.open();
    const full: Partial<ConversationRecord> = {
      status: 'DONE',
      assignee: 'ann@agents.example',
      team: 'Größe 漢字',
      lastSeq: 7,
      last: { seq: 7, at: 1_764_000_000_009, author: ann, text: 'Bye 👋 "x"', file: 'a.png' },
      receipts: { visitor: { delivered: 7, read: 6 }, agent: { delivered: 5, read: 4 } },
      unreadByAgent: 3,
      unreadByVisitor: 1,
    };
    const customer = aCustomer();
    await store.customers.save(customer, undefined);
    const conversation = aConversation(customer, full);
    expect(await store.chat.begin(conversation)).toStrictEqual(conversation);
    expect(await store.chat.get(acme, conversation.id)).toStrictEqual(conversation);
    expect(await store.chat.findByCustomer(acme, customer.customerId)).toStrictEqual(conversation);
    expect(await store.chat.findByCustomer(other, customer.customerId)).toBeUndefined();
    const plain = await begun(store);
    expect(await store.chat.get(acme, plain.id)).toStrictEqual(plain);
  });

  test('[STORE-22] a customer has one conversation, of however many begin at once', async () => {
    const { chat, customers } = await fixture.open();
    const customer = aCustomer();
    await customers.save(customer, newVisitorId());
    const answers = await Promise.all(Array.from({ length: 8 }, () => chat.begin(aConversation(customer))));
    expect(new Set(idsOf(answers)).size).toBe(1);
    expect(await listed(chat)).toStrictEqual([answers[0]]);
  });

  test('[STORE-22] nobody who does not exist, or is another site’s, has a conversation', async () => {
    const { chat, customers } = await fixture.open();
    const [nobody, theirs] = [aCustomer(), aCustomer({ site: other })];
    await customers.save(theirs, undefined);
    for (const customer of [nobody, { ...theirs, site: acme }]) {
      await expect(chat.begin(aConversation(customer))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await listed(chat)).toEqual([]);
  });

  test('[STORE-21] a change stands with its deliveries and audit entries, or not at all', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const [webhook, entry] = [aWebhook(), anEntry()];
    await store.webhooks.save(webhook);
    const delivery = aDelivery(webhook);
    const done = (before: ConversationRecord) => ({ ...before, status: 'DONE' as const, updatedAt: 5 });
    const also = () => ({ outbox: [delivery], audit: [entry] });
    const after = await store.chat.change(acme, conversation.id, done, also);
    expect(after).toStrictEqual({ ...conversation, status: 'DONE', updatedAt: 5 });
    expect(await store.chat.get(acme, conversation.id)).toStrictEqual(after);
    expect((await store.webhooks.listDeliveries(acme, webhook.id, { limit: 9 })).items).toStrictEqual([delivery]);
    expect((await store.audit.list(acme, { limit: 9 })).items).toStrictEqual([entry]);
    const reopen = (before: ConversationRecord) => ({ ...before, status: 'UNREAD' as const });
    const failing = store.chat.change(acme, conversation.id, reopen, () => ({ audit: [entry] }));
    await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await store.chat.get(acme, conversation.id)).toStrictEqual(after);
  });

  test('[STORE-21] a change that is none writes nothing; what does not exist is not changed', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const also = () => ({ audit: [anEntry()] });
    expect(await store.chat.change(acme, conversation.id, () => undefined, also)).toStrictEqual(conversation);
    const rename = (before: ConversationRecord) => ({ ...before, team: 'x' });
    expect(await store.chat.change(other, conversation.id, rename, also)).toBeUndefined();
    expect(await store.chat.change(acme, newId<ConversationId>('cn'), rename, also)).toBeUndefined();
    expect(await store.chat.get(acme, conversation.id)).toStrictEqual(conversation);
    expect((await store.audit.list(acme, { limit: 9 })).items).toEqual([]);
  });

  test('[STORE-21] changes and messages at once lose nothing of each other', async () => {
    const store = await fixture.open();
    const conversation = await begun(store, {}, { team: '' });
    const more = (before: ConversationRecord) => ({ ...before, team: `${before.team}x` });
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 ? written(store, aMessage(conversation)) : store.chat.change(acme, conversation.id, more),
      ),
    );
    expect(await store.chat.get(acme, conversation.id)).toMatchObject({ lastSeq: 5, team: 'xxxxx' });
  });

  test('[STORE-23] receipts only go on, never beyond the last message; what is unread is counted anew', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const { id } = conversation;
    const authors = [{ kind: 'visitor' }, ann, { kind: 'visitor' }, { kind: 'site' }, { kind: 'visitor' }] as const;
    await written(store, ...authors.map((author) => aMessage(conversation, { author })));
    const receive = (...input: [side: 'visitor' | 'agent', upTo: { delivered?: number; read?: number }]) =>
      store.chat.receive(acme, id, ...input);

    expect(await receive('agent', { read: 3 })).toMatchObject({
      receipts: { agent: { delivered: 3, read: 3 }, visitor: { delivered: 0, read: 0 } },
      unreadByAgent: 1,
      unreadByVisitor: 2,
    });
    expect(await receive('agent', { delivered: 1, read: 2 })).toMatchObject({
      receipts: { agent: { delivered: 3, read: 3 } },
      unreadByAgent: 1,
    });
    expect(await receive('visitor', { delivered: 4, read: 2 })).toMatchObject({
      receipts: { visitor: { delivered: 4, read: 2 } },
      unreadByVisitor: 1,
    });
    const after = await receive('visitor', { delivered: 9, read: 99 });
    expect(after).toMatchObject({ receipts: { visitor: { delivered: 5, read: 5 } }, unreadByVisitor: 0 });
    expect(await store.chat.get(acme, id)).toStrictEqual(after);
    expect(await store.chat.receive(other, id, 'agent', { read: 5 })).toBeUndefined();
  });

  test('[STORE-8] conversations are listed the latest change first, each once', async () => {
    const store = await fixture.open();
    const times = [5, 3, 3, 3, 1, 2, 4];
    const all: ConversationRecord[] = [];
    for (const updatedAt of times) all.push(await begun(store, {}, { updatedAt }));
    await begun(store, { site: other }, { updatedAt: 9 });
    const newest = all.toSorted((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
    const pages = await allPages((page) => store.chat.list(acme, page), 3);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toStrictEqual(newest);
    expect(await listed(store.chat, { since: 3 })).toStrictEqual(newest.slice(0, 2));
    expect(await listed(store.chat, { since: 1, until: 4 })).toStrictEqual(newest.slice(2, 6));
    const [one] = all;
    expect(await listed(store.chat, { customerId: one?.customerId })).toStrictEqual([one]);
  });

  test.each(badCursors)('[STORE-9] the malformed cursor %j is INVALID_INPUT', async (cursor) => {
    const { chat } = await fixture.open();
    await expect(chat.list(acme, { limit: 1, cursor })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('[STORE-24] an agent’s list holds what the agent may see', async () => {
    const store = await fixture.open();
    const [email, teams] = ['ann@agents.example', ['sales', "it's"]];
    const free = await begun(store);
    const mine = await begun(store, { assignedUser: email });
    const mineOfOtherTeam = await begun(store, { assignedUser: email, team: 'support' });
    const beas = await begun(store, { assignedUser: 'bea@agents.example', team: 'sales' });
    const sales = await begun(store, { team: 'sales' });
    const quoted = await begun(store, { team: "it's" });
    const support = await begun(store, { team: 'support' });
    const seen = async (viewer?: { email: string; teams: string[] }) =>
      new Set(idsOf(await listed(store.chat, { viewer })));
    const ids = (...conversations: ConversationRecord[]) => new Set(idsOf(conversations));
    expect(await seen({ email, teams })).toEqual(ids(free, mine, mineOfOtherTeam, sales, quoted));
    expect(await seen({ email, teams: [] })).toEqual(ids(free, mine, mineOfOtherTeam));
    expect(await seen({ email: 'bea@agents.example', teams: ['support'] })).toEqual(ids(free, beas, support));
    expect(await seen()).toEqual(ids(free, mine, mineOfOtherTeam, beas, sales, quoted, support));
  });

  test('[STORE-24] lists by assignee and by status', async () => {
    const store = await fixture.open();
    const me = 'ann@agents.example';
    const mine = await begun(store, {}, { assignee: me, status: 'UNREAD', updatedAt: 4 });
    const beas = await begun(store, {}, { assignee: 'bea@agents.example', status: 'UNRESOLVED', updatedAt: 3 });
    const free = await begun(store, {}, { status: 'UNREAD', updatedAt: 2 });
    const done = await begun(store, {}, { assignee: me, status: 'DONE', updatedAt: 1 });
    const { chat } = store;
    expect(await listed(chat, { filter: 'mine', me })).toStrictEqual([mine, done]);
    expect(await listed(chat, { filter: 'mine', viewer: { email: me, teams: [] } })).toStrictEqual([mine, done]);
    expect(await listed(chat, { filter: 'unassigned' })).toStrictEqual([free]);
    expect(await listed(chat, { filter: 'all' })).toStrictEqual([mine, beas, free, done]);
    expect(await listed(chat, { status: ['UNREAD'] })).toStrictEqual([mine, free]);
    expect(await listed(chat, { status: ['UNREAD', 'DONE'], filter: 'mine', me })).toStrictEqual([mine, done]);
    expect(await chat.openChats(acme)).toEqual(
      new Map([
        [me, 1],
        ['bea@agents.example', 1],
      ]),
    );
    expect(await chat.openChats(other)).toEqual(new Map());
  });

  test('[STORE-33] conversations without a change are found, the oldest first', async () => {
    const store = await fixture.open();
    const [young, old, older] = [
      await begun(store, {}, { updatedAt: 30 }),
      await begun(store, {}, { updatedAt: 20 }),
      await begun(store, {}, { updatedAt: 10 }),
    ];
    await begun(store, { site: other }, { updatedAt: 1 });
    expect(await store.chat.idle(acme, 30, 10)).toStrictEqual([older, old]);
    expect(await store.chat.idle(acme, 31, 10)).toStrictEqual([older, old, young]);
    expect(await store.chat.idle(acme, 30, 1)).toStrictEqual([older]);
  });

  test('[STORE-1] [STORE-2] notes are kept, oldest first, and deleted within their conversation only', async () => {
    const store = await fixture.open();
    const [conversation, another] = [await begun(store), await begun(store)];
    const late = aNote(conversation, { at: 2, agent: 'ann@agents.example', text: 'x\ny 🧡' });
    const early = aNote(conversation, { at: 1 });
    for (const note of [late, early]) await store.chat.addNote(note);
    expect(await store.chat.listNotes(acme, conversation.id)).toStrictEqual([early, late]);
    expect(await store.chat.listNotes(other, conversation.id)).toEqual([]);
    expect(await store.chat.deleteNote(acme, another.id, early.id)).toBe(false);
    expect(await store.chat.deleteNote(other, conversation.id, early.id)).toBe(false);
    expect(await store.chat.deleteNote(acme, conversation.id, early.id)).toBe(true);
    expect(await store.chat.deleteNote(acme, conversation.id, early.id)).toBe(false);
    expect(await store.chat.listNotes(acme, conversation.id)).toStrictEqual([late]);
    const orphan = store.chat.addNote(aNote({ ...conversation, site: other }));
    await expect(orphan).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[STORE-71] a change gives nothing to who is no active agent of the site', async () => {
    const store = await fixture.open();
    const [active, left, theirs] = [anAgent(), anAgent({ active: false }), anAgent({ site: other })];
    for (const agent of [active, left, theirs]) await store.agents.create(agent);
    const held = await begun(store, {}, { assignee: active.email });
    const give = (assignee: string | undefined) =>
      store.chat.change(
        acme,
        held.id,
        (before) => ({ ...before, assignee, status: 'UNREAD' }),
        () => ({ audit: [anEntry({ subject: assignee ?? 'nobody' })] }),
      );
    for (const { email } of [left, theirs, anAgent()]) expect(await give(email)).toStrictEqual(held);
    expect(await store.chat.get(acme, held.id)).toStrictEqual(held);
    expect(await give(undefined)).toMatchObject({ status: 'UNREAD' });
    expect(await give(active.email)).toMatchObject({ assignee: active.email });
    const { items } = await store.audit.list(acme, { limit: 10 });
    expect(items.map(({ subject }) => subject).toSorted()).toEqual([active.email, 'nobody'].toSorted());
  });

  test('[STORE-71] nor to one who leaves at this moment, whoever is first; and none waits for the other', async () => {
    const stores = await fixture.several();
    const [store] = stores;
    const agents = [anAgent(), anAgent()];
    for (const agent of agents) await store.agents.create(agent);
    const emails = agents.map(({ email }) => email);
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, i) => begun(store, {}, i % 2 ? { assignee: emails[(i >> 1) % 2] } : {})),
    );
    const give = ({ id }: ConversationRecord, i: number) =>
      stores[i % 3]?.chat.change(acme, id, (before) => ({ ...before, assignee: emails[(i >> 2) % 2] }));
    const leave = () => store.agents.change(acme, { update: agents.map((agent) => ({ ...agent, active: false })) });
    await Promise.all([...all.slice(0, 12).map(give), leave(), ...all.slice(12).map(give)]);
    const after = await Promise.all(all.map(({ id }) => store.chat.get(acme, id)));
    expect(after.flatMap((conversation) => conversation?.assignee ?? [])).toEqual([]);
  });
}
