import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Conversation } from '#protocol/conversation.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
beforeAll(async () => {
  service = await TestService.start();
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

const [anna, ben] = ['agent1@example.com', 'agent2@example.com'];
async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown) {
  const response = await service.rest(verb, path, body);
  return { status: response.status, body: (await response.json()) as T };
}
const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};
const conversation = async (id: string) => (await rest<Conversation>('GET', `conversations/${id}`)).body;

/** A customer of this team has written; whose conversation it is. */
async function ofTheTeam(team: string | null, status: 'UNREAD' | 'DONE', assignee: string | null) {
  const visitor = kept(await Peer.visitor(service.url));
  await visitor.request('visitor.tag', { email: `${newId('m')}@example.com` });
  const message = () => ({ id: newId<MessageId>('m'), text: 'Is anybody there?' });
  const { conversationId: id } = await visitor.request('chat.send', { message: message() });
  const { customerId } = await conversation(id);
  await rest('PUT', `customers/${customerId}/assignment`, { team });
  await rest('PUT', `conversations/${id}/assignment`, { user: assignee });
  if (status === 'DONE') await rest('PUT', `conversations/${id}/status`, { status });
  return id;
}

test.each([
  ['PATCH', `agents/${anna}`, { teams: ['day'] }],
  ['PUT', 'agents', { agents: [{ email: anna, name: 'Anna', teams: [] }] }],
] as const)(
  '[CHAT-32] who leaves a team by %s leaves its conversations: who waits is given on',
  async (verb, path, change) => {
    for (const email of [anna, ben]) await rest('PATCH', `agents/${email}`, { teams: ['night', 'day'] });
    const [waiting, done] = [await ofTheTeam('night', 'UNREAD', anna), await ofTheTeam('night', 'DONE', anna)];
    const colleague = kept(await Peer.agent(service.url, service.token(ben)));
    await colleague.request('conversation.watch', { on: true });
    expect((await conversation(waiting)).assignee).toBe(anna);
    const { updatedAt } = await conversation(waiting);

    expect((await rest(verb, path, change)).status).toBe(200);

    await expect.poll(async () => (await conversation(waiting)).assignee).toBe(ben);
    await expect.poll(() => conversation(done)).not.toHaveProperty('assignee');
    await colleague.event('conversation.changed', ({ changed }) => changed.some(({ id }) => id === done));
    const { items } = (await rest<{ items: Conversation[] }>('GET', `conversations?since=${updatedAt}`)).body;
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([waiting, done]));
  },
);

test('[CHAT-32] whomever the agent may still see stays', async () => {
  await rest('PATCH', `agents/${anna}`, { teams: ['night', 'day'] });
  const day = await ofTheTeam('day', 'UNREAD', anna);
  const night = await ofTheTeam('night', 'UNREAD', anna);
  const nobodys = await ofTheTeam(null, 'UNREAD', anna);
  const before = await Promise.all([night, nobodys].map(conversation));
  await rest('PATCH', `agents/${anna}`, { teams: ['night'] });
  await expect.poll(async () => (await conversation(day)).assignee).not.toBe(anna);
  await rest('PATCH', `agents/${anna}`, { teams: ['night'], name: 'Anna' });
  expect(await Promise.all([night, nobodys].map(conversation))).toEqual(before);
});

test('[AGENT-9] who joins a team sees its open conversations come up', async () => {
  for (const email of [anna, ben]) await rest('PATCH', `agents/${email}`, { teams: [] });
  const id = await ofTheTeam('night', 'UNREAD', null);
  // It waits for nobody, and no routing brings it.
  await rest('PUT', `conversations/${id}/status`, { status: 'UNRESOLVED' });
  const [hers, his] = [
    kept(await Peer.agent(service.url, service.token(anna))),
    kept(await Peer.agent(service.url, service.token(ben))),
  ];
  for (const page of [hers, his]) await page.request('conversation.watch', { on: true });
  await rest('PATCH', `agents/${anna}`, { teams: ['night'] });
  await hers.event('conversation.changed', ({ changed }) => changed.some((one) => one.id === id));
  await his.request('agent.list', {});
  const told = his
    .all('conversation.changed')
    .flatMap(({ changed, gone }) => [...changed.map((one) => one.id), ...gone]);
  expect(told).not.toContain(id);
});

test('[CHAT-52] [CHAT-25] an API key writes for no agent in a conversation that this agent may not see', async () => {
  await rest('PATCH', `agents/${anna}`, { teams: [] });
  const id = await ofTheTeam('night', 'UNREAD', null);
  const answer = { text: 'Here I am', agent: anna };
  expect(await rest('POST', `conversations/${id}/messages`, answer)).toMatchObject({
    status: 404,
    body: { code: 'NOT_FOUND', detail: expect.stringContaining(anna) },
  });
  expect(await conversation(id)).toMatchObject({ status: 'UNREAD', lastSeq: 1 });
  await rest('PATCH', `agents/${anna}`, { teams: ['night'] });
  expect((await rest('POST', `conversations/${id}/messages`, answer)).status).toBe(201);
  expect(await conversation(id)).toMatchObject({ status: 'UNRESOLVED', assignee: anna });
});
