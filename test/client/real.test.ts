import { expect, test } from 'vitest';
import { AgentConversations } from '#client/chat/AgentConversations.ts';
import { ConversationHandle } from '#client/chat/ConversationHandle.ts';
import { VisitorChat } from '#client/chat/VisitorChat.ts';
import { Connection } from '#client/core/Connection.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import { VisitorIdentity } from '#client/identity/VisitorIdentity.ts';
import { Visibility } from '#client/rules/Visibility.ts';
import type { ConversationId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { RealSite } from './RealSite.ts';
import { boot } from './VisitorTab.ts';

const real = RealSite.forTests();

function visit() {
  const site = { ...boot, host: real.host };
  const identity = new VisitorIdentity(site);
  real.open.push(identity.connection);
  const visibility = new Visibility(site, identity.connection);
  identity.connection.open();
  const opened = new KeptValue('session', 'open:demo');
  const chat = new VisitorChat({ boot: site, identity, visibility, opened, onMessage: () => {} });
  return { identity, chat, texts: () => chat.view.messages.map(({ text }) => text) };
}

async function serve() {
  const connection = new Connection({
    host: real.host,
    site: 'demo',
    handshake: () => ({ role: 'agent', tab: newId<never>('t'), token: real.service.token() }),
  });
  real.open.push(connection);
  const site = { ...boot, host: real.host };
  const conversations = new AgentConversations({ boot: site, wire: connection, token: '', watchers: new Set() });
  const welcomed = new Promise<void>((resolve) => {
    connection.onEvent('agent.welcome', ({ agent }) => {
      conversations.welcome(agent);
      resolve();
    });
  });
  connection.open();
  await welcomed;
  return conversations;
}

async function latest(conversations: AgentConversations): Promise<ConversationHandle> {
  const { items } = await conversations.list({ limit: 1 });
  const handle = new ConversationHandle(items[0]?.id);
  conversations.open(handle);
  await until(() => expect(handle.state).toBe('open'));
  return handle;
}

const textsOf = (handle: ConversationHandle) => handle.messages.map(({ text }) => text);

test('[WCHAT-24] a conversation with the real server: both ways, receipts, typing', async () => {
  const { chat, texts } = visit();
  chat.send('help');
  await until(() => expect(chat.view.messages[0]?.state).toBe('sent'));
  const handle = await latest(await serve());
  handle.type(true);
  await until(() => expect(chat.view.typing).toBe('Anna Berg'));
  handle.read();
  await until(() => expect(chat.view.messages[0]?.state).toBe('read'));
  handle.send('coming');
  await until(() => expect(texts()).toEqual(['help', 'coming']));
  expect(chat.view).toMatchObject({ unread: 1, typing: undefined });
  await until(() => expect(handle.messages.at(-1)?.state).toBe('delivered'));
  chat.open();
  chat.seen();
  await until(() => expect(handle.messages.at(-1)?.state).toBe('read'));
  await until(() => expect(handle.conversation?.status).toBe('UNRESOLVED'));
});

test('[WCHAT-24] both sides write on through cut networks: exactly once, in one order', async () => {
  const { chat, texts } = visit();
  chat.send('v0');
  await until(() => expect(chat.view.messages[0]?.state).toBe('sent'));
  const handle = await latest(await serve());
  for (let round = 0; round < 5; round++) {
    for (let nth = 0; nth < 5; nth++) {
      chat.send(`v${round}.${nth}`);
      handle.send(`a${round}.${nth}`);
    }
    real.proxy.cut();
    chat.send(`v${round}.cut`);
    handle.send(`a${round}.cut`);
    real.proxy.mend();
    await until(() => expect(new Set(chat.view.messages.map(({ state }) => state)).has('sending')).toBe(false));
  }
  await until(() => expect(textsOf(handle)).toHaveLength(61));
  await until(() => expect(texts()).toEqual(textsOf(handle)));
  expect(new Set(texts()).size).toBe(61);
  expect(texts().filter((text) => text.startsWith('v'))).toEqual(
    ['v0', ...Array.from({ length: 5 }, (_, round) => [0, 1, 2, 3, 4, 'cut'].map((nth) => `v${round}.${nth}`))].flat(),
  );
});

test('[WCHAT-24] a login brings the history, a reset takes it away, and the agent’s open conversation follows', async () => {
  const { identity, chat, texts } = visit();
  const john = { email: `${newId('x')}@example.com`.toLowerCase(), firstname: 'John' };
  await identity.tag(john);
  chat.send('of old');
  await until(() => expect(chat.view.messages[0]?.state).toBe('sent'));
  const gone = identity.reset();
  expect(texts()).toEqual([]);
  await gone;
  chat.send('anonymous');
  await until(() => expect(chat.view.messages[0]?.state).toBe('sent'));
  expect(texts()).toEqual(['anonymous']);
  const handle = await latest(await serve());
  expect(textsOf(handle)).toEqual(['anonymous']);
  const before = handle.id as ConversationId;
  await identity.tag(john);
  await until(() => expect(texts()).toEqual(['of old', 'anonymous']));
  await until(() => expect(textsOf(handle)).toEqual(['of old', 'anonymous']));
  expect(handle.id).not.toBe(before);
  handle.send('I follow');
  await until(() => expect(texts().at(-1)).toBe('I follow'));
});

test('[ID-68] tabs that are opened at once on a first visit are one visitor: none loses what is written in it', async () => {
  const tabs = [visit(), visit(), visit()];
  const [first, ...others] = tabs;
  const tagged = others.at(-1)?.identity.tag({ firstname: 'John' });
  for (const { chat } of tabs) await until(() => expect(chat.view.loaded).toBe(true));
  expect(new Set(tabs.map(({ identity }) => identity.visitorId)).size).toBe(1);
  expect(await tagged).toMatchObject({ firstname: 'John' });
  first?.chat.send('from the first');
  for (const { texts } of tabs) await until(() => expect(texts()).toEqual(['from the first']));
  expect(localStorage.getItem('coview:visitor:demo')).toMatch(new RegExp(`^${first?.identity.visitorId}[.]`));
});
