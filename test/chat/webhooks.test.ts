import { afterEach, beforeEach, expect, test } from 'vitest';
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
