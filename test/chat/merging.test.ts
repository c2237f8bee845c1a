import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo, House } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { draft, heard, messageId, reply, say, seqsAndTexts, told } from './Talk.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ wrap: slowStore });
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
});
afterEach(() => house.close());

const email = 'john@example.com';
const history = async (visitor: Awaited<ReturnType<House['visitor']>>) =>
  seqsAndTexts((await visitor.request('chat.history', {})).messages);

/** John wrote at home, then, as nobody, on his phone. */
async function johnTwice() {
  const home = await house.visitor();
  await home.request('visitor.tag', { email });
  const { conversationId: to } = await say(home, 'at home');
  const phone = await house.visitor();
  const { conversationId: from } = await say(phone, 'by phone');
  return { home, phone, from, to };
}

describe('[CHAT-40] a login brings the person’s history', () => {
  test('all tabs of both browsers show it, and go on in it', async () => {
    const { home, phone, from, to } = await johnTwice();
    const tab = await house.visitor({ token: phone.last('visitor.welcome').token });
    expect(tab.last('visitor.welcome').chat?.conversationId).toBe(from);
    const { chat } = await phone.request('visitor.tag', { email });
    expect(chat).toMatchObject({ conversationId: to, lastSeq: 2 });
    for (const page of [home, phone, tab]) {
      expect(page.last('chat.conversation').chat).toMatchObject({ conversationId: to, lastSeq: 2 });
      expect(await history(page)).toEqual(['1 at home', '2 by phone']);
    }
    await say(phone, 'and on');
    for (const page of [home, phone, tab]) expect(told(page).at(-1)).toMatchObject({ seq: 3, text: 'and on' });
  });

  test('of a browser that has written nothing too', async () => {
    const { home, to } = await johnTwice();
    const other = await house.visitor();
    const tab = await house.visitor({ token: other.last('visitor.welcome').token });
    await other.request('visitor.tag', { email });
    for (const page of [other, tab]) {
      expect(page.last('chat.conversation').chat?.conversationId).toBe(to);
      expect(await history(page)).toEqual(['1 at home']);
    }
    await say(home, 'heard everywhere');
    for (const page of [other, tab]) expect(told(page)).toMatchObject([{ seq: 2, text: 'heard everywhere' }]);
  });

  test('a person without a conversation takes the anonymous one as it is', async () => {
    const visitor = await house.visitor();
    const { conversationId } = await say(visitor, 'who am I?');
    const { chat } = await visitor.request('visitor.tag', { email });
    expect(chat).toMatchObject({ conversationId, lastSeq: 1 });
    await say(visitor, 'John');
    expect(await history(visitor)).toEqual(['1 who am I?', '2 John']);
  });

  test('a browser that becomes somebody else hears no more of the first', async () => {
    const { home, to } = await johnTwice();
    const second = await house.visitor();
    await second.request('visitor.tag', { email });
    const { chat } = await second.request('visitor.tag', { email: 'mary@example.com' });
    expect(chat).toBeUndefined();
    expect(second.last('chat.conversation')).toEqual({});
    const before = told(second).length;
    await say(home, 'for John only');
    expect(told(second)).toHaveLength(before);
    const { conversationId } = await say(second, 'Mary here');
    expect(conversationId).not.toBe(to);
    expect(await history(home)).toEqual(['1 at home', '2 for John only']);
  });

  test('what is written while the login goes on is kept once and in order', async () => {
    const { phone } = await johnTwice();
    const texts = Array.from({ length: 12 }, (_, i) => `m${i}`);
    const sends = texts.slice(0, 6).map((text) => say(phone, text));
    const tagged = phone.request('visitor.tag', { email });
    sends.push(...texts.slice(6).map((text) => say(phone, text)));
    await Promise.all([...sends, tagged]);
    const all = await history(phone);
    expect(all.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['at home', 'by phone', ...texts]);
    expect(all.map((line) => Number(line.split(' ')[0]))).toEqual(all.map((_, i) => i + 1));
  });

  test('a resend after the login is the same message', async () => {
    const { phone } = await johnTwice();
    const message = { id: messageId(), text: 'acknowledgement lost' };
    await phone.request('chat.send', { message });
    await phone.request('visitor.tag', { email });
    expect(await phone.request('chat.send', { message })).toMatchObject({ seq: 3 });
    expect(await history(phone)).toEqual(['1 at home', '2 by phone', '3 acknowledgement lost']);
  });
});

describe('[CHAT-56] what follows a tag or a reset on the same socket', () => {
  const mary = 'mary@example.com';

  test('goes to the conversation of whom the tag has named, and not to the former person’s', async () => {
    const { home, to } = await johnTwice();
    const before = told(home).length;
    const tagged = home.request('visitor.tag', { email: mary });
    const sent = ['one', 'two', 'three'].map((text) => say(home, text));
    const read = home.request('chat.history', {});
    await tagged;
    for (const { conversationId } of await Promise.all(sent)) expect(conversationId).not.toBe(to);
    expect(seqsAndTexts((await read).messages).filter((line) => line.includes('at home'))).toEqual([]);
    expect(await history(home)).toEqual(['1 one', '2 two', '3 three']);
    expect(
      told(home)
        .slice(before)
        .map(({ text }) => text),
    ).not.toContain('at home');
    expect(seqsAndTexts(await house.store.chat.history(demo, to, { limit: 9 }))).toEqual(['1 at home']);
  });

  test('goes, after several tags, each time to the person of the last one', async () => {
    const visitor = await house.visitor();
    const names = ['a', 'b', 'a', 'c', 'b'].map((name) => `${name}@example.com`);
    const sent = names.map((name) => [visitor.request('visitor.tag', { email: name }), say(visitor, name)] as const);
    for (const [index, [, message]] of sent.entries()) {
      const { conversationId } = await message;
      const customer = await house.store.customers.findByEmail(demo, names[index] ?? '');
      expect((await house.store.chat.get(demo, conversationId))?.customerId).toBe(customer?.customerId);
    }
  });

  test('goes on to the former person if the tag is refused', async () => {
    const { home, to } = await johnTwice();
    const tagged = home.request('visitor.tag', { email: mary, externalToken: 'no token' });
    const sent = say(home, 'still John');
    await expect(tagged).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect((await sent).conversationId).toBe(to);
  });

  test('is kept nowhere after a reset: the page sends it again as the new visitor', async () => {
    const { home, to } = await johnTwice();
    const reset = home.request('visitor.reset', {});
    await expect(say(home, 'whose is this?')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const next = await house.visitor({ token: (await reset).token });
    expect((await say(next, 'somebody new')).conversationId).not.toBe(to);
    expect(seqsAndTexts(await house.store.chat.history(demo, to, { limit: 9 }))).toEqual(['1 at home']);
    expect(await house.store.customers.findByVisitor(demo, home.caller.visitorId)).toBeUndefined();
  });
});

describe('[CHAT-41] agents at a login', () => {
  test('an open conversation leads over into the person’s, and its old id leads on', async () => {
    const { phone, from, to } = await johnTwice();
    const anna = await house.agent('anna@example.com');
    await anna.request('conversation.watch', { on: true });
    await anna.request('conversation.list', {});
    for (const conversationId of [from, to]) await anna.request('conversation.open', { conversationId });
    await phone.request('visitor.tag', { email });
    expect(anna.last('conversation.moved')).toEqual({ from, to });
    expect(told(anna).at(-1)).toMatchObject({ seq: 2, text: 'by phone' });
    await heard(anna, 'conversation.changed', ({ gone }) => gone.includes(from));
    await heard(anna, 'conversation.changed', ({ changed }) =>
      changed.some(({ id, lastSeq }) => id === to && lastSeq === 2),
    );

    expect(await reply(anna, from, 'to the old id')).toMatchObject({ conversationId: to, seq: 3 });
    expect((await anna.request('conversation.history', { conversationId: from })).lastSeq).toBe(3);
    expect((await anna.request('conversation.open', { conversationId: from })).conversation.id).toBe(to);
    await anna.request('conversation.receipt', { conversationId: from, read: 3 });
    const { conversation } = await anna.request('conversation.status', { conversationId: from, status: 'DONE' });
    expect(conversation).toMatchObject({ id: to, status: 'DONE' });
    expect(told(phone).at(-1)).toMatchObject({ seq: 3, text: 'to the old id' });
  });

  test('who may not see the person loses it', async () => {
    const { phone, home, from, to } = await johnTwice();
    await house.agent('ben@example.com');
    await home.request('visitor.tag', { assignedUser: 'ben@example.com' });
    const anna = await house.agent('anna@example.com');
    await anna.request('conversation.open', { conversationId: from });
    await phone.request('visitor.tag', { email });
    expect(anna.last('conversation.changed')).toEqual({ changed: [], gone: [from] });
    expect(anna.all('conversation.moved')).toEqual([]);
    expect(JSON.stringify(anna.heard)).not.toContain(to);
    await expect(reply(anna, from, 'hello?')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await say(phone, 'unheard');
    expect(told(anna)).toEqual([]);
  });

  test('[CHAT-51] who polls for changes finds the person’s conversation', async () => {
    const { phone, to } = await johnTwice();
    const since = (await house.store.chat.list(demo, { limit: 1 })).items[0]?.updatedAt;
    await phone.request('visitor.tag', { email });
    const { items } = await house.store.chat.list(demo, { limit: 10, since });
    expect(items).toMatchObject([{ id: to, lastSeq: 2, status: 'UNREAD' }]);
  });

  test('open chats are counted anew', async () => {
    const anna = await house.agent('anna@example.com');
    const { phone, from, to } = await johnTwice();
    await reply(anna, from, 'hi');
    await reply(anna, to, 'hi');
    expect(house.agentPresence.openChatsOf(demo, 'anna@example.com')).toBe(2);
    await phone.request('visitor.tag', { email });
    await expect.poll(() => house.agentPresence.openChatsOf(demo, 'anna@example.com')).toBe(1);
  });
});

describe('[CHAT-42] an erasure', () => {
  test('empties all tabs, takes the conversation from agents, and keeps nothing that was on its way', async () => {
    const { home, to } = await johnTwice();
    const anna = await house.agent('anna@example.com');
    await anna.request('conversation.watch', { on: true });
    const { conversation } = await anna.request('conversation.open', { conversationId: to });
    await anna.request('conversation.list', {});
    const sent = say(home, 'on its way').then(
      () => 'kept before it was erased',
      (error: { code: string }) => error.code,
    );
    const erased = await house.store.customers.erase(demo, conversation.customerId, []);
    if (!erased) throw new Error('nobody was erased');
    house.erased(erased);
    expect(await sent).toMatch(/NOT_FOUND|kept before/);
    expect(home.last('chat.conversation')).toEqual({});
    await heard(anna, 'conversation.changed', ({ gone }) => gone.includes(to));
    await expect(anna.request('conversation.open', { conversationId: to })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await history(home)).toEqual([]);
    const fresh = await home.request('chat.send', { message: draft('somebody new') });
    expect(fresh).toMatchObject({ seq: 1 });
    expect(fresh.conversationId).not.toBe(to);
  });
});
