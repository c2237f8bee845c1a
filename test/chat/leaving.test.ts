import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId } from '#protocol/ids.ts';
import { begun } from '#test/store/records.ts';
import { TemporaryFolder } from '#test/store/TemporaryFolder.ts';
import { demo, House } from '#test/support/House.ts';
import { until } from '#test/support/until.ts';
import { reply, say } from './Talk.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await TemporaryFolder.create();
});
afterAll(() => folder.remove());

let house: House;
beforeEach(async () => {
  house = await House.open({ file: folder.newFile() });
});
afterEach(() => house.close());

const assigneeOf = async (id: ConversationId) => (await house.store.chat.get(demo, id))?.assignee;

async function away(email: string) {
  const agent = await house.agent(email);
  await agent.request('agent.availability', { availability: 'away' });
  return agent;
}

test('[CHAT-25] nobody who leaves at this moment is assigned anything', async () => {
  const anna = await away('anna@example.com');
  await away('ben@example.com');
  const { conversationId } = await say(await house.visitor(), 'one');
  // He is there when it is asked, and no more when it is written.
  const { agents } = house.store;
  const find = agents.findByEmail.bind(agents);
  vi.spyOn(agents, 'findByEmail').mockImplementationOnce(async (...asked) => {
    const found = await find(...asked);
    await house.agents.update(demo, 'ben@example.com', { active: false });
    return found;
  });
  const assignment = { user: 'ben@example.com', team: 'sales' };
  const asked = anna.request('conversation.assign', { conversationId, assignment });
  await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const kept = await house.store.chat.get(demo, conversationId);
  expect([kept?.assignee, kept?.team]).toEqual([undefined, undefined]);
  expect((await house.store.audit.list(demo, { subject: conversationId, limit: 10 })).items).toEqual([]);
});

test('[CHAT-30] what waits goes to the next one where the first leaves at this moment', async () => {
  const anna = await away('anna@example.com');
  const ben = await house.agent('ben@example.com');
  const { conversationId } = await say(await house.visitor(), 'one');
  await until(async () => expect(await assigneeOf(conversationId)).toBe('ben@example.com'));
  await anna.request('conversation.status', { conversationId, status: 'DONE' });
  await anna.request('conversation.assign', { conversationId, assignment: { user: null } });
  await ben.request('agent.availability', { availability: 'away' });
  await house.agent('carl@example.com');
  const other = await say(await house.visitor(), 'one');
  await until(async () => expect(await assigneeOf(other.conversationId)).toBe('carl@example.com'));
  await ben.request('agent.availability', { availability: 'online' });

  const left = house.agents.update(demo, 'ben@example.com', { active: false });
  await anna.request('conversation.status', { conversationId, status: 'UNREAD' });
  await left;
  await until(async () => expect(await assigneeOf(conversationId)).toBe('carl@example.com'));
});

test('[CHAT-70] of what an agent was done with, only what a page has listed or open is told of', async () => {
  const email = 'anna@example.com';
  await house.agent(email);
  const waiting = (await say(await house.visitor(), 'one')).conversationId;
  await until(async () => expect(await assigneeOf(waiting)).toBe(email));
  const done = (updatedAt: number, customer = {}) =>
    begun(house.store, { site: demo, ...customer }, { assignee: email, status: 'DONE', updatedAt });
  for (let i = 0; i < 10; i++) await done(i, i % 2 ? { assignedUser: email } : {});
  const [opened, listed] = [await done(20), await done(21)];
  const ben = await house.agent('ben@example.com');
  await ben.request('conversation.watch', { on: true });
  await ben.request('conversation.list', { status: ['DONE'], limit: 1 });
  await ben.request('conversation.open', { conversationId: opened.id });

  await house.agents.update(demo, email, { active: false });

  const changes = () => ben.all('conversation.changed').flatMap(({ changed }) => changed);
  await until(async () => expect(changes()).toContainEqual(expect.objectContaining({ assignee: 'ben@example.com' })));
  expect(new Set(changes().map(({ id }) => id))).toEqual(new Set([waiting, opened.id, listed.id]));
  for (const { id } of [opened, listed]) {
    expect(changes().findLast((changed) => changed.id === id)).not.toHaveProperty('assignee', expect.anything());
  }
});

test('[CHAT-70] who waits is given on, and chats are counted, also where one could not be told of', async () => {
  const email = 'anna@example.com';
  const anna = await house.agent(email);
  const [answered, waiting] = [await say(await house.visitor(), 'one'), await say(await house.visitor(), 'two')];
  for (const { conversationId } of [answered, waiting]) {
    await until(async () => expect(await assigneeOf(conversationId)).toBe(email));
  }
  await reply(anna, answered.conversationId, 'Hello');
  await house.agent('ben@example.com');
  const { change } = house.store.chat;
  let failed = false;
  house.store.chat.change = (...given) => {
    if (failed) return change(...given);
    failed = true;
    return Promise.reject(new CvError('UNAVAILABLE', 'The disk is full.'));
  };
  await house.agents.update(demo, email, { active: false });
  await until(async () => expect(await assigneeOf(waiting.conversationId)).toBe('ben@example.com'));
  expect(failed).toBe(true);
  expect(house.agentPresence.openChatsOf(demo, email)).toBe(0);
});
