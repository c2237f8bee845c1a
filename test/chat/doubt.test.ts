import { afterEach, beforeEach, expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { Store } from '#signaling/store/Store.ts';
import { demo, House } from '#test/support/House.ts';
import { until } from '#test/support/until.ts';
import { draft, heard, say, told } from './Talk.ts';

let house: House;
/** The next messages are kept, and the database is lost before it can say so. */
let lose = false;

function losing(store: Store): Store {
  const append = store.chat.append.bind(store.chat);
  store.chat.append = async (...given) => {
    const appended = await append(...given);
    if (!lose) return appended;
    lose = false;
    throw new CvError('UNAVAILABLE', 'The database does not answer; try again later.');
  };
  return store;
}

beforeEach(async () => {
  lose = false;
  house = await House.open({ wrap: losing });
});
afterEach(() => house.close());

test('[CHAT-17] a message that was kept but not acknowledged reaches the other side when it is sent again', async () => {
  const anna = await house.agent('anna@example.com');
  const visitor = await house.visitor();
  const { conversationId } = await say(visitor, 'one');
  await anna.request('conversation.watch', { on: true });
  await anna.request('conversation.open', { conversationId });
  const message = draft('two');
  lose = true;
  await expect(visitor.request('chat.send', { message })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(told(anna)).toEqual([]);
  expect(await visitor.request('chat.send', { message })).toMatchObject({ seq: 2 });
  expect(told(anna)).toMatchObject([{ seq: 2, text: 'two' }]);
  expect(told(visitor).at(-1)).toMatchObject({ seq: 2, text: 'two' });
  await heard(anna, 'conversation.changed', ({ changed }) => changed.some(({ lastSeq }) => lastSeq === 2));
  // Once more it is nothing new.
  await visitor.request('chat.send', { message });
  expect(told(anna)).toHaveLength(1);
});

test('[CHAT-17] so do those that shared its commit, which are sent again by the server itself', async () => {
  const anna = await house.agent('anna@example.com');
  const visitors = await Promise.all(Array.from({ length: 3 }, () => house.visitor()));
  const ids = [];
  for (const visitor of visitors) ids.push((await say(visitor, 'one')).conversationId);
  for (const conversationId of ids) await anna.request('conversation.open', { conversationId });
  lose = true;
  await Promise.all(visitors.map((visitor) => say(visitor, 'two')));
  const seen = () => told(anna).map(({ seq, text }) => `${seq} ${text}`);
  expect(seen()).toEqual(['2 two', '2 two', '2 two']);
});

test('[CHAT-17] who waits since then is given to an agent, and counts as the agent’s', async () => {
  const visitor = await house.visitor();
  const message = draft('Is anybody there?');
  await house.agent('anna@example.com');
  lose = true;
  await expect(visitor.request('chat.send', { message })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  const { conversationId } = await visitor.request('chat.send', { message });
  await until(async () => {
    expect(await house.store.chat.get(demo, conversationId)).toMatchObject({ assignee: 'anna@example.com' });
    expect(house.agentPresence.openChatsOf(demo, 'anna@example.com')).toBe(1);
  });
});
