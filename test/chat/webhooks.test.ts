import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationStatus } from '#protocol/conversation.ts';
import type { ConversationId } from '#protocol/ids.ts';
import type { WebhookRecord } from '#signaling/store/WebhookStore.ts';
import { demo, House } from '#test/support/House.ts';
import { draft, reply, say } from './Talk.ts';

let house: House;
let webhook: WebhookRecord;
beforeEach(async () => {
  house = await House.open();
  await house.sites.update(demo, { settings: { routing: { automatic: false } } });
  const events = ['conversation.new' as const, 'conversation.status' as const, 'message.new' as const];
  webhook = await house.webhooks.create(demo, { url: 'https://crm.example/hook', events, enabled: true }, 'site');
});
afterEach(() => house.close());

async function outbox(): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { items } = await house.store.webhooks.listDeliveries(demo, webhook.id, { limit: 100 });
  return items
    .toReversed()
    .map(({ payload }) => JSON.parse(payload) as { type: string; data: Record<string, unknown> });
}

test('[CHAT-12] webhooks are kept with the change: new, each message, each change of status, reopened', async () => {
  const visitor = await house.visitor();
  const anna = await house.agent('anna@example.com');
  const message = draft('Is the chair in stock?');
  const { conversationId } = await visitor.request('chat.send', { message });
  await visitor.request('chat.send', { message });
  await anna.request('conversation.receipt', { conversationId, read: 1 });
  await reply(anna, conversationId, 'Yes');
  await anna.request('conversation.status', { conversationId, status: 'DONE' });
  await anna.request('conversation.status', { conversationId, status: 'DONE' });
  await say(visitor, 'Thanks');
  const rows = await outbox();
  expect(
    rows.map(({ type, data }) => [type, data['status'] ?? (data['message'] as { text: string }).text]).toSorted(),
  ).toEqual(
    [
      ['conversation.new', 'UNREAD'],
      ['message.new', 'Is the chair in stock?'],
      ['conversation.status', 'UNRESOLVED'],
      ['message.new', 'Yes'],
      ['conversation.status', 'DONE'],
      ['conversation.new', 'UNREAD'],
      ['message.new', 'Thanks'],
    ].toSorted(),
  );
  const first = rows.find(({ type }) => type === 'conversation.new');
  expect(first?.data).toEqual({
    customerId: expect.stringMatching(/^cu_/),
    conversationId,
    status: 'UNREAD',
    lastMessage: { text: 'Is the chair in stock?' },
    url: `http://desk.test/?site=demo#conversation=${conversationId}`,
  });
  const { items } = await house.store.webhooks.listDeliveries(demo, webhook.id, { limit: 100 });
  expect(new Set(items.map(({ customerId }) => customerId))).toEqual(new Set([first?.data['customerId']]));
});

/** John, done with at home, and somebody who has just written by phone; what webhooks were told so far is left out. */
async function johnTwice() {
  const [home, phone, anna] = [await house.visitor(), await house.visitor(), await house.agent('anna@example.com')];
  await home.request('visitor.tag', { email: 'john@example.com' });
  const { conversationId: to } = await say(home, 'at home');
  const setStatus = (conversationId: ConversationId, status: ConversationStatus) =>
    anna.request('conversation.status', { conversationId, status });
  await setStatus(to, 'DONE');
  const { conversationId: from } = await say(phone, 'by phone');
  const person = await house.store.chat.get(demo, to);
  const before = (await outbox()).length;
  const login = () => phone.request('visitor.tag', { email: 'john@example.com' });
  const since = async () => (await outbox()).slice(before);
  return { home, phone, to, from, customerId: person?.customerId, setStatus, login, since };
}

describe('[CHAT-57] webhooks and a merge at login', () => {
  test('a person’s conversation that was done and waits again is told as new, under the ids that stay', async () => {
    const { to, from, customerId, login, since } = await johnTwice();
    await login();
    const rows = await since();
    expect(rows).toMatchObject([{ type: 'conversation.new' }]);
    expect(rows[0]?.data).toEqual({
      customerId,
      conversationId: to,
      status: 'UNREAD',
      lastMessage: { text: 'by phone' },
      url: `http://desk.test/?site=demo#conversation=${to}`,
    });
    expect(JSON.stringify(rows)).not.toContain(from);
    const { items } = await house.store.webhooks.listDeliveries(demo, webhook.id, { limit: 1 });
    expect(items[0]?.customerId).toBe(customerId);
  });

  test('another change of its status is told as such, none not at all', async () => {
    const answered = await johnTwice();
    await answered.setStatus(answered.from, 'UNRESOLVED');
    await answered.login();
    expect((await answered.since()).slice(1).map(({ type, data }) => [type, data['status']])).toEqual([
      ['conversation.status', 'UNRESOLVED'],
    ]);
    const again = await house.visitor();
    await say(again, 'and once more');
    await again.request('visitor.tag', { email: 'john@example.com' });
    const last = await house.visitor();
    await say(last, 'still waiting');
    const before = (await outbox()).length;
    await last.request('visitor.tag', { email: 'john@example.com' });
    expect(await outbox()).toHaveLength(before);
  });

  test('a person who had no conversation takes the other’s, of which webhooks know', async () => {
    const visitor = await house.visitor();
    await say(visitor, 'who am I?');
    const before = (await outbox()).length;
    await visitor.request('visitor.tag', { email: 'mary@example.com' });
    expect(await outbox()).toHaveLength(before);
  });
});
