import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CobrowseCode } from '#protocol/cobrowse.ts';
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
const ben = 'agent2@example.com';
const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};

async function rest<T = Record<string, string>>(path: string, body: object, secret?: string | null) {
  const response = await service.rest('POST', path, body, secret);
  return { status: response.status, body: (await response.json()) as T };
}
const create = (body: object, secret?: string) => rest('cobrowse/join-url', body, secret);
const redeem = (url: string | undefined) =>
  rest('auth/agent-url', { site: 'demo', code: new URL(url ?? '').hash.replace('#code=', '') }, null);

/** A visitor who shares with agents that are there. */
async function sharing() {
  kept(await Peer.agent(service.url, service.token(anna)));
  const visitor = kept(await Peer.visitor(service.url));
  await visitor.event('visitor.welcome');
  const { session } = await visitor.request('cobrowse.share', {});
  return { visitor, id: session.id };
}

describe('[COB-14] an address logs an agent in, once, and opens a session', () => {
  test('one that goes on: the token is the agent’s, and joins', async () => {
    const { visitor, id } = await sharing();
    const { status, body } = await create({ sessionId: id, agent: ben });
    expect(status).toBe(201);
    expect(new URL(body['url'] ?? '').pathname).toBe('/desk/');
    const { status: given, body: login } = await redeem(body['url']);
    expect(given).toBe(201);
    expect(login).toMatchObject({ cobrowse: id, agent: { email: ben } });
    expect(login).not.toHaveProperty('conversationId');
    const agent = kept(await Peer.agent(service.url, login['token'] ?? ''));
    expect((await agent.request('cobrowse.join', { id })).session.id).toBe(id);
    await visitor.event('cobrowse.changed', ({ session }) => session.viewers.some(({ email }) => email === ben));
    expect((await redeem(body['url'])).status).toBe(401);
  });

  test('or the visitor who reads out six digits, which the audit log does not keep', async () => {
    const visitor = kept(await Peer.visitor(service.url));
    await visitor.event('visitor.welcome');
    const { code } = await visitor.request('cobrowse.code', {});
    const { body } = await create({ shareId: code, agent: ben, ttlSeconds: 60 });
    const { body: login } = await redeem(body['url']);
    const joining = CobrowseCode.parse(login['cobrowse']);
    expect(joining).toBe(code);
    const agent = kept(await Peer.agent(service.url, login['token'] ?? ''));
    const { session } = await agent.request('cobrowse.join', { code: joining });
    await visitor.event('cobrowse.offer', (offer) => offer.session.id === session.id);
    const log = await (await service.rest('GET', 'audit?limit=200')).text();
    expect(log).toContain('share-code');
    expect(log).not.toContain(`"${code}"`);
  });

  test('nothing else: an unknown session, code or agent is NOT_FOUND, and the site’s own key is needed', async () => {
    const { id } = await sharing();
    const unknown = `cb_${'x'.repeat(22)}`;
    for (const body of [
      { sessionId: unknown, agent: anna },
      { shareId: '000000', agent: anna },
      { sessionId: id, agent: 'nobody@example.com' },
    ]) {
      expect(await create(body)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect((await create({ agent: anna })).status).toBe(400);
    expect((await create({ sessionId: id, shareId: '000000', agent: anna })).status).toBe(400);
    expect((await create({ sessionId: id, agent: anna }, service.token(anna))).status).toBe(403);
  });

  test('for an agent who may see the visitor, when it is made and when it is used', async () => {
    const { visitor, id } = await sharing();
    const { body } = await create({ sessionId: id, agent: ben });
    await visitor.request('visitor.tag', { assignedUser: anna });
    expect((await create({ sessionId: id, agent: ben })).status).toBe(404);
    expect((await redeem(body['url'])).status).toBe(401);
  });

  test('nothing of a session that is over', async () => {
    const { visitor, id } = await sharing();
    const { body } = await create({ sessionId: id, agent: ben });
    await visitor.request('cobrowse.end', { id });
    expect((await redeem(body['url'])).status).toBe(401);
  });
});
