import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { demo, House } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { until } from '#test/support/until.ts';
import { heard, reply, say } from './Talk.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ wrap: slowStore, graceMs: 1 });
});
afterEach(() => house.close());

async function write(tag?: Record<string, unknown>): Promise<ConversationId> {
  const visitor = await house.visitor();
  if (tag) await visitor.request('visitor.tag', tag);
  return (await say(visitor, 'Is anybody there?')).conversationId;
}
const conversation = async (id: ConversationId) => {
  const found = await house.store.chat.get(demo, id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};
const assigned = (id: ConversationId, email: string) =>
  until(async () => expect((await conversation(id)).assignee).toBe(`${email}@example.com`));
/** Routing has looked at everything that was there before: it gives one after the other. */
async function settled(): Promise<void> {
  const { agents } = house;
  await house.agent('last@example.com');
  const last = (await agents.active(demo)).find(({ email }) => email === 'last@example.com');
  if (last) await agents.setAvailability(demo, last.id, 'away');
}

describe('[CHAT-30] a conversation that waits is given', () => {
  test('to the agent its person is assigned to, who need not be there', async () => {
    await house.agent('anna@example.com');
    const ben = await house.agent('ben@example.com');
    ben.leave();
    await assigned(await write({ email: 'john@example.com', assignedUser: 'ben@example.com' }), 'ben');
  });

  test('else to the available agent with the least open chats, in turn among equals', async () => {
    for (const name of ['anna', 'ben', 'carl']) await house.agent(`${name}@example.com`);
    const ids = [];
    for (let i = 0; i < 9; i++) ids.push(await write());
    const counts = await until(async () => {
      const found = await house.store.chat.openChats(demo);
      expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(9);
      return found;
    });
    expect(Object.fromEntries(counts)).toEqual({ 'anna@example.com': 3, 'ben@example.com': 3, 'carl@example.com': 3 });
    const [done] = ids.toReversed();
    const holder = (await conversation(done as ConversationId)).assignee ?? '';
    const page = await house.agent(holder);
    await page.request('conversation.status', { conversationId: done as ConversationId, status: 'DONE' });
    expect(house.agentPresence.openChatsOf(demo, holder)).toBe(2);
    await assigned(await write(), holder.split('@')[0] ?? '');
  });

  test('of a team to one of the team; not to who is away or has no room', async () => {
    await house.sites.update(demo, { settings: { routing: { maxChats: 1 } } });
    for (const name of ['anna', 'ben', 'carl']) await house.agent(`${name}@example.com`);
    await house.agents.update(demo, 'ben@example.com', { teams: ['sales'] });
    await house.agents.update(demo, 'carl@example.com', { teams: ['sales'] });
    const carl = await house.store.agents.findByEmail(demo, 'carl@example.com');
    if (carl) await house.agents.setAvailability(demo, carl.id, 'away');
    const anna = await house.agent('anna@example.com');
    const [first, second] = [await write(), await write()];
    await until(async () => {
      const both = [(await conversation(first)).assignee, (await conversation(second)).assignee];
      expect(both.toSorted()).toEqual(['anna@example.com', 'ben@example.com']);
    });
    const third = await write();
    await anna.request('conversation.assign', { conversationId: third, assignment: { team: 'sales' } });
    expect((await conversation(third)).assignee).toBeUndefined();
    if (carl) await house.agents.setAvailability(demo, carl.id, 'online');
    await assigned(third, 'carl');
  });

  test('it is in the audit log', async () => {
    await house.agent('anna@example.com');
    const id = await write();
    await assigned(id, 'anna');
    const { items } = await house.store.audit.list(demo, { subject: id, limit: 10 });
    expect(items).toMatchObject([
      { actor: 'system', action: 'conversation.assigned', detail: { user: 'anna@example.com' } },
    ]);
  });
});

describe('[CHAT-31] nobody is available', () => {
  test('they wait, and are given out, the oldest first, as far as there is room', async () => {
    await house.sites.update(demo, { settings: { routing: { maxChats: 2 } } });
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await write());
    const [one, two, three, four] = ids as [ConversationId, ConversationId, ConversationId, ConversationId];
    await house.agent('anna@example.com');
    await assigned(one, 'anna');
    await assigned(two, 'anna');
    expect((await conversation(three)).assignee).toBeUndefined();
    await house.agent('ben@example.com');
    await assigned(three, 'ben');
    await assigned(four, 'ben');
  });

  test('also those whom a service finds waiting when it begins', async () => {
    const id = await write();
    const next = await House.open({ wrap: () => house.store });
    await next.agent('anna@example.com');
    await assigned(id, 'anna');
    await next.close();
  });
});

describe('[CHAT-32] a conversation stays with its agent', () => {
  test('whoever is available when it becomes unread again', async () => {
    const anna = await house.agent('anna@example.com');
    const visitor = await house.visitor();
    const { conversationId } = await say(visitor, 'one');
    await assigned(conversationId, 'anna');
    await anna.request('conversation.status', { conversationId, status: 'DONE' });
    await house.agent('ben@example.com');
    anna.leave();
    await say(visitor, 'two');
    await settled();
    expect(await conversation(conversationId)).toMatchObject({ status: 'UNREAD', assignee: 'anna@example.com' });
  });

  test('what is taken away by hand is not given right back', async () => {
    const anna = await house.agent('anna@example.com');
    const id = await write();
    await assigned(id, 'anna');
    await anna.request('conversation.assign', { conversationId: id, assignment: { user: null } });
    expect((await conversation(id)).assignee).toBeUndefined();
  });

  test('but not with one who may no longer see the person: it goes to whom the person is assigned to', async () => {
    const anna = await house.agent('anna@example.com');
    const ben = await house.agent('ben@example.com');
    const visitor = await house.visitor();
    await visitor.request('visitor.tag', { email: 'john@example.com' });
    const { conversationId } = await say(visitor, 'one');
    await reply(anna, conversationId, 'hello').catch(() => undefined);
    const { assignee } = await conversation(conversationId);
    const other = assignee === 'anna@example.com' ? ben : anna;
    await visitor.request('visitor.tag', { assignedUser: other.caller.email });
    expect((await conversation(conversationId)).assignee).toBe(other.caller.email);
  });
});

describe('[CHAT-70] what is an agent’s who is dismissed or deleted', () => {
  const leave = {
    dismissed: (email: string) => house.agents.update(demo, email, { active: false }),
    deleted: (email: string) => house.agents.delete(demo, email),
  };

  test.each(['dismissed', 'deleted'] as const)('is given to others, those who wait first: %s', async (how) => {
    await house.agent('anna@example.com');
    const assignedUser = 'anna@example.com';
    const [waiting, answered, done] = [
      await write(),
      await write({ email: 'john@example.com', assignedUser }),
      await write(),
    ];
    for (const id of [waiting, answered, done]) await assigned(id, 'anna');
    const anna = await house.agent('anna@example.com');
    await reply(anna, answered, 'Hello');
    await anna.request('conversation.status', { conversationId: done, status: 'DONE' });
    const ben = await house.agent('ben@example.com');
    await ben.request('conversation.watch', { on: true });

    await leave[how]('anna@example.com');

    await assigned(waiting, 'ben');
    for (const id of [answered, done]) expect(await conversation(id)).not.toHaveProperty('assignee');
    // Now everybody’s, it comes up at who did not see it before.
    await heard(ben, 'conversation.changed', ({ changed }) => changed.some(({ id }) => id === answered));
    expect(house.agentPresence.openChatsOf(demo, 'anna@example.com')).toBe(0);
    await until(() => expect(house.agentPresence.openChatsOf(demo, 'ben@example.com')).toBe(1));
    const { items } = await house.store.audit.list(demo, { subject: 'anna@example.com', limit: 50 });
    expect(items).toContainEqual(
      expect.objectContaining({ actor: 'site', action: 'agent.released', detail: { customers: 1, conversations: 3 } }),
    );
  });

  test('goes to the next available agent as soon as the person writes again', async () => {
    const anna = await house.agent('anna@example.com');
    const visitor = await house.visitor();
    const { conversationId } = await say(visitor, 'one');
    await assigned(conversationId, 'anna');
    await reply(anna, conversationId, 'hello');
    await house.agents.delete(demo, 'anna@example.com');
    await house.agent('ben@example.com');
    await say(visitor, 'two');
    await assigned(conversationId, 'ben');
  });

  test('is no new agent’s who gets the same email', async () => {
    await house.agent('anna@example.com');
    const id = await write({ email: 'john@example.com', assignedUser: 'anna@example.com' });
    await assigned(id, 'anna');
    await house.agents.delete(demo, 'anna@example.com');
    await house.agents.create(demo, { email: 'anna@example.com', name: 'Another Anna', role: 'agent' });
    expect(await conversation(id)).not.toHaveProperty('assignee');
    const { customerId } = await conversation(id);
    expect(await house.store.customers.get(demo, customerId)).not.toHaveProperty('assignedUser');
  });

  test('is seen by the others at once where its visitor is here, and where one has it open', async () => {
    await house.agent('anna@example.com');
    const ben = await house.agent('ben@example.com');
    const visitor = await house.visitor();
    await visitor.request('visitor.tag', { email: 'john@example.com', assignedUser: 'anna@example.com' });
    const { conversationId } = await say(visitor, 'one');
    await expect(ben.request('conversation.open', { conversationId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(house.presence.list(demo, ben.caller)).toEqual([]);
    await house.agents.delete(demo, 'anna@example.com');
    await assigned(conversationId, 'ben');
    expect(house.presence.list(demo, ben.caller)).toMatchObject([{ email: 'john@example.com' }]);
    await until(() => ben.request('conversation.open', { conversationId }));
  });
});

describe('[CHAT-71] a page that assigns a person to somebody who is no active agent', () => {
  const assigneeOf = async (visitor: Awaited<ReturnType<House['visitor']>>) =>
    (await house.visitors.customerOf(demo, visitor.caller.visitorId))?.assignedUser;

  test('says nothing of whose the person is: every agent sees them, and who is available answers', async () => {
    const anna = await house.agent('anna@example.com');
    await house.agent('left@example.com');
    await house.agents.update(demo, 'left@example.com', { active: false });
    for (const assignedUser of ['agnet1@example.com', 'left@example.com']) {
      const visitor = await house.visitor();
      const { person } = await visitor.request('visitor.tag', { id: assignedUser, assignedUser });
      expect(person.assignedUser).toBeUndefined();
      const { conversationId } = await say(visitor, 'Is anybody there?');
      await assigned(conversationId, 'anna');
      await anna.request('conversation.open', { conversationId });
    }
  });

  test('takes away nothing that is right, and the rest of the tag counts', async () => {
    await house.agent('anna@example.com');
    const visitor = await house.visitor();
    await visitor.request('visitor.tag', { id: '7', assignedUser: 'Anna@example.com' });
    await visitor.request('visitor.tag', { firstname: 'John', assignedUser: 'nobody@example.com' });
    const customer = await house.visitors.customerOf(demo, visitor.caller.visitorId);
    expect(customer).toMatchObject({ firstname: 'John', assignedUser: 'anna@example.com' });
    await visitor.request('visitor.tag', { assignedUser: null });
    expect(await assigneeOf(visitor)).toBeUndefined();
  });

  test('also where that agent leaves while the tag is written', async () => {
    await house.agent('anna@example.com');
    const { save } = house.store.customers;
    let left: Promise<void> | undefined;
    house.store.customers.save = async (...given) => {
      left ??= house.agents.delete(demo, 'anna@example.com');
      await left;
      return save(...given);
    };
    const visitor = await house.visitor();
    const { person } = await visitor.request('visitor.tag', { id: '7', assignedUser: 'anna@example.com' });
    expect(person.assignedUser).toBeUndefined();
    expect(await assigneeOf(visitor)).toBeUndefined();
  });
});

test('[CHAT-33] a site that routes by hand gives nobody anything by itself', async () => {
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
  await house.agent('anna@example.com');
  const id = await write();
  await settled();
  expect((await conversation(id)).assignee).toBeUndefined();
  await house.sites.update(demo, { settings: { routing: { automatic: true } } });
  await until(async () => expect((await conversation(id)).assignee).toBeDefined());
});
