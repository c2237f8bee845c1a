import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VisitorId } from '#protocol/ids.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite, type SecondSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

const password = 'correct horse battery staple';
let service: TestService;
let second: SecondSite;

beforeAll(async () => {
  const first = await TestService.start();
  await first.stop({ keepData: true });
  second = await addSite(first.data, 'second', password);
  service = await TestService.start({ data: first.data });
  await service.rest('PATCH', 'agents/agent1@example.com', { password });
  await service.rest('PATCH', 'agents/admin@example.com', { password });
});
afterAll(() => service.stop());

async function login(body: object) {
  const response = await service.rest('POST', 'auth/token', body, null);
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function issue(email: string): Promise<string> {
  const response = await service.rest('POST', `agents/${email}/token`);
  expect(response.status).toBe(201);
  return ((await response.json()) as { token: string }).token;
}

describe('[AGENT-3] email and password give a user token', () => {
  test('that lets the agent in until it expires', async () => {
    const { status, body } = await login({ email: 'Admin@Example.com', password });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      token: expect.stringMatching(/^cvu_/),
      agent: { email: 'admin@example.com', role: 'admin' },
    });
    expect(Date.parse(body['expiresAt'] ?? '')).toBeGreaterThan(Date.now());
    const peer = await Peer.agent(service.url, body['token'] ?? '', { email: 'admin@example.com' });
    expect((await peer.event('agent.welcome')).agent).toEqual(body['agent']);
    peer.close();
  });

  test('a wrong password, an unknown email, an agent without a password and one of another site get one answer', async () => {
    const wrong = [
      { email: 'admin@example.com', password: `${password}!` },
      { email: 'nobody@example.com', password },
      { email: 'agent2@example.com', password },
      { email: 'admin@example.com', password, site: 'second' },
      { email: 'admin@example.com', password, site: 'nosuchsite' },
    ];
    const answers = await Promise.all(wrong.map(login));
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('an email and password that fit on several sites need the site', async () => {
    expect(await login({ email: 'agent1@example.com', password })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', detail: expect.stringContaining('site') },
    });
    const ours = await login({ email: 'agent1@example.com', password, site: 'demo' });
    const theirs = await login({ email: 'agent1@example.com', password, site: 'second' });
    expect(ours.body['agent']).toMatchObject({ name: 'Anna Berg' });
    expect(theirs.body['agent']).toMatchObject({ name: 'Their Anna' });
  });

  test('attempts are limited for each email', async () => {
    const tries = await Promise.all(
      Array.from({ length: 12 }, () => login({ email: 'guessed@example.com', password: 'guess' })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
    const refused = tries.filter(({ status }) => status === 429);
    for (const { body } of refused) expect(body).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await login({ email: 'someone@example.com', password: 'guess' })).status).toBe(401);
  });
});

describe('[AGENT-4] a user token opens one site to one agent', () => {
  test('issued by the site’s own server, it does not expire by itself', async () => {
    const response = await service.rest('POST', 'agents/Agent2@example.com/token');
    const body = (await response.json()) as object;
    expect(body).toEqual({
      token: expect.stringMatching(/^cvu_/),
      agent: expect.objectContaining({ email: 'agent2@example.com' }),
    });
  });

  test('an agent may hold several; with an email it must be that agent’s', async () => {
    const [one, two] = [await issue('agent2@example.com'), await issue('agent2@example.com')];
    expect(one).not.toBe(two);
    for (const token of [one, two]) (await Peer.agent(service.url, token, { email: 'Agent2@example.com' })).close();
    const other = Peer.agent(service.url, one, { email: 'agent1@example.com' });
    await expect(other).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each([
    ['unknown', () => 'cvu_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['an API key', () => service.demo.apiKey],
    ['another site’s', () => second.token],
    ['empty', () => ''],
  ])('%s: the socket is refused', async (_, token) => {
    await expect(Peer.agent(service.url, token())).rejects.toMatchObject({ name: 'CvError' });
    expect(
      (await service.rest('GET', 'active-users', undefined, `${service.token('agent2@example.com')}x`)).status,
    ).toBe(401);
  });
});

describe('[AGENT-5] a revoked token ends everything it let in', () => {
  test('all of an agent’s: every socket hears agent.revoked and ends, other agents stay', async () => {
    const [one, two] = [await issue('agent2@example.com'), await issue('agent2@example.com')];
    const peers = await Promise.all([one, two].map((token) => Peer.agent(service.url, token)));
    const bystander = await Peer.agent(service.url, await issue('admin@example.com'));
    expect((await service.rest('DELETE', 'agents/agent2@example.com/token')).status).toBe(204);
    for (const peer of peers) {
      expect(await peer.event('agent.revoked')).toEqual({});
      await peer.ended();
    }
    for (const token of [one, two]) {
      await expect(Peer.agent(service.url, token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect((await service.rest('GET', 'agents', undefined, token)).status).toBe(401);
    }
    expect(await bystander.request('presence.list', {})).toEqual([]);
    bystander.close();
  });

  test('one by logging out: the agent’s other sessions go on', async () => {
    const [one, two] = [await issue('admin@example.com'), await issue('admin@example.com')];
    const [left, stays] = [await Peer.agent(service.url, one), await Peer.agent(service.url, two)];
    expect((await service.rest('DELETE', 'auth/token', undefined, one)).status).toBe(204);
    await left.event('agent.revoked');
    await left.ended();
    expect(await stays.request('presence.list', {})).toEqual([]);
    expect(stays.received('agent.revoked')).toBe(false);
    expect((await service.rest('DELETE', 'auth/token', undefined, one)).status).toBe(401);
    expect((await service.rest('DELETE', 'auth/token', undefined, service.demo.apiKey)).status).toBe(403);
    stays.close();
  });

  test('a call that lives by another session of the same agent goes on; by this one it ends', async () => {
    const [one, two] = [await issue('admin@example.com'), await issue('admin@example.com')];
    const [other, calling] = [await Peer.agent(service.url, one), await Peer.agent(service.url, two)];
    const visitor = await Peer.visitor(service.url);
    await visitor.request('visitor.tag', { email: 'rung@example.com' });
    const { visitorId = '' } = await calling.request('presence.status', { query: 'rung@example.com' });
    const { call } = await calling.request('calling.start', { visitorId: visitorId as VisitorId, kind: 'screen' });
    await service.rest('DELETE', 'auth/token', undefined, one);
    await other.ended();
    expect(visitor.received('calling.changed')).toBe(false);
    await service.rest('DELETE', 'auth/token', undefined, two);
    const { call: ended } = await visitor.event('calling.changed', (told) => told.call.state === 'ended');
    expect(ended.id).toBe(call.id);
    visitor.close();
  });

  test('every step is in the audit log, without the token', async () => {
    const { body } = await login({ email: 'admin@example.com', password });
    await service.rest('DELETE', 'auth/token', undefined, body['token']);
    const audit = await (await service.rest('GET', 'audit?subject=admin@example.com&limit=2')).text();
    expect(JSON.parse(audit).items).toMatchObject([
      { action: 'token.revoked', actor: 'agent:admin@example.com' },
      { action: 'token.issued', actor: 'agent:admin@example.com' },
    ]);
    expect(audit).not.toContain(body['token']);
  });
});
