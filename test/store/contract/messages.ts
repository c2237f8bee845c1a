import { expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { AppendPolicy } from '#signaling/store/ChatStore.ts';
import {
  acme,
  aDelivery,
  aFile,
  aMessage,
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

export function messagesContract(fixture: StoreFixture): void {
  test('[STORE-1] [STORE-18] messages come back as they were sent, with the seqs 1, 2, 3', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const odd = '\tZeile 1\nZeile "2" \\ \' 漢字 🚀 \u2028 {"a":[1]} %_';
    const file = aFile();
    await store.chat.addFile(file);
    const sent = [
      aMessage(conversation, { text: odd }),
      aMessage(conversation, { author: { ...ann, name: 'Ann "A" 李' } }),
      aMessage(conversation, { author: { kind: 'site' }, text: 'x'.repeat(10_000) }),
      aMessage(conversation, { text: '', fileId: file.id }),
    ];
    const results = await store.chat.append(sent, plainPolicy);
    expect(results.map(({ kind }) => kind)).toEqual(['new', 'new', 'new', 'new']);
    const { id, name, type, size } = file;
    const expected = sent.map(({ uploader: _, fileId, ...message }, index) => ({
      ...message,
      seq: index + 1,
      ...(fileId && { file: { id, name, type, size } }),
    }));
    expect(await store.chat.history(acme, conversation.id, latest)).toStrictEqual(expected);
    expect(results.map((result) => 'message' in result && result.message)).toStrictEqual(expected);
    expect(await store.chat.getFile(acme, id)).toStrictEqual({ ...file, conversationId: conversation.id });
  });

  test('[STORE-18] one batch may hold messages of many conversations and sites, several of each', async () => {
    const store = await fixture.open();
    const [one, two] = [await begun(store), await begun(store)];
    const theirs = await begun(store, { site: other });
    const order = [one, theirs, two, one, one, theirs, two];
    const results = await store.chat.append(
      order.map((conversation) => aMessage(conversation)),
      plainPolicy,
    );
    const seqs = results.map((result) => result.kind === 'new' && result.message.seq);
    expect(seqs).toEqual([1, 1, 1, 2, 3, 2, 2]);
    const befores = results.map((result) => result.kind === 'new' && result.before.lastSeq);
    expect(befores).toEqual([0, 0, 0, 1, 2, 1, 1]);
    for (const [conversation, count] of [
      [one, 3],
      [two, 2],
      [theirs, 2],
    ] as const) {
      const { site, id } = conversation;
      const found = await store.chat.get(site, id);
      expect(found).toMatchObject({ lastSeq: count, unreadByAgent: count, status: 'UNREAD', last: { seq: count } });
      expect((await store.chat.history(site, id, latest)).map(({ seq }) => seq)).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      );
    }
  });

  test('[STORE-18] of many writers at once none is lost, doubled or out of its row', async () => {
    const [store, second] = await fixture.several();
    const conversations = [await begun(store), await begun(store), await begun(store)];
    const batches = Array.from({ length: 24 }, (_, n) =>
      // Turned around for every other writer: who takes rows in the order of the batch locks out one another.
      (n % 2 ? conversations : conversations.toReversed()).flatMap((conversation) => [
        aMessage(conversation, { text: `${n} a` }),
        aMessage(conversation, { text: `${n} b` }),
      ]),
    );
    await Promise.all(batches.map((batch, n) => (n % 2 ? store : second).chat.append(batch, plainPolicy)));
    for (const { id } of conversations) {
      const history = await store.chat.history(acme, id, latest);
      expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
      const texts = history.map(({ text }) => text);
      for (let n = 0; n < 24; n += 1) expect(texts.indexOf(`${n} b`)).toBe(texts.indexOf(`${n} a`) + 1);
      expect(await store.chat.get(acme, id)).toMatchObject({ lastSeq: 48, unreadByAgent: 48 });
    }
  });

  test('[STORE-19] what is sent again is the first message, whatever it says now', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const message = aMessage(conversation);
    const [first] = await written(store, message, aMessage(conversation));
    const again = { ...message, text: 'Something else', at: 5 };
    const results = await store.chat.append([again, again], plainPolicy);
    expect(results).toStrictEqual([
      { kind: 'known', message: first },
      { kind: 'known', message: first },
    ]);
    expect(await store.chat.get(acme, conversation.id)).toMatchObject({ lastSeq: 2, unreadByAgent: 2 });
  });

  test('[STORE-19] a message that is twice in one batch is one; many resends at once make one', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const message = aMessage(conversation);
    const results = await store.chat.append([message, aMessage(conversation), message], plainPolicy);
    expect(results.map(({ kind }) => kind)).toEqual(['new', 'new', 'known']);
    const late = aMessage(conversation);
    const sent = await Promise.all(Array.from({ length: 8 }, () => store.chat.append([late], plainPolicy)));
    const kinds = sent.flat().map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual([...Array(7).fill('known'), 'new']);
    expect(await store.chat.history(acme, conversation.id, latest)).toHaveLength(3);
  });

  test('[STORE-19] an id that another author has used is taken; an agent who was renamed is the same', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const [visitors, anns] = [aMessage(conversation), aMessage(conversation, { author: ann })];
    await written(store, visitors, anns);
    const results = await store.chat.append(
      [
        { ...visitors, author: ann },
        { ...visitors, author: { kind: 'site' } },
        { ...anns, author: { kind: 'visitor' } },
        { ...anns, author: { ...ann, email: 'bea@agents.example' } },
        { ...anns, author: { ...ann, name: 'Ann Example' } },
      ],
      plainPolicy,
    );
    expect(results.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'taken', 'taken', 'known']);
    expect(await store.chat.history(acme, conversation.id, latest)).toHaveLength(2);
  });

  test('[STORE-2] an id used in another conversation or site says nothing of it', async () => {
    const store = await fixture.open();
    const [one, two] = [await begun(store), await begun(store, { site: other })];
    const message = aMessage(one);
    await written(store, message);
    const [elsewhere] = await store.chat.append([{ ...message, site: other, conversationId: two.id }], plainPolicy);
    expect(elsewhere).toMatchObject({ kind: 'new', message: { seq: 1 } });
    const [foreign] = await store.chat.append([{ ...aMessage(one), site: other }], plainPolicy);
    expect(foreign).toEqual({ kind: 'gone' });
    expect(await store.chat.history(other, one.id, latest)).toEqual([]);
    expect(await store.chat.get(other, one.id)).toBeUndefined();
  });

  test('[STORE-20] each message is answered in its place; those that cannot be kept disturb no other', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const [mine, hers, used, foreign] = [aFile(), aFile({ uploader: 'visitor:v_2' }), aFile(), aFile({ site: other })];
    for (const file of [mine, hers, used, foreign]) await store.chat.addFile(file);
    await written(store, aMessage(conversation, { fileId: used.id }));
    const gone = newId<ConversationId>('cn');
    const results = await store.chat.append(
      [
        aMessage({ site: acme, id: gone }),
        aMessage(conversation, { text: 'first' }),
        aMessage(conversation, { fileId: hers.id }),
        aMessage(conversation, { fileId: used.id }),
        aMessage(conversation, { fileId: foreign.id }),
        aMessage(conversation, { fileId: mine.id, text: 'second' }),
        aMessage(conversation, { fileId: mine.id }),
        aMessage(conversation, { text: 'third' }),
      ],
      plainPolicy,
    );
    expect(results.map(({ kind }) => kind)).toEqual([
      ...['gone', 'new', 'no-file', 'no-file', 'no-file', 'new', 'no-file', 'new'],
    ]);
    const texts = (await store.chat.history(acme, conversation.id, { after: 1, limit: 200 })).map(({ text }) => text);
    expect(texts).toEqual(['first', 'second', 'third']);
    expect(await store.chat.getFile(acme, hers.id)).toStrictEqual(hers);
  });

  test('[STORE-20] text that a database cannot hold fails no other message', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const results = await store.chat.append(
      [aMessage(conversation), aMessage(conversation, { text: 'a\u0000b\ud800c' }), aMessage(conversation)],
      plainPolicy,
    );
    expect(results.map(({ kind }) => kind)).toEqual(['new', 'new', 'new']);
    const kept = results.map((result) => (result.kind === 'new' ? result.message : undefined));
    expect(await store.chat.history(acme, conversation.id, latest)).toStrictEqual(kept);
  });

  test('[STORE-20] a file is one message’s, of many that are sent at once', async () => {
    const store = await fixture.open();
    const conversations = [await begun(store), await begun(store), await begun(store)];
    const file = aFile();
    await store.chat.addFile(file);
    const sent = await Promise.all(
      conversations.map((conversation) =>
        store.chat.append([aMessage(conversation, { fileId: file.id })], plainPolicy),
      ),
    );
    expect(
      sent
        .flat()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['new', 'no-file', 'no-file']);
  });

  test('[STORE-21] the deliveries stand with their message; one to a webhook that is gone is left out', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const [webhook, deleted] = [aWebhook(), aWebhook()];
    await store.webhooks.save(webhook);
    const deliveries = [aDelivery(webhook, { payload: '"ä 🚀 \\u0000"' }), aDelivery(deleted)];
    const policy: AppendPolicy = {
      apply: plainPolicy.apply,
      outbox: ({ before, conversation: after }) => {
        expect(after.lastSeq).toBe(before.lastSeq + 1);
        return after.lastSeq === 1 ? deliveries : [];
      },
    };
    await store.chat.append([aMessage(conversation), aMessage(conversation)], policy);
    const { items } = await store.webhooks.listDeliveries(acme, webhook.id, { limit: 10 });
    expect(items).toStrictEqual([deliveries[0]]);
    expect(await store.chat.history(acme, conversation.id, latest)).toHaveLength(2);
  });

  test('[STORE-21] a failing batch leaves nothing of itself', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const webhook = aWebhook();
    await store.webhooks.save(webhook);
    const twice = aDelivery(webhook);
    const file = aFile();
    await store.chat.addFile(file);
    const failing = store.chat.append([aMessage(conversation, { fileId: file.id })], {
      apply: plainPolicy.apply,
      outbox: () => [twice, twice],
    });
    await expect(failing).rejects.toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect(await store.chat.get(acme, conversation.id)).toStrictEqual(conversation);
    expect(await store.chat.history(acme, conversation.id, latest)).toEqual([]);
    expect(await store.chat.getFile(acme, file.id)).toStrictEqual(file);
    expect(await written(store, aMessage(conversation))).toMatchObject([{ seq: 1 }]);
  });

  test('[STORE-25] every range of the history is ascending', async () => {
    const store = await fixture.open();
    const conversation = await begun(store);
    const { id } = conversation;
    await written(store, ...Array.from({ length: 12 }, () => aMessage(conversation)));
    const seqs = async (range: { after?: number; before?: number; limit: number }) =>
      (await store.chat.history(acme, id, range)).map(({ seq }) => seq);
    expect(await seqs({ limit: 3 })).toEqual([10, 11, 12]);
    expect(await seqs({ after: 0, limit: 3 })).toEqual([1, 2, 3]);
    expect(await seqs({ after: 10, limit: 3 })).toEqual([11, 12]);
    expect(await seqs({ after: 12, limit: 3 })).toEqual([]);
    expect(await seqs({ before: 10, limit: 3 })).toEqual([7, 8, 9]);
    expect(await seqs({ before: 1, limit: 3 })).toEqual([]);
    expect(await seqs({ after: 4, before: 7, limit: 3 })).toEqual([5, 6]);
  });

  test('[STORE-33] files that no message took up are deleted and named', async () => {
    const { chat } = await fixture.open();
    const uploader = `visitor:${newVisitorId()}`;
    const [old, young] = [aFile({ createdAt: 10, uploader }), aFile({ createdAt: 20 })];
    const sent = aFile({ createdAt: 5, conversationId: newId<ConversationId>('cn') });
    for (const file of [old, young, sent]) await chat.addFile(file);
    expect(await chat.deleteUnsentFiles(20)).toStrictEqual([old]);
    expect(await chat.deleteUnsentFiles(20)).toEqual([]);
    expect(await chat.getFile(acme, old.id)).toBeUndefined();
    expect(await chat.getFile(acme, young.id)).toStrictEqual(young);
    expect(await chat.getFile(acme, sent.id)).toStrictEqual(sent);
    expect(await chat.getFile(other, sent.id)).toBeUndefined();
  });

  test('[STORE-2] of many files those are found that the site has', async () => {
    const { chat } = await fixture.open();
    const [one, two, theirs] = [aFile(), aFile(), aFile({ site: other })];
    for (const file of [one, two, theirs]) await chat.addFile(file);
    const found = await chat.getFiles(acme, [two.id, theirs.id, aFile().id, one.id]);
    expect(new Set(found)).toEqual(new Set([one, two]));
    expect(await chat.getFiles(acme, [])).toEqual([]);
  });

  test('[STORE-71] a message of who is no active agent is kept and gives nothing; the next one’s may', async () => {
    const store = await fixture.open();
    const [active, left, gone] = [anAgent(), anAgent({ active: false }), anAgent()];
    for (const agent of [active, left]) await store.agents.create(agent);
    const [one, two] = [await begun(store), await begun(store)];
    const of = ({ email, name }: typeof active) => ({ author: { kind: 'agent' as const, email, name } });
    const told: (string | undefined)[] = [];
    const policy: AppendPolicy = {
      apply: (before, message) => ({
        ...plainPolicy.apply(before, message),
        assignee: before.assignee ?? (message.author.kind === 'agent' ? message.author.email : undefined),
      }),
      outbox: ({ conversation }) => {
        told.push(conversation.assignee);
        return [];
      },
    };
    const messages = [
      aMessage(one, of(left)),
      aMessage(one, of(gone)),
      aMessage(one, of(active)),
      aMessage(two, of(left)),
    ];
    const appended = await store.chat.append(messages, policy);
    const assignees = [undefined, undefined, active.email, undefined];
    expect(appended.map((one) => one.kind === 'new' && one.conversation.assignee)).toEqual(assignees);
    expect(told.slice(-4)).toEqual(assignees);
    expect(await store.chat.get(acme, one.id)).toMatchObject({ assignee: active.email, lastSeq: 3 });
    const kept = await store.chat.get(acme, two.id);
    expect(kept).toMatchObject({ lastSeq: 1 });
    expect(kept).not.toHaveProperty('assignee');
    expect(await store.chat.history(acme, one.id, { limit: 10 })).toHaveLength(3);
  });
}
