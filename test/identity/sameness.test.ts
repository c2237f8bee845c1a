import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import type { Customer } from '#protocol/identity.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { jwt } from './jwt.ts';

const secret = 'the demo shop’s key';
let service: TestService;
const open: Peer[] = [];

beforeAll(async () => {
  service = await TestService.start();
  await service.rest('POST', 'identity-keys', { kid: 'main', secret });
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function visitor(): Promise<Peer> {
  const peer = await Peer.visitor(service.url);
  open.push(peer);
  return peer;
}
const tag = async (data: MethodRequest<'visitor.tag'>) => (await (await visitor()).request('visitor.tag', data)).person;
const refused = { code: 'INVALID_INPUT', message: expect.stringContaining('send a larger one as text') };

describe('[ID-50] numbers that are not exact name nobody', () => {
  test('in a tag of a page, by REST and in a query; their digits as text do', async () => {
    for (const id of [2 ** 53, -(2 ** 60), 1e300, 1.5]) await expect(tag({ id })).rejects.toMatchObject(refused);
    const response = await service.rest('POST', 'customers/tag', { id: 2 ** 53, email: 'large@example.com' });
    expect(response.status).toBe(400);
    const agent = await Peer.agent(service.url, service.token());
    open.push(agent);
    await expect(agent.request('presence.status', { query: 2 ** 53 })).rejects.toMatchObject(refused);
    const [one, two] = ['9007199254740993', '9007199254740992'];
    expect(await tag({ id: one, firstname: 'One' })).toMatchObject({ id: one });
    expect(await tag({ id: two })).not.toHaveProperty('firstname');
    expect(await tag({ id: Number.MAX_SAFE_INTEGER })).toMatchObject({ id: '9007199254740991' });
  });
});

describe('[ID-51] who somebody is is taken as it was signed', () => {
  const kelvin = '\u212aim@example.com';

  test('an email is compared in the lower case of A to Z alone, wherever it comes from', async () => {
    const prove = (email: string) => tag({ externalToken: jwt({ email }, secret) });
    const kim = await tag({ externalToken: jwt({ email: 'KIM@example.com', firstname: 'Kim' }, secret) });
    expect(kim).toMatchObject({ email: 'kim@example.com', firstname: 'Kim' });
    expect(await prove(kelvin)).toEqual({ email: kelvin, labels: [], additionalTaggingData: {}, verified: true });
    const agent = await Peer.agent(service.url, service.token());
    open.push(agent);
    expect(await agent.request('presence.status', { query: kelvin })).toMatchObject({ email: kelvin });
    expect(await agent.request('presence.status', { query: 'Kim@Example.COM' })).toMatchObject({ firstname: 'Kim' });
    const agents = (email: string) => service.rest('POST', 'agents', { email, name: 'Kim' });
    expect([(await agents('kim@example.com')).status, (await agents(kelvin)).status]).toEqual([201, 201]);
  });

  test.each([
    { id: 'root\u00a0' },
    { id: 'ro\u200bot' },
    { id: 'root\u0001' },
    { email: ' root@example.com' },
    { email: 'ro\u00adot@example.com' },
  ])('by REST %j is refused, not made into another one', async (said) => {
    const made = await service.rest('POST', 'customers/tag', { id: 'root', email: 'root@example.com' });
    const { customerId } = (await made.json()) as Customer;
    expect((await service.rest('POST', 'customers/tag', said)).status).toBe(400);
    expect((await service.rest('PATCH', `customers/${customerId}`, said)).status).toBe(400);
  });

  test('what a page says by itself is cleaned of what nobody sees', async () => {
    const person = await tag({
      id: ' a\u200bb\u0001c\ud800\u00a0',
      labels: ['v\u0001i\u200bp', 'x\u00a0\n y', '👩‍💻'],
      gender: 'f\u0007',
    });
    expect(person).toMatchObject({ id: 'abc', labels: ['vip', 'x y', '👩‍💻'], gender: 'f' });
    await expect(tag({ email: 'ro\u200bot@example.com' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

test('[ID-53] empty fields of a tag count as left out; assignedUser null takes the assignment away', async () => {
  const peer = await visitor();
  const say = async (data: object) => (await peer.request('visitor.tag', data)).person;
  const known = { email: 'john@example.com', firstname: 'John', lastname: 'Doe', labels: ['vip'] };
  await say({ ...known, assignedUser: 'agent1@example.com', additionalTaggingData: { plan: 'gold', cart: 2 } });
  const empty = { id: '', lastname: null, gender: null, labels: null, assignedUser: '', additionalTaggingData: null };
  expect(await say({ ...empty, email: known.email, firstname: '', externalToken: null })).toMatchObject({
    ...known,
    assignedUser: 'agent1@example.com',
    additionalTaggingData: { plan: 'gold', cart: 2 },
  });
  const blank = await say({ firstname: ' ', lastname: '\u0000 ', gender: ' ' });
  expect(blank).toMatchObject(known);
  expect(blank).not.toHaveProperty('gender');
  const left = await say({ id: 'john', email: '', assignedUser: null, additionalTaggingData: { cart: null } });
  expect(left).toMatchObject({ ...known, id: 'john', additionalTaggingData: { plan: 'gold' } });
  expect(left).not.toHaveProperty('assignedUser');
});

test('[ID-62] of labels the empty and the repeated ones say nothing, in tags of pages, tokens and by REST; so do repeated teams and events', async () => {
  const labels = ['vip', '', ' vip ', 'gold\u200b', 'gold', ' ', 'VIP'];
  const clean = ['vip', 'gold', 'VIP'];
  expect(await tag({ labels })).toMatchObject({ labels: clean });
  expect(await tag({ labels: ''.split(',') })).toMatchObject({ labels: [] });
  expect(await tag({ externalToken: jwt({ sub: 'labelled', labels }, secret) })).toMatchObject({ labels: clean });
  const told = async (verb: string, path: string, body: object) => (await service.rest(verb, path, body)).json();
  const customer = (await told('POST', 'customers/tag', { id: 'labelled-too', labels })) as Customer;
  expect(customer.labels).toEqual(clean);
  expect(await told('PATCH', `customers/${customer.customerId}`, { labels: ['a', 'a'] })).toMatchObject({
    labels: ['a'],
  });
  const agent = { email: 'erin@example.com', name: 'Erin', teams: ['sales', ' sales', 'care'] };
  expect(await told('POST', 'agents', agent)).toMatchObject({ teams: ['sales', 'care'] });
  const hook = { url: 'https://example.com/hook', events: ['message.new', 'message.new'] };
  expect(await told('POST', 'webhooks', hook)).toMatchObject({ events: ['message.new'] });
});

test('[ID-63] sockets and REST say the same of an input that does not fit, with the cure', async () => {
  const peer = await visitor();
  for (const [wrong, cure] of [
    [{ email: 'nobody' }, 'email: expected an e-mail address'],
    [{ labels: 'vip' }, 'labels: expected array, received string'],
    [{ id: true }, 'id: text, or a whole number of at most 9007199254740991: send a larger one as text'],
    [{ id: 1e20 }, 'id: a whole number of at most 9007199254740991; send a larger one as text'],
    [{ id: 'x'.repeat(201) }, 'id: expected string to have <=200 characters'],
    [{ firstname: 'x'.repeat(201) }, 'firstname: expected string to have <=200 characters'],
  ] as const) {
    await expect(peer.request('visitor.tag', wrong as never)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: cure,
    });
    const problem = (await (await service.rest('POST', 'customers/tag', wrong)).json()) as { detail: string };
    expect(problem.detail).toContain(cure === 'email: expected an e-mail address' ? 'an e-mail address' : cure);
  }
});
