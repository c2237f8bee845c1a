import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SiteId } from '#protocol/ids.ts';
import type { IdentityKey } from '#protocol/site.ts';
import { SignedTags } from '#signaling/identity/SignedTags.ts';
import type { IdentityKeyRecord } from '#signaling/store/Store.ts';
import { jwt } from './jwt.ts';

const shop = 'shop' as SiteId;
const secret = 'the key of the shop, 32 characters or more';
const claims = { id: 'user-1', email: 'User@Example.com', firstname: 'Eva' };
const now = () => Math.floor(Date.now() / 1000);

const key = (kid: string, algorithm: IdentityKey['algorithm'], value: string, site = shop): IdentityKeyRecord => ({
  site,
  kid,
  algorithm,
  secret: value,
  createdAt: 0,
});
function signed(...keys: IdentityKeyRecord[]) {
  const tags = new SignedTags({ of: (site) => keys.filter((one) => one.site === site) });
  return (token: string, site = shop) => tags.verify(site, token);
}
const verify = signed(key('main', 'HS256', secret));
const refused = (why: string) => ({ code: 'SIGNATURE_INVALID', message: expect.stringContaining(why) });

describe('[ID-19] the claims of a signed token are the tag', () => {
  test.each(['HS256', 'HS384', 'HS512'] as const)('%s', async (alg) => {
    const check = signed(key('main', alg, secret));
    expect(await check(jwt(claims, secret, { alg }))).toEqual({ ...claims, email: 'user@example.com' });
  });

  test('[ID-53] empty claims count as left out, with sub in the place of an empty id', async () => {
    const empty = { email: null, firstname: '', lastname: null, labels: null, additionalTaggingData: null };
    for (const id of [null, '', undefined]) {
      expect(await verify(jwt({ ...empty, id, sub: 'user-1' }, secret))).toEqual({ id: 'user-1' });
    }
    expect(await verify(jwt({ id: 'user-1', email: '', assignedUser: null }, secret))).toEqual({
      id: 'user-1',
      assignedUser: null,
    });
  });

  test('with sub as the id where there is no id, and without what is no part of a tag', async () => {
    expect(await verify(jwt({ sub: 42, iat: now(), iss: 'shop', roles: ['x'] }, secret))).toEqual({ id: '42' });
    expect(await verify(jwt({ id: 'own', sub: 'other' }, secret))).toEqual({ id: 'own' });
    expect(await verify(jwt({ email: 'a@example.com', externalToken: 'x' }, secret))).toEqual({
      email: 'a@example.com',
    });
  });

  test('a token of another maker, with a short key and without exp', async () => {
    const head = Buffer.from('{"typ":"JWT","alg":"HS256"}').toString('base64url');
    const body = Buffer.from('{"id":"1"}').toString('base64url');
    const signature = createHmac('sha256', 'supersecretkey').update(`${head}.${body}`).digest('base64url');
    const check = signed(key('old', 'HS256', 'supersecretkey'));
    expect(await check(`${head}.${body}.${signature}`)).toEqual({ id: '1' });
  });

  test('it holds from nbf to exp, where it has them', async () => {
    const holds = { ...claims, nbf: now() - 60, exp: now() + 60 };
    expect(await verify(jwt(holds, secret))).toMatchObject({ id: 'user-1' });
  });

  test('[ID-64] clocks that differ by less than half a minute refuse nobody; of more the refusal speaks of clocks', async () => {
    for (const shifted of [{ nbf: now() + 20 }, { exp: now() - 20 }]) {
      expect(await verify(jwt({ ...claims, ...shifted }, secret))).toMatchObject({ id: 'user-1' });
    }
    await expect(verify(jwt({ ...claims, nbf: now() + 60 }, secret))).rejects.toMatchObject(refused('clocks'));
  });
});

describe('[ID-20] a token that proves nothing is refused, and says why', () => {
  const good = jwt(claims, secret);
  const [head, body, signature] = good.split('.') as [string, string, string];
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const forged = Buffer.from(JSON.stringify({ ...claims, id: 'admin' })).toString('base64url');

  test.each([
    ['its claims changed', `${head}.${forged}.${signature}`, 'signature'],
    [
      'its signature changed',
      `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      'signature',
    ],
    ['alg none, signature kept', `${none}.${body}.${signature}`, 'alg'],
    ['alg none, no signature', `${none}.${body}.`, 'alg'],
    ['alg in another case', jwt(claims, secret, { alg: 'hs256' }), 'alg'],
    ['another algorithm than the key’s', jwt(claims, secret, { alg: 'HS512' }), 'alg'],
    ['an algorithm with a public key', jwt(claims, secret, { alg: 'RS256' }), 'alg'],
    ['an unknown kid', jwt(claims, secret, { kid: 'other' }), 'kid'],
    ['a kid that is no text', jwt(claims, secret, { kid: ['main'] }), ''],
    ['another key', jwt(claims, `${secret}!`), 'signature'],
    ['an expired one', jwt({ ...claims, exp: now() - 60 }, secret), 'expired'],
    ['one for later', jwt({ ...claims, nbf: now() + 60 }, secret), 'nbf'],
    ['an exp that is no number', jwt({ ...claims, exp: 'never' }, secret), 'exp'],
    ['an unknown critical header', jwt(claims, secret, { crit: ['x'], x: 1 }), ''],
    ['not encoded claims (b64)', jwt(claims, secret, { crit: ['b64'], b64: false }), ''],
    ['no claims', jwt({}, secret), 'id'],
    ['claims that are a list', jwt(['id'], secret), 'malformed'],
    ['an email that is none', jwt({ email: 'nobody' }, secret), 'email'],
    ['an id that is an object', jwt({ id: { $ne: null } }, secret), 'id'],
    ['half a token', `${head}.${body}`, ''],
    ['encrypted, five parts', `${head}.${body}.${signature}.a.b`, ''],
    ['no token at all', 'let me in', 'not a JWT'],
    ['dots', '..', 'not a JWT'],
    ['a nul', `${head}\u0000.${body}.${signature}`, ''],
  ])('%s', async (_, token, why) => {
    await expect(verify(token)).rejects.toMatchObject(refused(why));
  });

  test.each([
    ['id', 1234567890123456788n],
    ['sub', 1234567890123456789n],
    ['id', 9007199254740993n],
    ['id', 1e300],
    ['id', 1.5],
  ])('[ID-50] a number as %s that is not exact: %s', async (name, number) => {
    const token = jwt(`{"${name}":${number},"email":"kim@example.com"}`, secret);
    await expect(verify(token)).rejects.toMatchObject(refused('9007199254740991: send a larger one as text'));
    expect(await verify(jwt({ [name]: String(number) }, secret))).toEqual({ id: String(number) });
    expect(await verify(jwt({ [name]: Number.MAX_SAFE_INTEGER }, secret))).toEqual({ id: '9007199254740991' });
  });

  test.each([
    ['id', 'root\u00a0'],
    ['sub', ' root'],
    ['id', 'ro\u200bot'],
    ['id', 'root\u0001'],
    ['id', 'root\ud800'],
    ['id', '\u3164'],
    ['email', ' kim@example.com'],
    ['email', 'ki\u00adm@example.com'],
    ['email', 'kim\u0007@example.com'],
  ])('[ID-51] %s %j, which cleaned would be another one’s', async (name, value) => {
    await expect(verify(jwt({ [name]: value }, secret))).rejects.toMatchObject(refused(name === 'sub' ? 'id' : name));
  });

  test('another site’s', async () => {
    const both = signed(key('main', 'HS256', secret), key('main', 'HS256', 'another', 'other' as SiteId));
    await expect(both(good, 'other' as SiteId)).rejects.toMatchObject(refused('signature'));
    await expect(both(good, 'third' as SiteId)).rejects.toMatchObject(refused('no identity key'));
  });
});

describe('[ID-21] the key says which algorithm it verifies', () => {
  const keys = [key('old', 'HS256', secret), key('new', 'HS512', 'the new key'), key('next', 'HS256', 'the next key')];
  const check = signed(...keys);

  test('with kid that key alone is tried', async () => {
    expect(await check(jwt(claims, 'the next key', { kid: 'next' }))).toMatchObject({ id: 'user-1' });
    await expect(check(jwt(claims, 'the next key', { kid: 'old' }))).rejects.toMatchObject(refused('signature'));
    await expect(check(jwt(claims, 'the new key', { kid: 'new' }))).rejects.toMatchObject(refused('alg'));
  });

  test('without kid every key of the algorithm', async () => {
    expect(await check(jwt(claims, secret))).toMatchObject({ id: 'user-1' });
    expect(await check(jwt(claims, 'the next key'))).toMatchObject({ id: 'user-1' });
    expect(await check(jwt(claims, 'the new key', { alg: 'HS512' }))).toMatchObject({ id: 'user-1' });
    await expect(check(jwt(claims, 'the new key'))).rejects.toMatchObject(refused('signature'));
  });

  test('what the right key says of its time is not asked of another', async () => {
    const late = jwt({ ...claims, exp: now() - 60 }, 'the next key');
    await expect(check(late)).rejects.toMatchObject(refused('expired'));
  });
});
