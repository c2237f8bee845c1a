import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import type { ConversationId, CustomerId, MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
let open: Peer[] = [];
const email = 'john@example.com';
const anna = 'agent1@example.com';

beforeEach(async () => {
  service = await TestService.start();
});
afterEach(async () => {
  leave();
  await service.stop();
});
function leave(): void {
  for (const peer of open) peer.close();
  open = [];
}

async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown, secret?: string) {
  const response = await service.rest(verb, path, body, secret);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
async function visitor(): Promise<Peer> {
  const peer = await Peer.visitor(service.url);
  open.push(peer);
  return peer;
}
const say = async (peer: Peer, text: string) =>
  (await peer.request('chat.send', { message: { id: newId<MessageId>('m'), text } })).conversationId;
const customerOf = async (id: ConversationId) =>
  (await rest('GET', `conversations/${id}`)).body['customerId'] as CustomerId;
async function restart(between?: (data: string) => Promise<unknown>): Promise<void> {
  leave();
  await service.stop({ keepData: true });
  await between?.(service.data);
  service = await TestService.start({ data: service.data });
}

/** John has written before; somebody who has written turns out to be John. */
async function merged() {
  const home = await visitor();
  await home.request('visitor.tag', { email });
  const now = await say(home, 'at home');
  const phone = await visitor();
  const old = await say(phone, 'by phone');
  const [person, former] = [await customerOf(now), await customerOf(old)];
  await phone.request('visitor.tag', { email } satisfies MethodRequest<'visitor.tag'>);
  return { now, old, person, former };
}

test('[CUST-31] what was told of somebody who turned out to be somebody else leads to them, after a restart too', async () => {
  const { now, old, person, former } = await merged();
  await restart();
  expect((await rest('GET', `customers/${former}`)).body).toMatchObject({ customerId: person, email });
  expect((await rest('PATCH', `customers/${former}`, { firstname: 'John' })).body).toMatchObject({
    customerId: person,
  });
  const assigned = await rest('PUT', `customers/${former}/assignment`, { user: anna });
  expect(assigned.body).toMatchObject({ customerId: person, firstname: 'John', assignedUser: anna });
  const polled = await rest('GET', `conversations?customerId=${former}`);
  expect(polled.body['items']).toMatchObject([{ id: now, customerId: person, lastSeq: 2 }]);
  // Seed 001: a bot hands over by the customerId that a webhook has told it.
  const link = await rest('POST', `conversations/${former}/agent-url`, { agent: anna });
  expect(link.status).toBe(201);
  const code = new URLSearchParams(new URL(String(link.body['url'])).hash.slice(1)).get('code');
  const redeemed = await rest('POST', 'auth/agent-url', { site: 'demo', code });
  expect(redeemed.body).toMatchObject({ conversationId: now });

  expect((await rest('GET', `conversations/${old}`)).body).toMatchObject({ id: now });
  expect((await rest('POST', `conversations/${old}/messages`, { text: 'from a program' })).status).toBe(201);
  expect((await rest('PUT', `conversations/${old}/status`, { status: 'DONE' })).body).toMatchObject({ id: now });
  expect((await rest('GET', `conversations/${old}/messages`)).body['messages']).toMatchObject([
    { text: 'at home' },
    { text: 'by phone' },
    { text: 'from a program' },
  ]);
  const agent = await Peer.agent(service.url, service.token(anna));
  open.push(agent);
  const shown = await agent.request('conversation.open', { conversationId: old });
  expect(shown).toMatchObject({ conversation: { id: now }, messages: [{}, {}, {}] });
});

test('[CUST-31] to those alone who may see the person, and nobody of another site', async () => {
  const { old, person, former } = await merged();
  let apiKey = '';
  await restart(async (data) => {
    ({ apiKey } = await addSite(data, 'other'));
  });
  await rest('PUT', `customers/${person}/assignment`, { user: anna });
  const paths = [`customers/${former}`, `conversations/${old}`];
  for (const secret of [apiKey, service.token('agent2@example.com')]) {
    for (const path of paths) expect((await rest('GET', path, undefined, secret)).status).toBe(404);
    const polled = await rest('GET', `conversations?customerId=${former}`, undefined, secret);
    expect(polled.body).toEqual({ items: [] });
  }
  for (const path of paths) expect((await rest('GET', path, undefined, service.token(anna))).status).toBe(200);
});

test('[CUST-31] they are in the person’s export with what the audit log says of them, and go with the person', async () => {
  const { old, person, former } = await merged();
  await rest('POST', `conversations/${former}/agent-url`, { agent: anna });
  const exported = await rest('GET', `customers/${former}/export`);
  expect(exported.body).toMatchObject({
    customer: { customerId: person },
    formerIds: [old, former].sort(),
    audit: expect.arrayContaining([expect.objectContaining({ action: 'agent-url.created' })]),
  });
  expect((await rest('DELETE', `customers/${former}`)).status).toBe(204);
  for (const path of [`customers/${former}`, `customers/${person}`, `conversations/${old}`]) {
    expect((await rest('GET', path)).status).toBe(404);
  }
  expect((await rest('DELETE', `customers/${former}`)).status).toBe(404);
});
