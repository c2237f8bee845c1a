import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import type { Customer } from '#protocol/identity.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { jwt } from './jwt.ts';

let service: TestService;
const open: Peer[] = [];
let number = 0;
let who: { id: string; email: string };
const secret = 'the demo shop’s key';

beforeAll(async () => {
  service = await TestService.start();
  await rest('POST', 'identity-keys', { kid: 'main', secret });
});
beforeEach(async () => {
  number++;
  who = { id: `user-${number}`, email: `user${number}@example.com` };
  await mode('open');
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown) {
  const response = await service.rest(verb, path, body);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
const mode = (is: 'open' | 'signed') => rest('PUT', 'site', { settings: { identity: { mode: is } } });
async function visitor(auth?: Record<string, unknown>): Promise<Peer> {
  const peer = await Peer.visitor(service.url, auth);
  open.push(peer);
  return peer;
}
const tag = async (peer: Peer, data: MethodRequest<'visitor.tag'>) => (await peer.request('visitor.tag', data)).person;
const prove = (peer: Peer, claims: object, more: object = {}) =>
  tag(peer, { ...more, externalToken: jwt(claims, secret) });
const nobody = { labels: [], additionalTaggingData: {}, verified: false };
const token = async (peer: Peer) => (await peer.event('visitor.welcome')).token;
/** Who the browser is at its next connection. */
async function later(peer: Peer) {
  const again = await visitor({ token: await token(peer) });
  return (await again.event('visitor.welcome')).person;
}
const people = async () => (await rest<{ items: Customer[] }>('GET', `customers?query=${who.email}`)).body.items;

describe('[ID-22] in signed mode an id or email takes a signature', () => {
  beforeEach(() => mode('signed'));

  test('without one the tag is SIGNATURE_REQUIRED, selects nobody and changes nothing', async () => {
    const known = await prove(await visitor(), { ...who, firstname: 'Eva' });
    const thief = await visitor();
    for (const claim of [{ email: who.email }, { id: who.id }, { ...who, firstname: 'Thief', assignedUser: null }]) {
      await expect(tag(thief, claim)).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    }
    expect(await later(thief)).toBeUndefined();
    expect(await people()).toEqual([{ ...known, customerId: expect.any(String) }]);
  });

  test('what names nobody adds to the browser’s own person, anonymous or proven', async () => {
    const peer = await visitor();
    expect(await tag(peer, { labels: ['cart'], additionalTaggingData: { plan: 'gold' } })).toMatchObject({
      ...nobody,
      labels: ['cart'],
      additionalTaggingData: { plan: 'gold' },
    });
    await prove(peer, who);
    expect(await tag(peer, { labels: ['paid'] })).toMatchObject({ ...who, labels: ['paid'], verified: true });
    await expect(tag(peer, { ...who })).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(await later(peer)).toMatchObject({ ...who, verified: true });
  });

  test('a signature that is none changes nothing either', async () => {
    const known = await prove(await visitor(), who);
    const thief = await visitor();
    const forged = tag(thief, { externalToken: jwt(who, 'a guessed key'), firstname: 'Thief' });
    await expect(forged).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await later(thief)).toBeUndefined();
    expect(await people()).toMatchObject([known]);
  });
});

describe('[ID-23] verified and unverified people of the same id or email are different people', () => {
  test('a claim never reaches a verified person', async () => {
    const known = await prove(await visitor(), who, { labels: ['vip'] });
    expect(known).toEqual({ ...nobody, ...who, labels: ['vip'], verified: true });
    for (const claim of [{ email: who.email }, { id: who.id }, who]) {
      const other = await visitor();
      const claimed = await tag(other, claim);
      expect(claimed).toMatchObject({ verified: false, labels: [] });
      expect(await tag(other, { firstname: 'Claimed' })).toMatchObject({ verified: false });
    }
    expect((await people()).filter(({ verified }) => verified)).toMatchObject([{ labels: ['vip'] }]);
    expect((await people()).find(({ verified }) => verified)).not.toHaveProperty('firstname');
  });

  test('a signature never takes over what was only claimed', async () => {
    const claimer = await visitor();
    const claimed = await tag(claimer, { ...who, firstname: 'Claimed', labels: ['x'] });
    const proven = await visitor();
    expect(await prove(proven, who)).toEqual({ ...nobody, ...who, verified: true });
    expect(await tag(claimer, {})).toEqual(claimed);
    // Also in the browser that claimed it before.
    expect(await prove(claimer, who)).toEqual({ ...nobody, ...who, verified: true });
    expect((await people()).map(({ verified }) => verified).sort()).toEqual([false, true]);
  });

  test('the browser that was proven goes on as that person without a signature', async () => {
    const peer = await visitor();
    await prove(peer, who);
    expect(await tag(peer, { ...who, labels: ['a'] })).toMatchObject({ labels: ['a'], verified: true });
    expect(await tag(peer, { email: who.email, labels: ['b'] })).toMatchObject({ labels: ['b'], verified: true });
    expect(await tag(peer, { id: who.id })).toMatchObject({ ...who, verified: true });
  });

  test('what a signature vouched for is neither changed nor added to by a claim', async () => {
    const peer = await visitor();
    await prove(peer, { id: who.id });
    for (const claim of [{ email: who.email }, who]) {
      await expect(tag(peer, claim)).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    }
    await prove(peer, who);
    const change = tag(peer, { id: who.id, email: `other-${who.email}` });
    await expect(change).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(await tag(peer, {})).toMatchObject({ ...who, verified: true });
  });

  test('a claim to be somebody else makes the browser that unverified one', async () => {
    const peer = await visitor();
    await prove(peer, who);
    expect(await tag(peer, { id: `else-${who.id}` })).toEqual({ ...nobody, id: `else-${who.id}` });
    expect(await prove(peer, who)).toMatchObject({ ...who, verified: true });
  });

  test('a signature for one of id and email adds nothing to a person it does not name', async () => {
    const peer = await visitor();
    await prove(peer, { email: who.email }, { labels: ['vip'] });
    // The next one to log in here is somebody else, though nobody has called reset.
    expect(await prove(peer, { id: who.id })).toEqual({ ...nobody, id: who.id, verified: true });
    expect(await prove(await visitor(), { email: who.email })).toMatchObject({ labels: ['vip'] });
    // Both in one token are the same person.
    const both = { id: `both-${who.id}`, email: who.email };
    expect(await prove(await visitor(), both)).toMatchObject({ ...both, labels: ['vip'] });
  });
});

describe('[ID-25] beside a token stands what an unsigned tag may say', () => {
  test('labels and data add; what is signed wins', async () => {
    const peer = await visitor();
    const claims = { ...who, labels: ['signed'], additionalTaggingData: { plan: 'gold' } };
    const beside = { ...who, firstname: 'Eva', labels: ['page'], additionalTaggingData: { plan: 'free', cart: 2 } };
    expect(await prove(peer, claims, beside)).toEqual({
      ...who,
      labels: ['signed'],
      additionalTaggingData: { plan: 'gold', cart: 2 },
      verified: true,
    });
  });

  test.each(['id', 'email'] as const)('another %s, or one that the token does not name, is refused', async (key) => {
    const peer = await visitor();
    await expect(prove(peer, who, { [key]: `other-${who[key]}` })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const without = key === 'id' ? { email: who.email } : { id: who.id };
    await expect(prove(peer, without, { [key]: who[key] })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining(key),
    });
    expect(await later(peer)).toBeUndefined();
  });
});

test('[ID-26] what was only claimed opens nothing once the site is in signed mode, and is there again if it is not', async () => {
  const peer = await visitor();
  const claimed = await tag(peer, { ...who, firstname: 'Claimed' });
  const proven = await visitor();
  await prove(proven, { id: `p-${who.id}` });
  await mode('signed');
  expect(await later(peer)).toBeUndefined();
  expect(await later(proven)).toMatchObject({ verified: true });
  await mode('open');
  expect(await later(peer)).toEqual(claimed);
  await mode('signed');
  expect(await tag(await visitor({ token: await token(peer) }), { labels: ['new'] })).toEqual({
    ...nobody,
    labels: ['new'],
  });
});

describe('[ID-21] keys', () => {
  const add = (body: object) => rest<{ kid: string; secret: string }>('POST', 'identity-keys', body);

  test('are told once, listed without their secret, and named once', async () => {
    const { status, body } = await add({ kid: `k${number}` });
    expect({ status, body }).toEqual({
      status: 201,
      body: { kid: `k${number}`, algorithm: 'HS256', createdAt: expect.any(String), secret: expect.any(String) },
    });
    expect(body.secret.length).toBeGreaterThan(40);
    expect(await add({ kid: `k${number}`, secret: 'another one' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`k${number}`) },
    });
    const listed = await rest('GET', 'identity-keys');
    expect(listed.body['items']).toContainEqual({
      kid: `k${number}`,
      algorithm: 'HS256',
      createdAt: expect.any(String),
    });
    expect(JSON.stringify(listed.body)).not.toContain(body.secret);
    const audit = JSON.stringify((await rest('GET', 'audit')).body);
    expect(audit).toContain('identity-key.created');
    expect(audit).not.toContain(body.secret);
    expect((await rest('DELETE', `identity-keys/k${number}`)).status).toBe(204);
    expect((await rest('DELETE', `identity-keys/k${number}`)).status).toBe(404);
  });

  test('take over from one another without a moment in which nobody gets in; a deleted one is void at once', async () => {
    const { secret: next } = (await add({ kid: 'next', algorithm: 'HS512' })).body;
    const renewed = { externalToken: jwt(who, next, { alg: 'HS512', kid: 'next' }) };
    expect(await prove(await visitor(), who)).toMatchObject({ verified: true });
    const peer = await visitor();
    expect(await tag(peer, renewed)).toMatchObject({ ...who, verified: true });
    expect((await rest('DELETE', 'identity-keys/next')).status).toBe(204);
    await expect(tag(peer, renewed)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

test('[ID-14] a signed tag before a reset binds nobody after it', async () => {
  const peer = await visitor();
  const tagged = prove(peer, who);
  const next = await peer.request('visitor.reset', {});
  await tagged;
  expect((await (await visitor({ token: next.token })).event('visitor.welcome')).person).toBeUndefined();
  expect(await later(peer)).toBeUndefined();
});
