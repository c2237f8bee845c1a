import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConversationId } from '#protocol/ids.ts';
import { AgentAccess } from '#signaling/chat/AgentAccess.ts';
import { deskRoutes } from '#signaling/chat/deskRoutes.ts';
import { Merges } from '#signaling/chat/Merges.ts';
import type { Store } from '#signaling/store/Store.ts';
import { demo, House } from '#test/support/House.ts';
import { draft, say } from './Talk.ts';

const email = 'john@example.com';
let house: House;
/** Lets a login end whose conversation has gone over in the database already. */
let goOn: (() => void) | undefined;
let gone: Promise<void>;

/** A process that learns late what it has written: meanwhile the rows are others than it knows. */
function lateToKnow(store: Store): Store {
  const { promise, resolve } = Promise.withResolvers<void>();
  gone = promise;
  const save = store.customers.save.bind(store.customers);
  store.customers.save = async (...given) => {
    const merge = await save(...given);
    if (!merge) return undefined;
    const held = new Promise<void>((release) => {
      goOn = release;
    });
    resolve();
    await held;
    return merge;
  };
  return store;
}

beforeEach(async () => {
  house = await House.open({ wrap: lateToKnow });
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
});
afterEach(() => house.close());

/** John logs in on his phone; what he wrote there before has just gone over into his conversation. */
async function loggingIn() {
  const anna = await house.agent('anna@example.com');
  const [home, phone] = [await house.visitor(), await house.visitor()];
  await home.request('visitor.tag', { email });
  const { conversationId: to } = await say(home, 'at home');
  const { conversationId: from } = await say(phone, 'by phone');
  for (const conversationId of [from, to]) await anna.request('conversation.open', { conversationId });
  const login = phone.request('visitor.tag', { email });
  await gone;
  const end = async () => {
    goOn?.();
    await login;
  };
  return { anna, from, to, end };
}

test('[CUST-31] what an agent does at the moment in which a conversation goes over is done where it is by then', async () => {
  const { anna, from: conversationId, to, end } = await loggingIn();
  const message = draft('answer');
  expect(await anna.request('conversation.send', { conversationId, message })).toMatchObject({ conversationId: to });
  const status = await anna.request('conversation.status', { conversationId, status: 'DONE' });
  expect(status.conversation).toMatchObject({ id: to, status: 'DONE' });
  const assigned = await anna.request('conversation.assign', { conversationId, assignment: { user: null } });
  expect(assigned.conversation).toMatchObject({ id: to });
  await end();
  const { messages } = await anna.request('conversation.history', { conversationId });
  expect(messages.map(({ text }) => text)).toEqual(['at home', 'by phone', 'answer']);
});

test.each([
  ['conversation.open', {}],
  ['conversation.history', {}],
] as const)('[CUST-31] so is what %s reads', async (method, more) => {
  const { anna, from: conversationId, end } = await loggingIn();
  const { messages } = await anna.request(method, { conversationId, ...more });
  expect(messages.map(({ text }) => text)).toEqual(['at home', 'by phone']);
  await end();
});

test('[CUST-31] so is a note', async () => {
  const { store } = house;
  const outlet = { follow: () => {}, toAgentTab: () => {}, toConversation: () => {} };
  const access = new AgentAccess({ store, merges: new Merges(), outlet });
  const { addNote } = deskRoutes(access, store, outlet);
  const [home, phone] = [await house.visitor(), await house.visitor()];
  await home.request('visitor.tag', { email });
  const { conversationId: to } = await say(home, 'at home');
  const { conversationId: from } = await say(phone, 'by phone');
  // It is known where this one is, and then it is there no more.
  await access.require(demo, undefined, from);
  const login = phone.request('visitor.tag', { email });
  await gone;
  const caller = { kind: 'site', site: demo } as const;
  const note = (conversationId: ConversationId, text: string) =>
    addNote({ caller, params: { conversationId }, query: undefined, body: { text } } as Parameters<typeof addNote>[0]);
  await note(from, 'wants a discount');
  goOn?.();
  await login;
  expect((await store.chat.listNotes(demo, to)).map(({ text }) => text)).toEqual(['wants a discount']);
});

test('[CHAT-24] what is no more at all is NOT_FOUND, also at the moment in which it goes', async () => {
  const anna = await house.agent('anna@example.com');
  const { conversationId } = await say(await house.visitor(), 'hello');
  await anna.request('conversation.open', { conversationId });
  const { customerId } = (await house.store.chat.get(demo, conversationId)) ?? {};
  if (!customerId) throw new Error('there is no such conversation');
  await house.store.customers.erase(demo, customerId, []);
  const doings = [
    () => anna.request('conversation.send', { conversationId, message: draft('too late') }),
    () => anna.request('conversation.status', { conversationId, status: 'DONE' }),
    () => anna.request('conversation.history', { conversationId }),
    () => anna.request('conversation.open', { conversationId }),
  ];
  for (const doing of doings) await expect(doing()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
