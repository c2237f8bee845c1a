import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { demo, House } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { until } from '#test/support/until.ts';
import { reply, say } from './Talk.ts';

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

  test('who is dismissed keeps it until somebody who may see it hands it on', async () => {
    await house.agent('anna@example.com');
    const id = await write();
    await assigned(id, 'anna');
    await house.agents.update(demo, 'anna@example.com', { active: false });
    const ben = await house.agent('ben@example.com');
    expect((await conversation(id)).assignee).toBe('anna@example.com');
    await ben.request('conversation.assign', { conversationId: id, assignment: { user: 'ben@example.com' } });
    expect((await conversation(id)).assignee).toBe('ben@example.com');
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

test('[CHAT-33] a site that routes by hand gives nobody anything by itself', async () => {
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
  await house.agent('anna@example.com');
  const id = await write();
  await settled();
  expect((await conversation(id)).assignee).toBeUndefined();
  await house.sites.update(demo, { settings: { routing: { automatic: true } } });
  await until(async () => expect((await conversation(id)).assignee).toBeDefined());
});
