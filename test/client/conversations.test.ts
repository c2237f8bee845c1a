import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AgentConversations } from '#client/chat/AgentConversations.ts';
import { ConversationHandle } from '#client/chat/ConversationHandle.ts';
import type { Conversation } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { boot } from './VisitorTab.ts';

const visitor = { kind: 'visitor' } as const;
const agent = { id: newId('a'), email: 'anna@example.com', name: 'Anna' } as unknown as Agent;

let page: FakePage;
let server: FakeServer;
let connection: FakeConnection;
let conversations: AgentConversations;

const conversationOf = (id = server.conversationId, more: Partial<Conversation> = {}) =>
  ({
    id,
    lastSeq: server.messages.length,
    receipts: server.receipts,
    unread: 0,
    status: 'UNREAD',
    ...more,
  }) as Conversation;

function arrive(): void {
  connection = new FakeConnection(server);
  conversations = new AgentConversations({ boot, wire: connection.wire, token: 'tk', watchers: new Set() });
  conversations.welcome(agent);
}

function open(id: string = server.conversationId): ConversationHandle {
  const handle = new ConversationHandle(id);
  conversations.open(handle);
  return handle;
}

const texts = (handle: ConversationHandle) => handle.messages.map(({ text }) => text);

beforeEach(() => {
  page = new FakePage();
  server = new FakeServer();
  server.handlers.set('conversation.open', () => ({
    conversation: conversationOf(),
    messages: structuredClone(server.messages.slice(-50)),
  }));
  server.handlers.set('conversation.list', () => ({ items: [] }));
  arrive();
});
afterEach(async () => {
  conversations.close();
  await new Promise((resolve) => setTimeout(resolve));
  vi.unstubAllGlobals();
});

test('[WCHAT-17] a handle is there at once; what is asked of it before it is open is done then', async () => {
  server.write('help', visitor);
  const handle = new ConversationHandle(server.conversationId);
  expect(handle).toMatchObject({ state: 'opening', messages: [], typing: false });
  const id = handle.send('coming');
  conversations.open(handle);
  await until(() => expect(texts(handle)).toEqual(['help', 'coming']));
  expect(handle.messages.at(-1)).toMatchObject({ id, own: true, author: { kind: 'agent', name: 'Anna' } });
  await until(() => expect(handle.messages.at(-1)?.state).toBe('sent'));
  expect(handle).toMatchObject({ state: 'open', conversation: { id: server.conversationId } });
});

test('[WCHAT-17] a conversation that is not for this agent closes its handle with the reason', async () => {
  server.handlers.set('conversation.open', () => {
    throw new CvError('NOT_FOUND', 'There is no such conversation.');
  });
  const handle = open();
  await until(() => expect(handle).toMatchObject({ state: 'closed', error: { code: 'NOT_FOUND' } }));
});

test('[WCHAT-17] a closed handle hears nothing more, and says so to the server', async () => {
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  handle.close();
  await until(() => expect(server.inputs('conversation.close')).toHaveLength(1));
  server.write('late', visitor);
  expect(handle).toMatchObject({ state: 'closed', messages: [] });
  await until(() => expect(server.inputs('conversation.watch')).toEqual([{ on: true }, { on: false }]));
});

test('[WCHAT-18] an open conversation misses nothing: not while it opens, not over an outage', async () => {
  server.write('1', visitor);
  server.handlers.set('conversation.open', () => {
    const answer = { conversation: conversationOf(), messages: structuredClone(server.messages) };
    if (server.messages.length === 1) server.write('2', visitor);
    return answer;
  });
  const handle = open();
  await until(() => expect(texts(handle)).toEqual(['1', '2']));
  connection.lose();
  handle.send('3');
  for (let nth = 3; nth <= 300; nth++) server.write(String(nth), visitor);
  connection.comeBack();
  conversations.welcome(agent);
  await until(() => expect(texts(handle)).toHaveLength(301));
  expect(texts(handle).at(-1)).toBe('3');
  expect(server.messages).toHaveLength(301);
});

test('[WCHAT-27] that notes may have changed is told when it is opened, each time they do, and after an outage', async () => {
  const handle = open();
  let told = 0;
  handle.on('notes', () => void told++);
  await until(() => expect(told).toBe(1));
  server.tell('conversation.notes', { conversationId: server.conversationId });
  expect(told).toBe(2);
  server.tell('conversation.notes', { conversationId: newId('cn') });
  expect(told).toBe(2);
  connection.lose();
  connection.comeBack();
  conversations.welcome(agent);
  await until(() => expect(told).toBe(3));
  handle.close();
  await until(() => expect(server.inputs('conversation.close')).toHaveLength(1));
  server.tell('conversation.notes', { conversationId: server.conversationId });
  expect(told).toBe(3);
});

test('[WCHAT-18] receipts, typing and the conversation’s own data come to the handle', async () => {
  server.write('1', visitor);
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  handle.read();
  await until(() => expect(server.inputs('conversation.receipt').at(-1)).toMatchObject({ delivered: 1, read: 1 }));
  server.tell('chat.typing', { conversationId: server.conversationId, author: visitor, on: true });
  await until(() => expect(handle.typing).toBe(true));
  server.tell('conversation.changed', { changed: [conversationOf(undefined, { status: 'DONE' })], gone: [] });
  await until(() => expect(handle.conversation?.status).toBe('DONE'));
});

test('[WCHAT-19] a conversation that went over into another one is followed, with what was on its way', async () => {
  server.write('of the anonymous visitor', visitor);
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  const from = server.conversationId;
  const to = newId<typeof from>('cn');
  connection.lose();
  handle.send('unsent');
  connection.connected = true;
  server.handlers.set('conversation.send', () => {
    throw new CvError('UNAVAILABLE', 'later');
  });
  // Told as gone before it is told where to.
  server.handlers.delete('conversation.open');
  server.handlers.set('conversation.open', (input: never) => {
    if ((input as { conversationId: string }).conversationId === from) throw new CvError('NOT_FOUND', 'gone');
    return { conversation: conversationOf(to), messages: structuredClone(server.messages) };
  });
  server.tell('conversation.changed', { changed: [], gone: [from] });
  await until(() => expect(handle.state).toBe('closed'));
  server.handlers.delete('conversation.send');
  server.conversationId = to;
  server.messages = [];
  server.write('known for years', visitor);
  server.write('of the anonymous visitor', visitor);
  server.tell('conversation.moved', { from, to });
  await until(() => expect(texts(handle)).toEqual(['known for years', 'of the anonymous visitor', 'unsent']));
  expect(handle).toMatchObject({ id: to, state: 'open', error: undefined });
  await until(() => expect(server.inputs('conversation.send').at(-1)).toMatchObject({ conversationId: to }));
});

test('[CUST-31] one that was merged long ago is opened by its old id, as what it is by now', async () => {
  server.write('known for years', visitor);
  const handle = open(newId('cn'));
  await until(() => expect(texts(handle)).toEqual(['known for years']));
  expect(handle).toMatchObject({ id: server.conversationId, state: 'open' });
  handle.send('Hello');
  await until(() => expect(server.inputs('conversation.send')).toMatchObject([{ conversationId: handle.id }]));
});

test('[WCHAT-20] what an agent wrote survives a reload and goes out, though nobody opens the conversation', async () => {
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  connection.lose();
  handle.send('durable');
  await until(() => expect(texts(handle)).toEqual(['durable']));
  page.reload();
  server.connections.clear();
  arrive();
  await until(() => expect(server.messages.map(({ text }) => text)).toEqual(['durable']));
  await until(() => expect(page.local.keys).toEqual([]));
});

test('[WCHAT-20] what an agent who signs out has not sent is forgotten', async () => {
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  connection.lose();
  handle.send('secret');
  await until(() => expect(page.local.keys).toHaveLength(1));
  conversations.forget();
  conversations.close();
  page.window.dispatchEvent(new Event('pagehide'));
  expect(page.local.keys).toEqual([]);
});

test('[WCHAT-21] who follows the list gets it whole, then its changes, and after an outage what vanished', async () => {
  const [one, other] = [newId<Conversation['id']>('cn'), newId<Conversation['id']>('cn')];
  const pages: Conversation['id'][][] = [[one], [other]];
  server.handlers.set('conversation.list', (input: never) => {
    const at = Number((input as { cursor?: string }).cursor ?? 0);
    const items = (pages[at] ?? []).map((id) => conversationOf(id));
    return { items, ...(pages[at + 1] && { nextCursor: String(at + 1) }) };
  });
  const told: [changed: string[], gone: string[]][] = [];
  const undo = conversations.onChange((changed, gone) => told.push([changed.map(({ id }) => id), gone]));
  await until(() => expect(told).toEqual([[[one, other], []]]));
  server.tell('conversation.changed', { changed: [conversationOf(one)], gone: [] });
  expect(told.at(-1)).toEqual([[one], []]);
  connection.lose();
  pages.pop();
  connection.comeBack();
  conversations.welcome(agent);
  await until(() => expect(told.at(-1)).toEqual([[one], [other]]));
  const late: string[][] = [];
  conversations.onChange((changed) => late.push(changed.map(({ id }) => id)));
  expect(late).toEqual([[one]]);
  undo();
  server.tell('conversation.changed', { changed: [conversationOf(other)], gone: [] });
  expect(told).toHaveLength(3);
});

test('[WCHAT-18] of two handles of one conversation, closing one leaves the other followed', async () => {
  const [one, other] = [open(), open()];
  await until(() => expect([one.state, other.state]).toEqual(['open', 'open']));
  one.close();
  server.write('still here', visitor);
  await until(() => expect(texts(other)).toEqual(['still here']));
  expect(server.inputs('conversation.close')).toEqual([]);
  other.close();
  await until(() => expect(server.inputs('conversation.close')).toHaveLength(1));
});

test('[WCHAT-20] who signs out keeps nothing open, and whoever follows the list hears that all of it is gone', async () => {
  server.handlers.set('conversation.list', () => ({ items: [conversationOf()] }));
  const told: [changed: number, gone: string[]][] = [];
  conversations.onChange((changed, gone) => told.push([changed.length, gone]));
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  await until(() => expect(told).toHaveLength(1));
  conversations.close();
  expect(handle).toMatchObject({ state: 'closed', error: { code: 'UNAUTHENTICATED' } });
  expect(told.at(-1)).toEqual([0, [server.conversationId]]);
});

test('[WCHAT-19] a file that is on its way when the conversation goes over into another one goes along', async () => {
  const sent: string[] = [];
  vi.stubGlobal(
    'XMLHttpRequest',
    class {
      readonly upload = {};
      onloadend = () => {};
      open(): void {}
      setRequestHeader(): void {}
      abort(): void {}
      send(file: File): void {
        sent.push(file.name);
      }
    },
  );
  const handle = open();
  await until(() => expect(handle.state).toBe('open'));
  handle.sendFile(new File(['x'], 'bill.txt'));
  await until(() => expect(sent).toEqual(['bill.txt']));
  const from = server.conversationId;
  server.conversationId = newId('cn');
  server.tell('conversation.moved', { from, to: server.conversationId });
  await until(() => expect(sent).toEqual(['bill.txt', 'bill.txt']));
  expect(handle.messages).toMatchObject([{ upload: { name: 'bill.txt' } }]);
});
