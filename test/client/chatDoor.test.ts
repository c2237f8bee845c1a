import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ChatDoor } from '#client/chat/ChatDoor.ts';
import type { VisitorIdentity } from '#client/identity/VisitorIdentity.ts';
import type { VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { FakePage } from './FakePage.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { boot, state, TestIdentity } from './VisitorTab.ts';

const visitorId = newId<VisitorId>('v');
const written = `coview:out:demo:${visitorId}:m_1`;

let page: FakePage;
let server: FakeServer;
let connection: FakeConnection;
let identity: TestIdentity;

beforeEach(() => {
  page = new FakePage();
  server = new FakeServer();
  page.local.setItem(written, JSON.stringify({ id: 'm_1', at: 1, text: 'of the one before' }));
  page.session.setItem('coview:draft:demo', 'a draft of the one before');
  connection = new FakeConnection(server);
  identity = new TestIdentity(connection, visitorId);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve));
  vi.unstubAllGlobals();
});

/** The door of a page that shows nothing. */
function open() {
  const unread: number[] = [];
  const door = new ChatDoor({
    boot,
    identity: identity as unknown as VisitorIdentity,
    onMessage: () => {},
    onUnread: (count) => unread.push(count),
  });
  return { door, unread };
}

function welcome(): void {
  const { person, visitorId: id = visitorId } = identity;
  const chat = structuredClone(server.chat);
  identity.emit('welcome', {
    visitorId: id,
    token: 'token',
    person,
    chat,
    calls: [],
    state: { ...state, visibility: 'hidden' },
  });
}

function leave(): void {
  identity.leaving = true;
  identity.emit('leaving');
}

function become(id: VisitorId): void {
  identity.leaving = false;
  identity.visitorId = id;
  identity.emit('changed', undefined);
}

const left = () => [...page.local.keys, ...page.session.keys];

test('[WCHAT-25] a reset takes what was written here along, though no chat has been shown on this page', () => {
  connection.connected = false;
  open();
  leave();
  expect(left()).toEqual([]);
});

test('[WCHAT-25] so does another tab’s, and a new identity that the server gives', () => {
  open();
  become(newId('v'));
  expect(left()).toEqual([]);
});

test('[WCHAT-25] a login of the same visitor takes nothing', () => {
  open();
  identity.emit('changed', { firstname: 'John' } as never);
  expect(left()).toHaveLength(2);
});

test('[WCHAT-25] while a reset is under way, a chat that loads meanwhile shows and sends nothing of the one before', async () => {
  server.write('for the one before');
  const { door, unread } = open();
  const loading = door.load();
  leave();
  welcome();
  const chat = await loading;
  await new Promise((resolve) => setTimeout(resolve));
  expect(chat.view).toMatchObject({ messages: [], unread: 0, draft: '' });
  expect(server.inputs('chat.send')).toEqual([]);
  expect(unread).toEqual([]);
});

test('[WCHAT-6] what lies in the storage is found on a page whose scripts have replaced Array.from', async () => {
  const from = Array.from;
  Array.from = ((list: ArrayLike<unknown>) => [...(list as unknown[])]) as never;
  try {
    const { door } = open();
    expect((await door.load()).view.messages.map(({ text }) => text)).toEqual(['of the one before']);
  } finally {
    Array.from = from;
  }
});

test('[ID-67] what is written before a reset is not the next one’s, also where the chat was still loading', async () => {
  connection.connected = false;
  const { door } = open();
  const written = door.send('of the one before');
  leave();
  const after = door.send('of the next');
  await Promise.all([written, after]);
  const chat = await door.load();
  expect(chat.view.messages.map(({ text }) => text)).toEqual(['of the next']);
  leave();
  expect(chat.view.messages).toEqual([]);
});
