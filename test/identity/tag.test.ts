import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import { tagProperties } from '#protocol/tag.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
let number = 0;
const email = () => `person${++number}@example.com`;

beforeAll(async () => {
  service = await TestService.start();
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function visitor(auth?: Record<string, unknown>): Promise<Peer> {
  const peer = await Peer.visitor(service.url, auth);
  open.push(peer);
  return peer;
}

const tag = async (peer: Peer, data: MethodRequest<'visitor.tag'>) => (await peer.request('visitor.tag', data)).person;
const nobody = { labels: [], additionalTaggingData: {}, verified: false };

/** What agents are told of this person. */
async function asSeen(query: string) {
  const response = await service.rest('GET', `active-users/${encodeURIComponent(query)}`);
  return (await response.json()) as Record<string, unknown>;
}

describe('[ID-4] every property of a tag is optional, and each adds to what is known', () => {
  test('nothing at all', async () => {
    expect(await tag(await visitor(), {})).toEqual(nobody);
  });

  test('one by one', async () => {
    const peer = await visitor();
    const mail = email();
    expect(await tag(peer, { firstname: 'John' })).toEqual({ ...nobody, firstname: 'John' });
    expect(await tag(peer, { email: mail })).toEqual({ ...nobody, firstname: 'John', email: mail });
    expect(await tag(peer, { lastname: 'Doe', gender: 'm' })).toMatchObject({
      firstname: 'John',
      lastname: 'Doe',
      gender: 'm',
    });
    expect(await tag(peer, { id: `one-${mail}` })).toMatchObject({ id: `one-${mail}`, email: mail, lastname: 'Doe' });
    const all = { id: `one-${mail}`, email: mail, firstname: 'John', lastname: 'Doe', gender: 'm' };
    expect(await tag(peer, {})).toEqual({ ...nobody, ...all });
    expect(await asSeen(mail)).toMatchObject({ ...nobody, ...all });
  });

  test('a value that is given again replaces the former one; labels are given as a whole', async () => {
    const peer = await visitor();
    await tag(peer, { email: email(), firstname: 'Jon', labels: ['new', 'vip'] });
    expect(await tag(peer, { firstname: 'John', labels: ['vip', 'gold'] })).toMatchObject({
      firstname: 'John',
      labels: ['vip', 'gold'],
    });
    expect(await tag(peer, { labels: [] })).toMatchObject({ firstname: 'John', labels: [] });
  });

  test('a seed’s own tag', async () => {
    const agent = { email: 'agent1@chatvisor.com', name: 'Agent 1', role: 'agent' };
    await service.rest('POST', 'agents', agent);
    const person = { email: 'john.doe@chatvisor.com', firstname: 'John', lastname: 'Doe' };
    const assigned = { ...person, assignedUser: 'agent1@chatvisor.com', labels: [] };
    expect(await tag(await visitor(), assigned)).toEqual({ ...nobody, ...assigned });
    expect(await tag(await visitor(), { ...person, labels: [] })).toEqual({ ...nobody, ...assigned });
  });

  test('what does not fit is refused with the field’s name, and changes nothing', async () => {
    const peer = await visitor();
    const mail = email();
    await tag(peer, { email: mail });
    for (const [field, value] of Object.entries({
      email: 'not an address',
      id: ' ',
      labels: 'vip',
      firstname: 7,
      assignedUser: 'nobody',
      additionalTaggingData: [],
    })) {
      const refused = await peer.raw('visitor.tag', { lastname: 'Wrong', [field]: value });
      expect(refused).toMatchObject({ error: { code: 'INVALID_INPUT', message: expect.stringContaining(field) } });
    }
    expect(await tag(peer, {})).toEqual({ ...nobody, email: mail });
  });
});

test('[ID-5] a number as id counts as its decimal text; emails are the same in any case', async () => {
  const mail = email();
  const [first, second] = [await visitor(), await visitor()];
  expect(await tag(first, { id: 100 + number, email: mail.toUpperCase(), gender: 'x' })).toMatchObject({
    id: String(100 + number),
    email: mail,
  });
  expect(await tag(second, { id: String(100 + number) })).toMatchObject({ email: mail, gender: 'x' });
  const third = await visitor();
  expect(await tag(third, { email: ` ${mail.replace('person', 'PerSon')} ` })).toMatchObject({
    id: String(100 + number),
    gender: 'x',
  });
  expect(await tag(third, { id: 0, assignedUser: 'Agent1@Example.com' })).toMatchObject({
    id: '0',
    assignedUser: 'agent1@example.com',
  });
});

describe('[ID-6] additionalTaggingData', () => {
  test('adds and replaces key by key; null deletes', async () => {
    const peer = await visitor();
    await tag(peer, { email: email(), additionalTaggingData: { plan: 'gold', cart: [{ sku: 1, n: 2 }], seen: true } });
    const more = { plan: 'silver', cart: null, never: null, nested: { list: [null] } };
    const { additionalTaggingData } = await tag(peer, { additionalTaggingData: more });
    expect(additionalTaggingData).toEqual({ plan: 'silver', seen: true, nested: { list: [null] } });
    expect((await tag(peer, { additionalTaggingData: {} })).additionalTaggingData).toEqual(additionalTaggingData);
  });

  test('ignores keys that are properties of a user', async () => {
    const peer = await visitor();
    const mail = email();
    const shadow = Object.fromEntries(tagProperties.map((key) => [key, 'shadow']));
    const person = await tag(peer, { email: mail, additionalTaggingData: { ...shadow, plan: 'gold' } });
    expect(person).toEqual({ ...nobody, email: mail, additionalTaggingData: { plan: 'gold' } });
  });

  test('is kept within bounds, however many tags bring it', async () => {
    const peer = await visitor();
    const many = (from: number) => Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`key${from + n}`, n]));
    const kept = await tag(peer, { email: email(), additionalTaggingData: many(0) });
    const refused = { code: 'INVALID_INPUT', message: expect.stringContaining('additionalTaggingData') };
    await expect(tag(peer, { additionalTaggingData: many(60) })).rejects.toMatchObject(refused);
    await tag(peer, { additionalTaggingData: { long: 'x'.repeat(20_000) } });
    await expect(tag(peer, { additionalTaggingData: { more: 'x'.repeat(20_000) } })).rejects.toMatchObject(refused);
    expect(await tag(peer, { additionalTaggingData: { long: null } })).toEqual(kept);
  });
});

test('[ID-7] assignedUser null takes the assignment away; left out it stays', async () => {
  const peer = await visitor();
  const mail = email();
  expect(await tag(peer, { email: mail, assignedUser: 'agent1@example.com' })).toMatchObject({
    assignedUser: 'agent1@example.com',
  });
  expect(await tag(peer, { firstname: 'John' })).toMatchObject({ assignedUser: 'agent1@example.com' });
  expect(await tag(peer, { assignedUser: null })).toEqual({ ...nobody, email: mail, firstname: 'John' });
  expect(await asSeen(mail)).not.toHaveProperty('assignedUser');
});

describe('[ID-8] one person in several browsers', () => {
  test.each(['email', 'id'] as const)('the same %s is the same customer, and what is known stays', async (key) => {
    const mail = email();
    const who = key === 'id' ? { id: `id-${mail}` } : { email: mail };
    const [laptop, phone] = [await visitor(), await visitor()];
    const known = await tag(laptop, {
      ...who,
      firstname: 'John',
      labels: ['vip'],
      additionalTaggingData: { plan: 'gold' },
    });
    expect(await tag(phone, who)).toEqual(known);
    const changed = await tag(phone, { lastname: 'Doe', additionalTaggingData: { plan: 'silver' } });
    expect(changed).toEqual({ ...known, lastname: 'Doe', additionalTaggingData: { plan: 'silver' } });
    expect(await tag(laptop, {})).toEqual(changed);
  });

  test('every browser of the person shows what one of them brought', async () => {
    const mail = email();
    const [laptop, phone] = [await visitor(), await visitor()];
    await tag(laptop, { email: mail });
    await tag(phone, { email: mail, firstname: 'John' });
    const { visitorId } = await laptop.event('visitor.welcome');
    expect(await asSeen(visitorId)).toMatchObject({ visitorId, email: mail, firstname: 'John' });
  });

  test('an id finds the person, who may get another email; a person known by email gets an id', async () => {
    const [old, fresh] = [email(), email()];
    const [first, second] = [await visitor(), await visitor()];
    await tag(first, { email: old, firstname: 'John' });
    expect(await tag(second, { id: `id-${old}`, email: old })).toMatchObject({ id: `id-${old}`, firstname: 'John' });
    expect(await tag(first, { id: `id-${old}`, email: fresh })).toMatchObject({ email: fresh, firstname: 'John' });
    expect(await tag(await visitor(), { email: fresh })).toMatchObject({ id: `id-${old}`, firstname: 'John' });
    expect(await tag(await visitor(), { email: old })).toEqual({ ...nobody, email: old });
  });
});

test('[ID-9] two accounts that share an email but have different ids are two people', async () => {
  const mail = email();
  const [first, second] = [await visitor(), await visitor()];
  const work = await tag(first, { id: `work-${mail}`, email: mail, firstname: 'Work' });
  const home = await tag(second, { id: `home-${mail}`, email: mail, gender: 'f' });
  expect(work).toEqual({ ...nobody, id: `work-${mail}`, email: mail, firstname: 'Work' });
  expect(home).toEqual({ ...nobody, id: `home-${mail}`, email: mail, gender: 'f' });
  expect(await tag(first, {})).toEqual(work);
  expect(await asSeen(`home-${mail}`)).toMatchObject(home);
  const third = await visitor();
  expect(await tag(third, { id: `work-${mail}` })).toEqual(work);
});

test('[ID-10] a browser that is tagged as somebody else is that one alone, and the former person keeps what was known', async () => {
  const [hers, his] = [email(), email()];
  const shared = await visitor();
  const eva = await tag(shared, { email: hers, firstname: 'Eva', additionalTaggingData: { plan: 'gold' } });
  expect(await tag(shared, { email: his })).toEqual({ ...nobody, email: his });
  expect((await service.rest('GET', `active-users/${hers}`)).status).toBe(404);
  expect(await tag(await visitor(), { email: hers })).toEqual(eva);
  await tag(shared, { id: `a-${his}` });
  expect(await tag(shared, { id: `b-${his}` })).toEqual({ ...nobody, id: `b-${his}` });
});
