import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '#protocol/identity.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const json = async <T>(response: Promise<Response>) => ({
  status: (await response).status,
  body: (await (await response).json()) as T,
});
const create = (body: object) => json<Agent>(service.rest('POST', 'agents', body));
const list = async (query = '') =>
  (await json<{ items: Agent[]; nextCursor?: string }>(service.rest('GET', `agents${query}`))).body;

describe('[AGENT-1] agents are added, listed, changed and removed', () => {
  test('added once each, in lower case, without what the server keeps for itself', async () => {
    const { status, body } = await create({ email: 'New@Example.com', name: 'New', password: 'long enough' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^a_/),
      email: 'new@example.com',
      name: 'New',
      role: 'agent',
      active: true,
      teams: [],
      availability: 'online',
    });
    expect(await create({ email: 'new@example.COM', name: 'Twin' })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', detail: expect.stringContaining('new@example.com') },
    });
    expect((await list()).items).toContainEqual({ ...body, state: 'offline', openChats: 0 });
  });

  test('listed in pages, ordered by email', async () => {
    const all = (await list()).items.map(({ email }) => email);
    expect(all).toEqual([...all].sort());
    const emails: string[] = [];
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await list(`?limit=1${cursor && `&cursor=${cursor}`}`);
      emails.push(...items.map(({ email }) => email));
      if (!nextCursor) break;
      cursor = nextCursor;
    }
    expect(emails).toEqual(all);
  });

  test('changed by what is named; the rest stays', async () => {
    const { body } = await create({ email: 'change@example.com', name: 'Before' });
    const change = (what: object) => json<Agent>(service.rest('PATCH', 'agents/Change@example.com', what));
    expect(await change({ name: 'After' })).toEqual({ status: 200, body: { ...body, name: 'After' } });
    expect(await change({ role: 'admin' })).toEqual({ status: 200, body: { ...body, name: 'After', role: 'admin' } });
    expect(await change({ active: false })).toMatchObject({ body: { active: false, role: 'admin' } });
    expect(await change({ active: true })).toMatchObject({ body: { active: true, name: 'After' } });
    expect(await change({ email: 'other@example.com' })).toMatchObject({ status: 400 });
  });

  test('removed; an agent who is not there is NOT_FOUND', async () => {
    await create({ email: 'leaving@example.com', name: 'Leaving' });
    expect((await service.rest('DELETE', 'agents/leaving@example.com')).status).toBe(204);
    expect((await list()).items.map(({ email }) => email)).not.toContain('leaving@example.com');
    const gone: [string, string, object?][] = [
      ['DELETE', 'agents/leaving@example.com'],
      ['PATCH', 'agents/leaving@example.com', { name: 'Back' }],
      ['POST', 'agents/leaving@example.com/token'],
      ['DELETE', 'agents/leaving@example.com/token'],
    ];
    for (const [verb, path, body] of gone) {
      expect(await json(service.rest(verb, path, body))).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect((await create({ email: 'leaving@example.com', name: 'Back' })).status).toBe(201);
  });

  test('with an API key only; an agent’s token may read the list', async () => {
    expect((await service.rest('GET', 'agents', undefined, service.token())).status).toBe(200);
    const calls: [string, string, object?][] = [
      ['POST', 'agents', { email: 'x@example.com', name: 'X' }],
      ['PATCH', 'agents/agent1@example.com', { role: 'admin' }],
      ['DELETE', 'agents/agent2@example.com'],
      ['POST', 'agents/admin@example.com/token'],
      ['DELETE', 'agents/admin@example.com/token'],
    ];
    for (const [verb, path, body] of calls) {
      expect((await service.rest(verb, path, body, service.token('admin@example.com'))).status).toBe(403);
      expect((await service.rest(verb, path, body, null)).status).toBe(401);
    }
  });

  test('the audit log names every step', async () => {
    await create({ email: 'steps@example.com', name: 'Steps' });
    await service.rest('PATCH', 'agents/steps@example.com', { name: 'Step', password: 'a new password' });
    await service.rest('DELETE', 'agents/steps@example.com');
    const { body } = await json<{ items: object[] }>(service.rest('GET', 'audit?subject=steps@example.com'));
    expect(body.items).toMatchObject([
      { action: 'agent.deleted', actor: 'site' },
      { action: 'agent.updated', actor: 'site', detail: { fields: ['name', 'password'] } },
      { action: 'agent.created', actor: 'site' },
    ]);
  });
});

describe('[AGENT-2] what an agent may do ends with the agent', () => {
  const revoked = [
    ['deactivated', () => service.rest('PATCH', 'agents/target@example.com', { active: false })],
    ['removed', () => service.rest('DELETE', 'agents/target@example.com')],
    ['given another role', () => service.rest('PATCH', 'agents/target@example.com', { role: 'admin' })],
    [
      'given another password',
      () => service.rest('PATCH', 'agents/target@example.com', { password: 'another password' }),
    ],
  ] as const;

  test.each(revoked)('%s: token and sockets are void', async (_, revoke) => {
    await create({ email: 'target@example.com', name: 'Target' });
    const { body } = await json<{ token: string }>(service.rest('POST', 'agents/target@example.com/token'));
    const peer = await Peer.agent(service.url, body.token);
    expect((await revoke()).ok).toBe(true);
    expect(await peer.event('agent.revoked')).toEqual({});
    await peer.ended();
    await expect(Peer.agent(service.url, body.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await service.rest('GET', 'active-users', undefined, body.token)).status).toBe(401);
    await service.rest('DELETE', 'agents/target@example.com');
  });

  test('an inactive agent gets no token', async () => {
    await create({ email: 'idle@example.com', name: 'Idle', password: 'long enough' });
    await service.rest('PATCH', 'agents/idle@example.com', { active: false });
    expect((await service.rest('POST', 'agents/idle@example.com/token')).status).toBe(404);
    const login = { email: 'idle@example.com', password: 'long enough' };
    expect((await service.rest('POST', 'auth/token', login, null)).status).toBe(401);
  });

  test('a change that changes nothing of it leaves tokens alone', async () => {
    await create({ email: 'same@example.com', name: 'Same' });
    const { body } = await json<{ token: string }>(service.rest('POST', 'agents/same@example.com/token'));
    await service.rest('PATCH', 'agents/same@example.com', { name: 'Still the same', role: 'agent', active: true });
    expect((await service.rest('GET', 'active-users', undefined, body.token)).status).toBe(200);
  });
});
