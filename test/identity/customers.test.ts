import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Customer } from '#protocol/identity.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
let number = 0;
let email: string;
const [anna, ben, admin] = ['agent1@example.com', 'agent2@example.com', 'admin@example.com'];

beforeAll(async () => {
  service = await TestService.start();
});
beforeEach(() => {
  email = `person${++number}@example.com`;
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

/** With the API key, or as this agent. */
async function rest<T = Customer>(verb: string, path: string, body?: unknown, as?: string) {
  const response = await service.rest(verb, path, body, as === undefined ? undefined : service.token(as));
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
const tag = (body: object) => rest('POST', 'customers/tag', body);
const list = async (query: string, as?: string) =>
  (await rest<{ items: Customer[]; nextCursor?: string }>('GET', `customers?${query}`, undefined, as)).body;
const get = (id: string, as?: string) => rest('GET', `customers/${id}`, undefined, as);
async function visitor(): Promise<Peer> {
  const peer = await Peer.visitor(service.url);
  open.push(peer);
  return peer;
}
async function agent(address: string): Promise<Peer> {
  const peer = await Peer.agent(service.url, service.token(address));
  open.push(peer);
  return peer;
}
const nobody = { labels: [], additionalTaggingData: {}, verified: false };
const audit = async (subject: string) =>
  (await rest<{ items: { action: string; actor: string }[] }>('GET', `audit?subject=${subject}`)).body.items;

describe('[CUST-1] a site’s server tags people by REST (seed 001)', () => {
  test('who is new is made; who is known by id or email is changed', async () => {
    const seed = { email, firstname: 'John', id: 1000 + number, labels: ['foo', 'bar'], lastname: 'Doe' };
    const { status, body } = await tag(seed);
    expect(status).toBe(200);
    expect(body).toEqual({ ...nobody, ...seed, id: String(seed.id), customerId: expect.stringMatching(/^cu_/) });
    expect((await tag({ id: seed.id, gender: 'm' })).body).toEqual({ ...body, gender: 'm' });
    expect((await tag({ email: email.toUpperCase(), labels: [] })).body).toEqual({ ...body, gender: 'm', labels: [] });
    expect((await get(body.customerId)).body).toMatchObject({ ...seed, id: String(seed.id), labels: [] });
  });

  test('a page that tags the same person finds it, and is told what changes; so are agents', async () => {
    const { customerId } = (await tag({ email, firstname: 'John' })).body;
    const peer = await visitor();
    expect((await peer.request('visitor.tag', { email })).person).toMatchObject({ firstname: 'John' });
    const watcher = await agent(anna);
    await watcher.request('presence.watch', { on: true });
    await tag({ email, firstname: 'Jon' });
    await watcher.event('presence.changed', ({ changed }) => changed.some(({ firstname }) => firstname === 'Jon'));
    expect((await list(`query=${email}`)).items).toMatchObject([{ customerId, firstname: 'Jon' }]);
  });

  test('it names an id or an email, and an agent whom there is', async () => {
    expect(await tag({ firstname: 'Nobody' })).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(await tag({ email, assignedUser: 'no@example.com' })).toMatchObject({ status: 404 });
    expect((await list(`query=${email}`)).items).toEqual([]);
    expect((await rest('POST', 'customers/tag', { email }, anna)).status).toBe(403);
  });

  test('many at once make one person', async () => {
    const tags = Array.from({ length: 20 }, (_, n) => tag({ email, additionalTaggingData: { [`k${n}`]: n } }));
    const made = await Promise.all(tags);
    expect(new Set(made.map(({ body }) => body.customerId)).size).toBe(1);
    const [person] = (await list(`query=${email}`)).items;
    expect(Object.keys(person?.additionalTaggingData ?? {})).toHaveLength(20);
  });

  test('in signed mode the server’s word is the proof; in open mode it finds the verified person first', async () => {
    const claimed = (await tag({ email, firstname: 'Claimed' })).body;
    await rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
    const proven = (await tag({ email, firstname: 'Proven' })).body;
    await rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
    expect(claimed.verified).toBe(false);
    expect(proven).toMatchObject({ verified: true, firstname: 'Proven' });
    expect((await tag({ email, lastname: 'Doe' })).body).toEqual({ ...proven, lastname: 'Doe' });
    expect((await get(claimed.customerId)).body).toEqual(claimed);
  });
});

describe('[CUST-2] people are listed, found and told to those who may see them', () => {
  test('the last changed first, in pages; by a part of name, email or id', async () => {
    const names = ['Ada', 'Bea', 'Cleo'];
    const mark = `Mark${number}x`;
    for (const firstname of names) await tag({ email: `${firstname}-${email}`, firstname, lastname: mark });
    await tag({ email: `Ada-${email}`, gender: 'f' });
    const first = await list(`query=${mark.toLowerCase()}&limit=2`);
    expect(first.items.map(({ firstname }) => firstname)).toEqual(['Ada', 'Cleo']);
    const second = await list(`query=${mark}&limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map(({ firstname }) => firstname)).toEqual(['Bea']);
    expect(second).not.toHaveProperty('nextCursor');
    expect((await list(`query=BEA-${email}`)).items).toHaveLength(1);
    expect((await list(`query=${encodeURIComponent("%' OR 1=1 --")}`)).items).toEqual([]);
  });

  test('an assigned one to that agent and admins, one of a team to the team; to others they do not exist', async () => {
    await rest('PATCH', `agents/${ben}`, { teams: ['sales'] });
    const hers = (await tag({ email: `hers-${email}`, assignedUser: anna })).body;
    const theirs = (await tag({ email: `theirs-${email}` })).body;
    await rest('PUT', `customers/${theirs.customerId}/assignment`, { team: 'sales' });
    const free = (await tag({ email: `free-${email}` })).body;
    const seen = async (as?: string) =>
      (await list(`query=${email}`, as)).items.map((item) => item.email?.split('-')[0]);
    expect((await seen()).sort()).toEqual(['free', 'hers', 'theirs']);
    expect((await seen(admin)).sort()).toEqual(['free', 'hers', 'theirs']);
    expect((await seen(anna)).sort()).toEqual(['free', 'hers']);
    expect((await seen(ben)).sort()).toEqual(['free', 'theirs']);
    const other = newId('cu');
    for (const [id, as] of [
      [hers.customerId, ben],
      [theirs.customerId, anna],
    ] as const) {
      const [hidden, missing] = [await get(id, as), await get(other, as)];
      expect(hidden.status).toBe(404);
      expect(JSON.stringify(hidden.body).replaceAll(id, other)).toEqual(JSON.stringify(missing.body));
      for (const [verb, path, body] of [
        ['PATCH', '', { firstname: 'X' }],
        ['PUT', '/assignment', { user: null }],
      ] as const) {
        expect((await rest(verb, `customers/${id}${path}`, body, as)).status).toBe(404);
      }
    }
    expect((await get(free.customerId, ben)).status).toBe(200);
    await rest('PATCH', `agents/${ben}`, { teams: [] });
    expect((await get(theirs.customerId, ben)).status).toBe(404);
  });
});

describe('[CUST-3] what is known of a person is changed by what is named', () => {
  test('by agents and the site, written to the audit log without what it says', async () => {
    const { customerId } = (await tag({ email, firstname: 'John', additionalTaggingData: { plan: 'gold', a: 1 } }))
      .body;
    const change = { firstname: 'Secret name', additionalTaggingData: { a: null } };
    expect((await rest('PATCH', `customers/${customerId}`, change, anna)).body).toMatchObject({
      email,
      firstname: 'Secret name',
      additionalTaggingData: { plan: 'gold' },
    });
    const entries = await audit(customerId);
    expect(entries).toMatchObject([{ action: 'customer.updated', actor: `agent:${anna}` }]);
    expect(JSON.stringify(entries)).not.toContain('Secret name');
    expect((await rest('PATCH', `customers/${customerId}`, { email: 'none' })).status).toBe(400);
    await tag({ id: `taken-${email}` });
    expect((await rest('PATCH', `customers/${customerId}`, { id: `taken-${email}` })).status).toBe(409);
    expect((await rest('PATCH', `customers/${newId('cu')}`, {})).status).toBe(404);
  });

  test('the id and email of a verified person by the site alone', async () => {
    await rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
    const { customerId } = (await tag({ email })).body;
    await rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
    const change = (body: object, as?: string) => rest('PATCH', `customers/${customerId}`, body, as);
    expect((await change({ email: `new-${email}` }, admin)).status).toBe(403);
    expect((await change({ email, firstname: 'Eva' }, anna)).status).toBe(200);
    expect((await change({ email: `new-${email}` })).body).toMatchObject({ email: `new-${email}`, firstname: 'Eva' });
  });

  test('in signed mode agents name nobody, and whom the site names is verified', async () => {
    const peer = await visitor();
    await rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
    const { conversationId } = await peer.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
    const { customerId } = (await rest('GET', `conversations/${conversationId}`)).body;
    const change = (body: object, as?: string) => rest('PATCH', `customers/${customerId}`, body, as);
    expect((await change({ email }, anna)).status).toBe(403);
    expect((await change({ firstname: 'Said so' }, anna)).body).toMatchObject({
      firstname: 'Said so',
      verified: false,
    });
    expect((await change({ email })).body).toMatchObject({ email, verified: true });
    expect((await peer.request('chat.history', {})).chat).toMatchObject({ conversationId });
    await rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
  });
});

describe('[CUST-30] what is known of a person is taken away', () => {
  const known = { firstname: 'John', lastname: 'Doe', gender: 'm', labels: ['vip'], additionalTaggingData: { a: 1 } };
  const nothing = Object.fromEntries(Object.keys(known).map((name) => [name, null]));

  test('by null, one property or all, the only email too: the person is still there', async () => {
    const { body } = await tag({ ...known, email, id: `id-${email}`, assignedUser: anna });
    const change = (said: object) => rest('PATCH', `customers/${body.customerId}`, said, anna);
    expect((await change({ lastname: null })).body).toEqual({ ...body, lastname: undefined });
    expect((await change({ ...nothing, assignedUser: null })).body).toEqual({
      ...nobody,
      email,
      id: `id-${email}`,
      customerId: body.customerId,
    });
    expect((await change({ email: null })).body).not.toHaveProperty('email');
    expect((await tag({ email })).body.customerId).not.toBe(body.customerId);
    expect((await change({ firstname: 'Josephus', id: null })).body).toEqual({
      ...nobody,
      firstname: 'Josephus',
      customerId: body.customerId,
    });
    expect((await list('query=josephus')).items).toMatchObject([{ customerId: body.customerId }]);
    expect((await change({ email: `right-${email}` })).body).toMatchObject({
      email: `right-${email}`,
      firstname: 'Josephus',
    });
  });

  test('by an empty name as by null', async () => {
    const { body } = await tag({ ...known, email });
    const path = `customers/${body.customerId}`;
    const emptied = { ...body, firstname: undefined, lastname: undefined, gender: undefined };
    expect((await rest('PATCH', path, { firstname: '', lastname: ' ', gender: '\n' })).body).toEqual(emptied);
    expect((await get(body.customerId)).body).toEqual(emptied);
    expect((await rest('PATCH', path, { id: '' })).status).toBe(400);
  });

  test('by the site alone if it was vouched for, and never all that says who it is', async () => {
    await rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
    const { customerId } = (await tag({ email, id: `id-${email}` })).body;
    await rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
    const change = (body: object, as?: string) => rest('PATCH', `customers/${customerId}`, body, as);
    expect((await change({ email: null }, admin)).status).toBe(403);
    expect((await change({ email: null })).body).toMatchObject({ id: `id-${email}`, verified: true });
    expect((await change({ email: null, firstname: 'Jon' }, admin)).body).toMatchObject({ firstname: 'Jon' });
    expect((await change({ id: null })).status).toBe(400);
    expect((await get(customerId)).body).toMatchObject({ id: `id-${email}`, verified: true });
  });

  test('what is not known here is refused, and changes nothing', async () => {
    const { body } = await tag({ email, ...known });
    for (const wrong of [
      { verified: true },
      { team: 'sales' },
      { Firstname: 'Jon' },
      { customerId: body.customerId },
    ]) {
      expect((await rest('PATCH', `customers/${body.customerId}`, { firstname: 'Jon', ...wrong })).status).toBe(400);
    }
    expect((await get(body.customerId)).body).toEqual(body);
  });
});

describe('[CUST-4] a person is given to an agent or a team', () => {
  test('one or the other; null gives them free; told live and written down', async () => {
    const peer = await visitor();
    await peer.request('visitor.tag', { email });
    const [person] = (await list(`query=${email}`)).items;
    const path = `customers/${person?.customerId}/assignment`;
    const watcher = await agent(ben);
    expect(await watcher.request('presence.watch', { on: true })).toContainEqual(expect.objectContaining({ email }));
    const { visitorId } = await peer.event('visitor.welcome');
    expect((await rest('PUT', path, { user: anna.toUpperCase() })).body).toMatchObject({ assignedUser: anna });
    await watcher.event('presence.changed', ({ gone }) => gone.includes(visitorId));
    const toTeam = (await rest('PUT', path, { team: ' sales  team ' })).body;
    expect(toTeam).toMatchObject({ team: 'sales team' });
    expect(toTeam).not.toHaveProperty('assignedUser');
    const free = (await rest('PUT', path, { user: null })).body;
    expect(free).toEqual({ ...nobody, email, customerId: person?.customerId });
    await watcher.event('presence.changed', ({ changed }) => changed.some((user) => user.visitorId === visitorId));
    expect(await audit(person?.customerId ?? '')).toHaveLength(3);
  });

  test('an agent whom the site does not have is NOT_FOUND, and nothing changes', async () => {
    const { customerId } = (await tag({ email, assignedUser: anna })).body;
    const assign = (body: object) => rest('PUT', `customers/${customerId}/assignment`, body);
    expect((await assign({ user: 'nobody@example.com' })).status).toBe(404);
    for (const wrong of [{}, { user: anna, team: 'sales' }, { user: 7 }, { team: '' }]) {
      expect((await assign(wrong)).status).toBe(400);
    }
    expect((await get(customerId)).body).toMatchObject({ assignedUser: anna });
  });

  test('of several changes at once none is lost', async () => {
    const { customerId } = (await tag({ email })).body;
    const changes = Array.from({ length: 10 }, (_, n) =>
      rest('PATCH', `customers/${customerId}`, { additionalTaggingData: { [`k${n}`]: n } }),
    );
    await Promise.all([...changes, rest('PUT', `customers/${customerId}/assignment`, { user: anna })]);
    const { body } = await get(customerId);
    expect(Object.keys(body.additionalTaggingData)).toHaveLength(10);
    expect(body.assignedUser).toBe(anna);
  });
});

test('[HTTP-40] the refusal of an id of somebody else, of a time without its zone and of a night in one piece names the cure', async () => {
  const [one, other] = [(await tag({ id: `one ${email}` })).body, (await tag({ id: `other ${email}` })).body];
  const detail = async (verb: string, path: string, body?: object) => {
    const answer = await rest<{ status: number; detail: string }>(verb, path, body);
    return `${answer.status} ${answer.body.detail}`;
  };
  expect(await detail('PATCH', `customers/${one.customerId}`, { id: other.id })).toMatch(/^409 .*same id/);
  for (const since of ['2026-05-31', '2026-05-31T10:00:00+02:00']) {
    expect(await detail('GET', `conversations?since=${since}`)).toMatch(/^400 .*%2B/);
  }
  const hours = { timeZone: 'Europe/Berlin', week: { fri: [{ from: '22:00', to: '06:00' }] } };
  expect(await detail('PUT', 'site', { settings: { openingHours: hours } })).toMatch(/^400 .*to 24:00 and from 00:00/);
});
