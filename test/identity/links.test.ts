import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Customer } from '#protocol/identity.ts';
import type { SiteId, TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AgentLinks } from '#signaling/identity/AgentLinks.ts';
import { AgentService } from '#signaling/identity/AgentService.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { anAgent, begun } from '#test/store/records.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { testDatabase } from '#test/support/testDatabase.ts';

let service: TestService;
const anna = 'agent1@example.com';
const open: Peer[] = [];
let customer: Customer;
let number = 0;

beforeAll(async () => {
  service = await TestService.start();
});
beforeEach(async () => {
  customer = (await rest<Customer>('POST', 'customers/tag', { email: `p${++number}@example.com` })).body;
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown, secret?: string | null) {
  const response = await service.rest(verb, path, body, secret);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
const create = (body: object = { agent: anna }, id: string = customer.customerId, secret?: string) =>
  rest<{ url: string; expiresAt: string }>('POST', `conversations/${id}/agent-url`, body, secret);
const codeOf = (url: string) => new URL(url).hash.replace('#code=', '');
const redeem = (code: string, site = 'demo') =>
  rest<{ token: string; expiresAt: string; conversationId: string; agent: object }>(
    'POST',
    'auth/agent-url',
    { site, code },
    null,
  );
const refused = { status: 401, body: { code: 'UNAUTHENTICATED' } };

describe('[AGENT-11] an agent’s link logs in once and opens one person’s chat (seed 001)', () => {
  test('the code stands in the fragment, which no server and no log ever sees; reading it consumes nothing', async () => {
    const before = Date.now();
    const { status, body } = await create({ agent: anna, ttlSeconds: 60 });
    expect(status).toBe(201);
    const { url, expiresAt } = body;
    expect(new URL(url).pathname).toBe('/desk/');
    expect(new URL(url).search).toBe('?site=demo');
    expect(codeOf(url)).toMatch(/^cvc_[\w-]{43}$/);
    expect(Date.parse(expiresAt) - before).toBeGreaterThanOrEqual(60_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    // A preview fetches the page, and browsers send no fragment.
    for (let previews = 0; previews < 3; previews++) expect((await fetch(url)).status).toBe(200);
    expect((await rest('GET', 'auth/agent-url', undefined, null)).status).toBe(405);
    const { status: given, body: login } = await redeem(codeOf(url));
    expect(given).toBe(201);
    expect(login).toMatchObject({ agent: { email: anna }, conversationId: expect.stringMatching(/^cn_/) });
    expect(JSON.stringify(await rest('GET', 'audit?limit=200'))).not.toContain(codeOf(url));
  });

  test('the token is the agent’s and has an end; the conversation is the person’s, begun if there was none', async () => {
    const { token, expiresAt, conversationId } = (await redeem(codeOf((await create()).body.url))).body;
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(1);
    expect(hours).toBeLessThanOrEqual(12);
    const peer = await Peer.agent(service.url, token, { email: anna });
    open.push(peer);
    expect((await peer.event('agent.welcome')).agent).toMatchObject({ email: anna });
    const again = (await redeem(codeOf((await create()).body.url))).body;
    expect(again.conversationId).toBe(conversationId);
    const found = await service.coview.store.chat.findByCustomer('demo' as SiteId, customer.customerId);
    expect(found?.id).toBe(conversationId);
  });

  test('of 100 who try at once one gets it, and nobody afterwards', async () => {
    const code = codeOf((await create()).body.url);
    const tries = await Promise.all(Array.from({ length: 100 }, () => redeem(code)));
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const one of tries.filter(({ status }) => status !== 201)) expect(one).toMatchObject(refused);
    expect(await redeem(code)).toMatchObject(refused);
    const subject = `audit?subject=${customer.customerId}`;
    const { items } = (await rest<{ items: { action: string; actor: string }[] }>('GET', subject)).body;
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['agent-url.redeemed', `agent:${anna}`],
      ['agent-url.created', 'site'],
    ]);
  });

  test('another site’s, an unknown, a malformed and an empty code are all refused alike', async () => {
    const code = codeOf((await create()).body.url);
    for (const wrong of [newSecret('cvc'), `${code}x`, code.toLowerCase(), 'x', '%00', '../..']) {
      expect(await redeem(wrong)).toMatchObject(refused);
    }
    expect(await redeem(code, 'other')).toMatchObject(refused);
    expect((await redeem('')).status).toBe(400);
    expect((await redeem(code)).status).toBe(201);
  });

  test('one for a customer or agent whom there is not, or who may not see the customer, is not made', async () => {
    expect((await create({ agent: anna }, newId('cu'))).status).toBe(404);
    expect((await create({ agent: 'nobody@example.com' })).status).toBe(404);
    await rest('POST', 'agents', { email: 'idle@example.com', name: 'Idle' });
    await rest('PATCH', 'agents/idle@example.com', { active: false });
    expect((await create({ agent: 'idle@example.com' })).status).toBe(404);
    await rest('PUT', `customers/${customer.customerId}/assignment`, { user: anna });
    expect((await create({ agent: 'agent2@example.com' })).status).toBe(404);
    expect((await create()).status).toBe(201);
    for (const ttlSeconds of [0, 301, 1.5, '60']) expect((await create({ agent: anna, ttlSeconds })).status).toBe(400);
    expect((await create(undefined, undefined, service.token())).status).toBe(403);
  });

  test('it is void once the person was erased, or the agent deactivated', async () => {
    const erased = codeOf((await create()).body.url);
    await rest('DELETE', `customers/${customer.customerId}`);
    expect(await redeem(erased)).toMatchObject(refused);
    await rest('POST', 'agents', { email: `gone${number}@example.com`, name: 'Gone' });
    const { body } = await rest<Customer>('POST', 'customers/tag', { email: `again${number}@example.com` });
    const code = codeOf((await create({ agent: `gone${number}@example.com` }, body.customerId)).body.url);
    await rest('PATCH', `agents/gone${number}@example.com`, { active: false });
    expect(await redeem(code)).toMatchObject(refused);
  });
});

describe('[AGENT-12] what shuts an agent out voids the agent’s open links too', () => {
  test.each([
    ['revoking the tokens', 'DELETE', '/token', undefined],
    ['a new password', 'PATCH', '', { password: 'a new and better one' }],
    ['another role', 'PATCH', '', { role: 'admin' }],
    ['deactivating, though the agent is activated again', 'PATCH', '', { active: false }],
  ])('%s', async (_, verb, path, body) => {
    const email = `out${number}@example.com`;
    await rest('POST', 'agents', { email, name: 'Out' });
    const [mine, others] = [codeOf((await create({ agent: email })).body.url), codeOf((await create()).body.url)];
    expect((await rest(verb, `agents/${email}${path}`, body)).status).toBeLessThan(300);
    await rest('PATCH', `agents/${email}`, { active: true });
    expect(await redeem(mine)).toMatchObject(refused);
    expect((await redeem(others)).status).toBe(201);
  });
});

test('[AGENT-11] it has its time, is kept as a hash, outlives a failure, and one code cannot be tried for ever', async () => {
  const store = await TypeOrmStore.open(await testDatabase());
  const { site, customerId } = await begun(store);
  const agents = new AgentService(store, { dropTokens: () => {} });
  const agent = anAgent({ site });
  await store.agents.create(agent);
  const begin = async () => {
    const conversation = await store.chat.findByCustomer(site, customerId);
    if (!conversation) throw new Error('there is one');
    return conversation;
  };
  const kept: string[] = [];
  const spied = { ...store.links, create: async (link: { hash: string }) => void kept.push(link.hash) };
  const watched = new AgentLinks({
    store: { ...stores(), links: spied as never },
    agents,
    begin,
    opensCobrowse: async () => false,
    deskUrl: (_, code) => code,
  });
  const { url } = await watched.create(site, customerId, agent.email, 300);
  expect(kept).toEqual([hashSecret(url.replace('code=', ''))]);

  const links = new AgentLinks({
    store: stores(),
    agents,
    begin,
    opensCobrowse: async () => false,
    deskUrl: (_, code) => code,
    attempts: 3,
  });
  const late = newSecret('cvc');
  await store.links.create({ site, hash: hashSecret(late), agentId: agent.id, customerId, expiresAt: Date.now() - 1 });
  await expect(links.redeem(site, late)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  for (let tries = 0; tries < 2; tries++) await expect(links.redeem(site, late)).rejects.toThrow();
  await expect(links.redeem(site, late)).rejects.toMatchObject({ code: 'RATE_LIMITED' });

  const good = newSecret('cvc');
  await store.links.create({
    site,
    hash: hashSecret(good),
    agentId: agent.id,
    customerId,
    expiresAt: Date.now() + 1e6,
  });
  const full = new AgentLinks({
    store: { ...stores(), links: failingAtToken() as never },
    agents,
    begin,
    opensCobrowse: async () => false,
    deskUrl: (_, code) => code,
  });
  await expect(full.redeem(site, good)).rejects.toThrow();
  expect((await links.redeem(site, good)).token).toMatch(/^cvu_/);
  await expect(links.redeem(site, good)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await store.close();

  /** The token is of nobody: the database refuses it. */
  function failingAtToken() {
    const redeem: typeof store.links.redeem = (link, hash, now, token, audit) =>
      store.links.redeem(link, hash, now, { ...token, agentId: newId('a') }, audit);
    return { find: store.links.find.bind(store.links), redeem };
  }

  function stores() {
    return { links: store.links, agents: store.agents, customers: store.customers, audit: store.audit };
  }
});

test('[AGENT-5] what was revoked is remembered while a handshake may last, and not for ever', async () => {
  const store = await TypeOrmStore.open(await testDatabase());
  const { site } = await begun(store);
  const agents = new AgentService(store, { dropTokens: () => {} });
  const agent = anAgent({ site });
  await store.agents.create(agent);
  const gone: TokenId[] = [];
  agents.onRevoked = (_site, _agent, tokens) => void gone.push(...tokens);
  const revoke = async () => {
    await agents.issueToken(site, agent.email);
    await agents.revokeTokens(site, agent.email);
    return gone.map((token) => agents.isRevoked(token));
  };
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await revoke()).toEqual([true]);
  vi.setSystemTime(Date.now() + 9 * 60_000);
  expect(await revoke()).toEqual([true, true]);
  vi.setSystemTime(Date.now() + 2 * 60_000);
  expect(await revoke()).toEqual([false, true, true]);
  await store.close();
});
