import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileId, RuleId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { NewRule } from '#protocol/rules.ts';
import { demo, House } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { draft, heard, messageId, reply, say, seqsAndTexts, told } from './Talk.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ wrap: slowStore, messageRate: { perSecond: 1000, burst: 1000 } });
});
afterEach(() => house.close());

describe('[CHAT-1] a visitor writes', () => {
  test('the first message begins the conversation; all tabs hear it, and who comes later finds it', async () => {
    const first = await house.visitor();
    const { token } = first.last('visitor.welcome');
    const second = await house.visitor({ token });
    const sent = await say(first, 'Is the chair in stock?');
    expect(sent).toMatchObject({ seq: 1 });
    const { conversationId } = sent;
    for (const tab of [first, second]) {
      expect(tab.last('chat.conversation').chat).toMatchObject({ conversationId });
      expect(told(tab)).toMatchObject([{ seq: 1, text: 'Is the chair in stock?', author: { kind: 'visitor' } }]);
    }
    const later = await house.visitor({ token });
    expect(later.last('visitor.welcome').chat).toEqual({
      conversationId,
      lastSeq: 1,
      unread: 0,
      receipts: { visitor: { delivered: 1, read: 1 }, agent: { delivered: 0, read: 0 } },
    });
    const { messages, lastSeq, chat } = await later.request('chat.history', {});
    expect([seqsAndTexts(messages), lastSeq, chat?.conversationId]).toEqual([
      ['1 Is the chair in stock?'],
      1,
      conversationId,
    ]);
  });

  test('who has not written has no conversation, and nothing of one', async () => {
    const visitor = await house.visitor();
    expect(visitor.last('visitor.welcome').chat).toBeUndefined();
    expect(await visitor.request('chat.history', {})).toEqual({ messages: [], lastSeq: 0 });
    expect(await visitor.request('chat.receipt', { read: 3 })).toEqual({});
    expect(await visitor.request('chat.typing', { on: true })).toEqual({});
  });

  test('an anonymous writer is on no list of people', async () => {
    const agent = await house.agent('anna@example.com');
    await say(await house.visitor(), 'hello');
    expect(await agent.request('presence.list', {})).toEqual([]);
    expect((await agent.request('conversation.list', {})).items).toMatchObject([{ unread: 1, person: { labels: [] } }]);
  });
});

describe('[CHAT-2] one order', () => {
  test('what one page sends at once is kept in its order, also while the first message begins the conversation', async () => {
    const visitor = await house.visitor();
    const texts = Array.from({ length: 250 }, (_, i) => `message ${i}`);
    const sent = await Promise.all(texts.map((text) => say(visitor, text)));
    expect(sent.map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
    expect(told(visitor).map(({ text }) => text)).toEqual(texts);
    expect(new Set(sent.map(({ conversationId }) => conversationId)).size).toBe(1);
  });

  test('both sides and all tabs hear the same messages in the order of their seqs, without a gap', async () => {
    const visitor = await house.visitor();
    const tab = await house.visitor({ token: visitor.last('visitor.welcome').token });
    const { conversationId } = await say(visitor, 'first');
    const agents = await Promise.all(['anna', 'ben'].map((name) => house.agent(`${name}@example.com`)));
    for (const agent of agents) await agent.request('conversation.open', { conversationId });
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const agent = agents[i % 2];
        return i % 3 === 0 && agent
          ? reply(agent, conversationId, `agent ${i}`)
          : say(i % 2 ? visitor : tab, `visitor ${i}`);
      }),
    );
    const all = seqsAndTexts((await visitor.request('chat.history', { after: 1, limit: 200 })).messages);
    expect(all).toHaveLength(60);
    expect(all.map((line) => Number(line.split(' ')[0]))).toEqual(all.map((_, i) => i + 2));
    for (const socket of [visitor, tab]) expect(seqsAndTexts(told(socket)).slice(1)).toEqual(all);
    for (const socket of agents) expect(seqsAndTexts(told(socket))).toEqual(all);
  });
});

describe('[CHAT-3] once', () => {
  test('a resend under the same id answers seq and time of the first, and nobody hears it again', async () => {
    const visitor = await house.visitor();
    const message = draft('only once');
    const first = await visitor.request('chat.send', { message });
    const again = await Promise.all([1, 2, 3].map(() => visitor.request('chat.send', { message })));
    expect(again).toEqual([first, first, first]);
    expect(told(visitor)).toHaveLength(1);
  });

  test('also if both are under way at once, and from another tab', async () => {
    const visitor = await house.visitor();
    const tab = await house.visitor({ token: visitor.last('visitor.welcome').token });
    const message = draft('only once');
    const sent = await Promise.all([visitor, tab, visitor].map((page) => page.request('chat.send', { message })));
    expect(new Set(sent.map(({ seq }) => seq))).toEqual(new Set([1]));
    expect((await tab.request('chat.history', {})).messages).toHaveLength(1);
  });

  test('an id that the other side has used is taken', async () => {
    const visitor = await house.visitor();
    const agent = await house.agent('anna@example.com');
    const message = draft('mine');
    const { conversationId } = await visitor.request('chat.send', { message });
    await expect(agent.request('conversation.send', { conversationId, message })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('the same id in two conversations is two messages', async () => {
    const message = draft('one id');
    const [one, two] = [await house.visitor(), await house.visitor()];
    expect(await one.request('chat.send', { message })).toMatchObject({ seq: 1 });
    expect(await two.request('chat.send', { message })).toMatchObject({ seq: 1 });
  });
});

test('[CHAT-4] history is paged by seq, forwards after one and backwards before one', async () => {
  const visitor = await house.visitor();
  for (let i = 1; i <= 12; i++) await say(visitor, `m${i}`);
  const page = async (range: { after?: number; before?: number; limit?: number }) => {
    const { messages, lastSeq } = await visitor.request('chat.history', range);
    expect(lastSeq).toBe(12);
    return messages.map(({ seq }) => seq);
  };
  expect(await page({ limit: 3 })).toEqual([10, 11, 12]);
  expect(await page({ before: 10, limit: 3 })).toEqual([7, 8, 9]);
  expect(await page({ after: 4, limit: 3 })).toEqual([5, 6, 7]);
  expect(await page({ after: 3, before: 6 })).toEqual([4, 5]);
  expect(await page({ after: 12 })).toEqual([]);
});

describe('[CHAT-5] the greeting that the visitor answers', () => {
  let ruleId: RuleId;
  beforeEach(async () => {
    const rule: NewRule = {
      name: 'Greet',
      enabled: true,
      position: 0,
      conditions: [],
      actions: [{ type: 'greet', text: 'May I help?' }],
    };
    ruleId = (await house.rules.create(demo, rule, 'site')).id;
  });
  const answer = (visitor: Awaited<ReturnType<House['visitor']>>, text: string, id = messageId()) =>
    visitor.request('chat.send', { message: { id, text }, greeting: ruleId });
  const texts = async (visitor: Awaited<ReturnType<House['visitor']>>) =>
    (await visitor.request('chat.history', {})).messages.map(({ author, text }) => `${author.kind}: ${text}`);

  test('stands right before the answer, from the site', async () => {
    const visitor = await house.visitor();
    expect(await answer(visitor, 'Yes')).toMatchObject({ seq: 2 });
    expect(await texts(visitor)).toEqual(['site: May I help?', 'visitor: Yes']);
  });

  test('is kept once, however often the answer is sent, and however many tabs answer it', async () => {
    const visitor = await house.visitor();
    const tab = await house.visitor({ token: visitor.last('visitor.welcome').token });
    const id = messageId();
    await Promise.all([
      answer(visitor, 'Yes', id),
      answer(visitor, 'Yes', id),
      answer(tab, 'Me too'),
      say(visitor, 'so'),
    ]);
    await answer(visitor, 'Yes', id);
    const all = await texts(visitor);
    expect(all.filter((line) => line.startsWith('site'))).toEqual(['site: May I help?']);
    expect(all[0]).toBe('site: May I help?');
    expect(all).toHaveLength(4);
  });

  test('is kept anew where it is answered after an agent has answered', async () => {
    const visitor = await house.visitor();
    const agent = await house.agent('anna@example.com');
    const { conversationId } = await answer(visitor, 'Yes');
    await reply(agent, conversationId, 'Here you are');
    await answer(visitor, 'Once more');
    expect((await texts(visitor)).slice(-2)).toEqual(['site: May I help?', 'visitor: Once more']);
  });

  test('of a rule that there is not is left out', async () => {
    const visitor = await house.visitor();
    await visitor.request('chat.send', { message: draft('Hello'), greeting: newId<RuleId>('r') });
    expect(await texts(visitor)).toEqual(['visitor: Hello']);
  });
});

test('[CHAT-6] receipts of both sides move on, never back nor beyond the last message, and are told to both', async () => {
  const visitor = await house.visitor();
  const { conversationId } = await say(visitor, 'hello');
  const agent = await house.agent('anna@example.com');
  await agent.request('conversation.open', { conversationId });
  await reply(agent, conversationId, 'one');
  await reply(agent, conversationId, 'two');
  await visitor.request('chat.receipt', { delivered: 3, read: 2 });
  expect(agent.last('chat.receipts')).toEqual({
    conversationId,
    receipts: { visitor: { delivered: 3, read: 2 }, agent: { delivered: 3, read: 3 } },
  });
  expect(visitor.last('chat.receipts')).toEqual(agent.last('chat.receipts'));
  expect((await visitor.request('chat.history', {})).chat).toMatchObject({ unread: 1 });
  await visitor.request('chat.receipt', { delivered: 1, read: 1 });
  await visitor.request('chat.receipt', { read: 999 });
  expect((await visitor.request('chat.history', {})).chat).toMatchObject({
    unread: 0,
    receipts: { visitor: { delivered: 3, read: 3 } },
  });
});

test('[CHAT-7] typing is told to the other side, and to an agent’s colleagues, not to the page itself', async () => {
  const visitor = await house.visitor();
  const { conversationId } = await say(visitor, 'hello');
  const [anna, ben] = [await house.agent('anna@example.com'), await house.agent('ben@example.com')];
  for (const agent of [anna, ben]) await agent.request('conversation.open', { conversationId });
  await visitor.request('chat.typing', { on: true });
  expect(anna.last('chat.typing')).toEqual({ conversationId, author: { kind: 'visitor' }, on: true });
  await anna.request('conversation.typing', { conversationId, on: false });
  const author = { kind: 'agent', email: 'anna@example.com', name: 'anna' };
  expect(visitor.last('chat.typing')).toEqual({ conversationId, author, on: false });
  expect(ben.last('chat.typing')).toEqual({ conversationId, author, on: false });
  expect(anna.all('chat.typing')).toHaveLength(1);
});

test('[CHAT-8] a flood of one visitor’s messages, contact data among them, is refused; it may go on later', async () => {
  let now = 0;
  const slow = await House.open({ messageRate: { perSecond: 2, burst: 20, now: () => now } });
  try {
    const visitor = await slow.visitor();
    const tab = await slow.visitor({ token: visitor.last('visitor.welcome').token });
    for (let i = 0; i < 20; i++) await say(i % 2 ? visitor : tab, `m${i}`);
    await expect(say(visitor, 'too much')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(say(tab, 'too much')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await say(await slow.visitor(), 'somebody else')).toMatchObject({ seq: 1 });
    now += 1000;
    expect(await say(visitor, 'later')).toMatchObject({ seq: 21 });
    const contact = { email: 'me@example.com' };
    expect(await visitor.request('visitor.contact', contact)).toEqual({});
    await expect(tab.request('visitor.contact', contact)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(say(visitor, 'too much')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  } finally {
    await slow.close();
  }
});

describe('[CHAT-9] a file', () => {
  const file = { name: 'chair.png', type: 'image/png', size: 12, site: demo, createdAt: 1 };

  test('goes with the message of who uploaded it, once', async () => {
    const visitor = await house.visitor();
    const id = newId<FileId>('f');
    await house.store.chat.addFile({ ...file, id, uploader: `visitor:${visitor.caller.visitorId}` });
    const message = { id: messageId(), text: '', fileId: id };
    await visitor.request('chat.send', { message });
    expect(told(visitor)).toMatchObject([{ text: '', file: { id, name: 'chair.png', path: `/files/demo/${id}/key` } }]);
    expect(await visitor.request('chat.send', { message })).toMatchObject({ seq: 1 });
    const again = visitor.request('chat.send', { message: { id: messageId(), text: '', fileId: id } });
    await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of somebody else is as if it did not exist', async () => {
    const [visitor, other] = [await house.visitor(), await house.visitor()];
    const id = newId<FileId>('f');
    await house.store.chat.addFile({ ...file, id, uploader: `visitor:${other.caller.visitorId}` });
    const message = { id: messageId(), text: 'look', fileId: id };
    await expect(visitor.request('chat.send', { message })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('[CHAT-10] a page that connects while something is written misses nothing of it', async () => {
  const visitor = await house.visitor();
  const { token } = visitor.last('visitor.welcome');
  const { conversationId } = await say(visitor, 'm1');
  const agent = await house.agent('anna@example.com');
  await agent.request('conversation.open', { conversationId });
  const pages = [];
  for (let i = 0; i < 10; i++) {
    const [page] = await Promise.all([
      house.visitor({ token }),
      say(visitor, `v${i}`),
      reply(agent, conversationId, `a${i}`),
    ]);
    pages.push(page);
  }
  await say(visitor, 'last');
  for (const page of pages) {
    const known = page.last('visitor.welcome').chat?.lastSeq ?? 0;
    const seqs = told(page).map(({ seq }) => seq);
    expect(seqs.filter((seq) => seq > known)).toEqual(Array.from({ length: 22 - known }, (_, i) => known + 1 + i));
  }
});

test('[CHAT-10] so does an agent’s page that opens the conversation', async () => {
  const visitor = await house.visitor();
  const { conversationId } = await say(visitor, 'm1');
  const agent = await house.agent('anna@example.com');
  const [opened] = await Promise.all([
    agent.request('conversation.open', { conversationId }),
    ...Array.from({ length: 20 }, (_, i) => say(visitor, `v${i}`)),
  ]);
  const known = new Map(opened.messages.map((message) => [message.seq, message.text]));
  for (const { seq, text } of told(agent)) known.set(seq, text);
  await heard(agent, 'chat.message', ({ message }) => message.seq === 21);
  expect([...known.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
});
