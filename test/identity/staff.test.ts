import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Agent, AgentStatus } from '#protocol/identity.ts';
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

const anna = 'agent1@example.com';
const demo = [anna, 'agent2@example.com', 'admin@example.com'];
async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown) {
  const response = await service.rest(verb, path, body);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
async function agent(token: string): Promise<Peer> {
  const peer = await Peer.agent(service.url, token);
  open.push(peer);
  await peer.event('agent.welcome');
  return peer;
}
const status = async (email: string) => (await rest<AgentStatus>('GET', `agents/${email}`)).body;
const audit = async (subject: string) =>
  (await rest<{ items: { action: string; detail: object }[] }>('GET', `audit?subject=${subject}`)).body.items;

describe('[AGENT-8] agents say whether they take chats', () => {
  test('it holds for all pages, over reloads and a restart, and is told with the chats they have', async () => {
    const first = await TestService.start();
    const { agents } = first.demo;
    const [hers, his] = [
      await Peer.agent(first.url, agents[anna] ?? ''),
      await Peer.agent(first.url, agents['agent2@example.com'] ?? ''),
    ];
    await his.event('agent.welcome');
    await hers.request('agent.availability', { availability: 'away' });
    const states = async (peer: Peer) =>
      Object.fromEntries((await peer.request('agent.list', {})).map(({ email, state }) => [email, state]));
    expect(await states(his)).toEqual({
      [anna]: 'away',
      'agent2@example.com': 'online',
      'admin@example.com': 'offline',
    });
    await first.stop({ keepData: true });
    hers.close();
    his.close();
    const second = await TestService.start({ data: first.data });
    const back = await Peer.agent(second.url, agents[anna] ?? '');
    expect((await back.event('agent.welcome')).agent).toMatchObject({ availability: 'away' });
    const told = await second.rest('GET', `agents/${anna}`, undefined, second.demo.apiKey);
    expect(await told.json()).toMatchObject({ availability: 'away', state: 'away', openChats: 0 });
    await back.request('agent.availability', { availability: 'online' });
    expect(await states(back)).toMatchObject({ [anna]: 'online' });
    back.close();
    await second.stop();
  });

  test('inactive agents are not to be handed anything', async () => {
    await rest('POST', 'agents', { email: 'idle@example.com', name: 'Idle' });
    const peer = await agent(service.token());
    const emails = async () => (await peer.request('agent.list', {})).map(({ email }) => email);
    expect(await emails()).toContain('idle@example.com');
    await rest('PATCH', 'agents/idle@example.com', { active: false });
    expect(await emails()).not.toContain('idle@example.com');
    expect((await status('idle@example.com')).state).toBe('offline');
    expect((await rest('GET', 'agents/nobody@example.com')).status).toBe(404);
  });
});

test('[AGENT-9] a change of teams holds at once for pages that are connected', async () => {
  const visitor = await Peer.visitor(service.url);
  open.push(visitor);
  await visitor.request('visitor.tag', { email: 'team@example.com' });
  const { items } = (await rest<{ items: { customerId: string }[] }>('GET', 'customers?query=team@example.com')).body;
  await rest('PUT', `customers/${items[0]?.customerId}/assignment`, { team: 'night' });
  const peer = await agent(service.token());
  const seen = async () => (await peer.request('presence.list', {})).map(({ email }) => email);
  expect(await seen()).toEqual([]);
  await rest('PATCH', `agents/${anna}`, { teams: ['day', 'night'] });
  expect(await seen()).toEqual(['team@example.com']);
  expect((await status(anna)).teams).toEqual(['day', 'night']);
  await rest('PATCH', `agents/${anna}`, { teams: [] });
  expect(await seen()).toEqual([]);
});

test('[AGENT-9] so does a change of name: visitors read the new one', async () => {
  const visitor = await Peer.visitor(service.url);
  open.push(visitor);
  const message = (text: string) => ({ id: newId<MessageId>('m'), text });
  const { conversationId } = await visitor.request('chat.send', { message: message('hello') });
  const peer = await agent(service.token());
  const { name } = await status(anna);
  await rest('PATCH', `agents/${anna}`, { name: 'Anna Berg-Roth' });
  await peer.request('conversation.send', { conversationId, message: message('hello') });
  const { message: heard } = await visitor.event('chat.message', (told) => told.message.author.kind === 'agent');
  expect(heard.author).toEqual({ kind: 'agent', email: anna, name: 'Anna Berg-Roth' });
  await rest('PATCH', `agents/${anna}`, { name });
});

describe('[AGENT-10] agents are brought in line with another system (seed 001)', () => {
  const sync = (agents: object[], deactivateMissing = false) =>
    rest<{ created: string[]; updated: string[]; deactivated: string[] }>('PUT', 'agents', {
      agents,
      deactivateMissing,
    });
  const keep = demo.map((email) => ({ email, name: email }));

  test('who is new is added, who differs changed, who is as told left alone', async () => {
    const [a, b] = ['sync-a@example.com', 'sync-b@example.com'];
    const first = await sync([
      { email: a.toUpperCase(), name: 'A', teams: ['sales'], password: 'a long password' },
      { email: b, name: 'B', role: 'admin' },
    ]);
    expect(first).toEqual({ status: 200, body: { created: [a, b], updated: [], deactivated: [] } });
    const [before, login] = [await status(a), { email: a, password: 'a long password' }];
    expect(before).toMatchObject({ name: 'A', teams: ['sales'], role: 'agent', active: true });
    const { body } = await rest<{ token: string }>('POST', 'auth/token', login);
    const again = await sync([
      { email: a, name: 'A', teams: ['sales'], password: 'a long password' },
      { email: b, name: 'Bea', role: 'admin' },
    ]);
    expect(again.body).toEqual({ created: [], updated: [b], deactivated: [] });
    expect(await status(a)).toEqual(before);
    // Nobody was logged out by being told again what was so.
    expect((await service.rest('GET', 'active-users', undefined, body.token)).status).toBe(200);
    await sync([{ email: a, name: 'A', teams: ['sales'], password: 'another password' }]);
    expect((await service.rest('GET', 'active-users', undefined, body.token)).status).toBe(401);
  });

  test('[AGENT-30] what is left out stays as it is, and is as usual for who is new', async () => {
    const boss = { email: 'sync-boss@example.com', name: 'Boss' };
    await sync([{ ...boss, role: 'admin', teams: ['night'], password: 'a long password' }]);
    const { token } = (await rest<{ token: string }>('POST', `agents/${boss.email}/token`)).body;
    expect((await sync([boss])).body.updated).toEqual([]);
    expect((await sync([{ ...boss, name: 'The boss' }])).body.updated).toEqual([boss.email]);
    expect(await status(boss.email)).toMatchObject({ name: 'The boss', role: 'admin', teams: ['night'] });
    expect((await service.rest('GET', 'active-users', undefined, token)).status).toBe(200);
    expect((await rest('POST', 'auth/token', { email: boss.email, password: 'a long password' })).status).toBe(201);
    await sync([{ ...boss, role: 'agent', teams: [] }]);
    expect(await status(boss.email)).toMatchObject({ role: 'agent', teams: [] });
    await sync([{ email: 'sync-new@example.com', name: 'New' }]);
    expect(await status('sync-new@example.com')).toMatchObject({ role: 'agent', teams: [], active: true });
  });

  test('on demand the rest is deactivated: their tokens are void and their pages end', async () => {
    const gone = 'sync-gone@example.com';
    await sync([{ email: gone, name: 'Gone' }]);
    const { token } = (await rest<{ token: string }>('POST', `agents/${gone}/token`)).body;
    const peer = await agent(token);
    expect((await sync([{ email: 'sync-a@example.com', name: 'A' }, ...keep])).body.deactivated).toEqual([]);
    const { body } = await sync([{ email: 'sync-a@example.com', name: 'A' }, ...keep], true);
    expect(body.deactivated).toContain(gone);
    expect(body.deactivated).not.toContain('sync-a@example.com');
    await peer.ended();
    expect(peer.received('agent.revoked')).toBe(true);
    expect(await status(gone)).toMatchObject({ active: false, state: 'offline' });
    expect((await sync([{ email: gone, name: 'Gone' }, ...keep], true)).body).toMatchObject({
      created: [],
      updated: [gone],
      deactivated: ['sync-a@example.com'],
    });
    expect((await sync([{ email: gone, name: 'Gone', active: false }])).body.deactivated).toEqual([gone]);
    expect((await audit('demo')).map(({ action }) => action)).toContain('agents.synced');
  });

  test('one that does not fit lets nothing happen', async () => {
    const fine = { email: 'sync-fine@example.com', name: 'Fine' };
    // Who has just left in another test goes offline during this one, unless she is back.
    await agent(service.token());
    const before = (await rest<{ items: Agent[] }>('GET', 'agents?limit=200')).body;
    for (const wrong of [
      { email: 'no address', name: 'X' },
      { email: 'x@example.com' },
      { email: 'x@example.com', name: 'X', role: 'boss' },
      { email: 'SYNC-fine@example.com', name: 'Twice' },
      { email: 'x@example.com', name: 'X', password: 'short' },
      { email: 'x@example.com', name: 'X', unknown: 1 },
    ]) {
      expect(await sync([fine, wrong], true)).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    }
    expect((await rest('GET', 'agents?limit=200')).body).toEqual(before);
  });

  test('two at once leave each agent once, as one of them said', async () => {
    const of = (name: string) => Array.from({ length: 10 }, (_, n) => ({ email: `both-${n}@example.com`, name }));
    const [left, right] = await Promise.all([sync(of('Left')), sync(of('Right'))]);
    expect([left.status, right.status]).toEqual([200, 200]);
    expect([...left.body.created, ...right.body.created]).toHaveLength(10);
    const names = await Promise.all(of('').map(async ({ email }) => (await status(email)).name));
    expect(new Set(names).size).toBe(1);
  });
});
