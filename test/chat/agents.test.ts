import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { demo, House } from '#test/support/House.ts';
import { draft, heard, reply, say, seqsAndTexts, told } from './Talk.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ messageRate: { perSecond: 1000, burst: 1000 } });
  // Who gets which chat is told in routing.test.ts.
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
});
afterEach(() => house.close());

const NOT_FOUND = { code: 'NOT_FOUND' };

async function person(email: string, tag: Record<string, unknown> = {}) {
  const visitor = await house.visitor();
  await visitor.request('visitor.tag', { email, ...tag });
  return visitor;
}

describe('[CHAT-20] the list', () => {
  test('has the latest change first, mine and unassigned by the assignee, and can be asked for by status', async () => {
    const anna = await house.agent('anna@example.com');
    const ids: ConversationId[] = [];
    for (const name of ['one', 'two', 'three'])
      ids.push((await say(await person(`${name}@example.com`), name)).conversationId);
    const [one, two, three] = ids as [ConversationId, ConversationId, ConversationId];
    await reply(anna, one, 'answer');
    const list = async (input: Parameters<typeof anna.request<'conversation.list'>>[1]) =>
      (await anna.request('conversation.list', input)).items.map(({ id }) => id);
    expect(await list({})).toEqual([one, three, two]);
    expect(await list({ filter: 'mine' })).toEqual([one]);
    expect(await list({ filter: 'unassigned' })).toEqual([three, two]);
    expect(await list({ status: ['UNRESOLVED'] })).toEqual([one]);
    expect(await list({ status: ['UNREAD', 'UNRESOLVED'], limit: 2 })).toEqual([one, three]);
    const { nextCursor } = await anna.request('conversation.list', { limit: 2 });
    expect(await list({ limit: 2, cursor: nextCursor })).toEqual([two]);
  });

  test('shows the person, where they are now, and the last message', async () => {
    const anna = await house.agent('anna@example.com');
    const john = await person('john@example.com', { firstname: 'John' });
    const { conversationId } = await say(john, 'Hello there');
    const [shown] = (await anna.request('conversation.list', {})).items;
    expect(shown).toMatchObject({
      id: conversationId,
      status: 'UNREAD',
      unread: 1,
      lastSeq: 1,
      lastMessage: { seq: 1, author: { kind: 'visitor' }, text: 'Hello there' },
      person: { email: 'john@example.com', firstname: 'John', verified: false },
      present: { visitorId: john.caller.visitorId, url: 'http://shop.test/', state: 'active', busy: false },
    });
    expect(shown).not.toHaveProperty('assignee', expect.anything());
  });

  test('[CHAT-21] who watches hears new and changed ones, coalesced, and where the person goes', async () => {
    const anna = await house.agent('anna@example.com');
    await anna.request('conversation.watch', { on: true });
    const john = await person('john@example.com');
    const began = performance.now();
    for (let i = 0; i < 30; i++) await say(john, `m${i}`);
    const { changed } = await heard(anna, 'conversation.changed', (told) => told.changed[0]?.lastSeq === 30);
    expect(changed).toHaveLength(1);
    // At most ten times a second, however long a machine takes.
    const most = 2 + Math.floor((performance.now() - began) / 100);
    expect(anna.all('conversation.changed').length).toBeLessThanOrEqual(most);
    await john.request('presence.page', { url: 'http://shop.test/cart' });
    await heard(anna, 'conversation.changed', (told) => told.changed[0]?.present?.url === 'http://shop.test/cart');
    await anna.request('conversation.watch', { on: false });
    const before = anna.all('conversation.changed').length;
    const ben = await house.agent('ben@example.com');
    await ben.request('conversation.watch', { on: true });
    await say(john, 'unheard by Anna');
    await heard(ben, 'conversation.changed', (told) => told.changed[0]?.lastSeq === 31);
    expect(anna.all('conversation.changed')).toHaveLength(before);
  });
});

describe('[CHAT-22] an open conversation', () => {
  test('is told live, to both sides, until it is closed', async () => {
    const anna = await house.agent('anna@example.com');
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    const opened = await anna.request('conversation.open', { conversationId });
    expect(opened.conversation.id).toBe(conversationId);
    expect(seqsAndTexts(opened.messages)).toEqual(['1 one']);
    expect(await reply(anna, conversationId, 'two')).toMatchObject({ seq: 2, conversationId });
    expect(seqsAndTexts(told(john))).toEqual(['1 one', '2 two']);
    await anna.request('conversation.close', { conversationId });
    await say(john, 'three');
    expect(seqsAndTexts(told(anna))).toEqual(['2 two']);
    const { messages } = await anna.request('conversation.history', { conversationId, after: 2 });
    expect(seqsAndTexts(messages)).toEqual(['3 three']);
  });

  test('a page that comes back has to open it again', async () => {
    const anna = await house.agent('anna@example.com');
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    await anna.request('conversation.open', { conversationId });
    const back = await house.agent('anna@example.com', { tab: anna.tab });
    await say(john, 'two');
    expect(told(back)).toEqual([]);
    expect(anna.ended).toBe(true);
  });
});

describe('[CHAT-23] the status', () => {
  test('UNREAD, by reading UNRESOLVED, DONE by an agent, and UNREAD again by the visitor', async () => {
    const anna = await house.agent('anna@example.com');
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    await say(john, 'two');
    const status = async () => (await anna.request('conversation.open', { conversationId })).conversation;
    expect(await status()).toMatchObject({ status: 'UNREAD', unread: 2 });
    await anna.request('conversation.receipt', { conversationId, delivered: 2, read: 1 });
    expect(await status()).toMatchObject({ status: 'UNREAD', unread: 1 });
    await anna.request('conversation.receipt', { conversationId, read: 2 });
    expect(await status()).toMatchObject({ status: 'UNRESOLVED', unread: 0 });
    expect(john.last('chat.receipts').receipts.agent).toEqual({ delivered: 2, read: 2 });
    const done = await anna.request('conversation.status', { conversationId, status: 'DONE' });
    expect(done.conversation.status).toBe('DONE');
    await say(john, 'three');
    expect(await status()).toMatchObject({ status: 'UNREAD', unread: 1 });
  });

  test('UNREAD set by hand stays until somebody answers', async () => {
    const anna = await house.agent('anna@example.com');
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    await anna.request('conversation.receipt', { conversationId, read: 1 });
    await anna.request('conversation.status', { conversationId, status: 'UNREAD' });
    await anna.request('conversation.receipt', { conversationId, read: 1 });
    expect((await anna.request('conversation.open', { conversationId })).conversation.status).toBe('UNREAD');
    await reply(anna, conversationId, 'here');
    expect((await anna.request('conversation.open', { conversationId })).conversation).toMatchObject({
      status: 'UNRESOLVED',
      assignee: 'anna@example.com',
    });
  });
});

describe('[CHAT-24] who may see', () => {
  const everything = (agent: Awaited<ReturnType<House['agent']>>, conversationId: ConversationId) => [
    agent.request('conversation.open', { conversationId }),
    agent.request('conversation.history', { conversationId }),
    agent.request('conversation.send', { conversationId, message: draft('me too') }),
    agent.request('conversation.receipt', { conversationId, read: 1 }),
    agent.request('conversation.typing', { conversationId, on: true }),
    agent.request('conversation.status', { conversationId, status: 'DONE' }),
    agent.request('conversation.assign', { conversationId, assignment: { user: agent.caller.email } }),
  ];

  test('of another agent’s person, of another team’s, and of what there is not, nothing is found', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('ben@example.com');
    const { conversationId } = await say(
      await person('john@example.com', { assignedUser: 'ben@example.com' }),
      'private',
    );
    for (const id of [conversationId, newId<ConversationId>('cn')]) {
      await Promise.all(everything(anna, id).map((asked) => expect(asked).rejects.toMatchObject(NOT_FOUND)));
    }
    expect((await anna.request('conversation.list', {})).items).toEqual([]);
    const [ben, admin] = [
      await house.agent('ben@example.com'),
      await house.agent('carl@example.com', { role: 'admin' }),
    ];
    for (const agent of [ben, admin]) expect((await agent.request('conversation.list', {})).items).toHaveLength(1);
  });

  test('who may no longer see it is told so and hears nothing more', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('ben@example.com');
    await anna.request('conversation.watch', { on: true });
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    await anna.request('conversation.open', { conversationId });
    await anna.request('conversation.list', {});
    await john.request('visitor.tag', { assignedUser: 'ben@example.com' });
    await heard(anna, 'conversation.changed', ({ gone }) => gone.includes(conversationId));
    await say(john, 'two');
    expect(seqsAndTexts(told(anna))).toEqual([]);
    await Promise.all(everything(anna, conversationId).map((asked) => expect(asked).rejects.toMatchObject(NOT_FOUND)));
  });

  test('so is one who leaves the team', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agents.update(demo, 'anna@example.com', { teams: ['sales'] });
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    const { customerId } = await anna
      .request('conversation.open', { conversationId })
      .then(({ conversation }) => conversation);
    await anna.request('conversation.close', { conversationId });
    await house.visitors.change(demo, customerId, (before) => ({ ...before, team: 'sales' }));
    await john.request('visitor.tag', { firstname: 'John' });
    expect((await anna.request('conversation.open', { conversationId })).conversation.person.team).toBe('sales');
    await house.agents.update(demo, 'anna@example.com', { teams: ['support'] });
    await heard(anna, 'conversation.changed', ({ gone }) => gone.includes(conversationId));
    await say(john, 'two');
    expect(told(anna)).toEqual([]);
  });

  test('nobody hears even the id of one that was never theirs', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('ben@example.com');
    await anna.request('conversation.watch', { on: true });
    const [secret, open] = [
      await person('secret@example.com', { assignedUser: 'ben@example.com' }),
      await person('open@example.com'),
    ];
    await say(secret, 'private');
    await say(open, 'hello');
    await heard(anna, 'conversation.changed', ({ changed }) => changed[0]?.person.email === 'open@example.com');
    expect(JSON.stringify(anna.heard)).not.toContain('secret');
    expect(anna.all('conversation.changed').flatMap(({ gone }) => gone)).toEqual([]);
  });
});

describe('[CHAT-25] assignment', () => {
  test('to an agent who may see the person, to a team, to nobody; it is in the audit log', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('ben@example.com');
    const john = await person('john@example.com');
    const { conversationId } = await say(john, 'one');
    const assign = async (assignment: { user?: string | null; team?: string | null }) => {
      const { conversation } = await anna.request('conversation.assign', { conversationId, assignment });
      return [conversation.assignee, conversation.team];
    };
    expect(await assign({ user: 'ben@example.com' })).toEqual(['ben@example.com', undefined]);
    expect(await assign({ team: 'sales' })).toEqual([undefined, 'sales']);
    expect(await assign({ user: 'ben@example.com' })).toEqual(['ben@example.com', 'sales']);
    expect(await assign({ user: null, team: null })).toEqual([undefined, undefined]);
    const { items } = await house.store.audit.list(demo, { subject: conversationId, limit: 10 });
    expect(items.map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
      ['agent:anna@example.com', 'conversation.assigned', { user: null, team: null }],
      ['agent:anna@example.com', 'conversation.assigned', { user: 'ben@example.com', team: 'sales' }],
      ['agent:anna@example.com', 'conversation.assigned', { user: null, team: 'sales' }],
      ['agent:anna@example.com', 'conversation.assigned', { user: 'ben@example.com', team: null }],
    ]);
  });

  test('not to who is unknown, inactive or may not see the person', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('ben@example.com');
    await house.agents.update(demo, 'ben@example.com', { active: false });
    await house.agent('carl@example.com');
    const john = await person('john@example.com', { assignedUser: 'anna@example.com' });
    const { conversationId } = await say(john, 'one');
    for (const user of ['nobody@example.com', 'ben@example.com', 'carl@example.com']) {
      const asked = anna.request('conversation.assign', { conversationId, assignment: { user } });
      await expect(asked).rejects.toMatchObject(NOT_FOUND);
    }
  });
});
