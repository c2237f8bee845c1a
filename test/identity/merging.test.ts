import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import type { CustomerId, MessageId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { jwt } from './jwt.ts';

const demo = 'demo' as SiteId;
const secret = 'the demo shop’s key';
let service: TestService;
const open: Peer[] = [];
let number = 0;
let email: string;

beforeAll(async () => {
  service = await TestService.start();
  await service.rest('POST', 'identity-keys', { kid: 'main', secret });
});
beforeEach(() => {
  email = `writer${++number}@example.com`;
});
afterEach(async () => {
  await service.rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function visitor(auth?: Record<string, unknown>): Promise<Peer> {
  const peer = await Peer.visitor(service.url, auth);
  open.push(peer);
  return peer;
}
async function agent(): Promise<Peer> {
  const peer = await Peer.agent(service.url, service.token());
  open.push(peer);
  return peer;
}
const say = (peer: Peer, text: string) => peer.request('chat.send', { message: { id: newId<MessageId>('m'), text } });
const read = async (peer: Peer) => (await peer.request('chat.history', {})).messages.map(({ text }) => text);
const claimed = (): MethodRequest<'visitor.tag'> => ({ email });
const proven = (): MethodRequest<'visitor.tag'> => ({ externalToken: jwt({ email }, secret) });

describe.each([
  ['claimed', claimed],
  ['proven', proven],
] as const)('[ID-24] the history of a %s person', (_, who) => {
  test('what an anonymous browser wrote goes over, behind what the person wrote before', async () => {
    const home = await visitor();
    await home.request('visitor.tag', who());
    await say(home, 'first, at home');
    const phone = await visitor();
    await say(phone, 'second, by phone');
    const { chat, person } = await phone.request('visitor.tag', who());
    expect(person).toMatchObject({ email });
    expect(chat).toMatchObject({ lastSeq: 2 });
    expect(await read(phone)).toEqual(['first, at home', 'second, by phone']);
    expect(await read(home)).toEqual(['first, at home', 'second, by phone']);
  });

  test('of a person without a conversation the anonymous one becomes the conversation', async () => {
    const peer = await visitor();
    const { conversationId } = await say(peer, 'hello');
    const { chat } = await peer.request('visitor.tag', who());
    expect(chat).toMatchObject({ conversationId, lastSeq: 1 });
    expect(await read(peer)).toEqual(['hello']);
  });

  test('a reset leaves an empty chat; the next login brings the history back (seed 000)', async () => {
    const peer = await visitor();
    await peer.request('visitor.tag', who());
    await say(peer, 'before the logout');
    const { token } = await peer.request('visitor.reset', {});
    const next = await visitor({ token });
    expect((await next.event('visitor.welcome')).chat).toBeUndefined();
    expect(await read(next)).toEqual([]);
    await say(next, 'as nobody');
    const { chat } = await next.request('visitor.tag', who());
    expect(chat?.lastSeq).toBe(2);
    expect(await read(next)).toEqual(['before the logout', 'as nobody']);
  });
});

describe('[ID-24] nothing else goes over', () => {
  test('a claim does not show a verified person’s history, nor a signature a claimed one’s', async () => {
    const honest = await visitor();
    await honest.request('visitor.tag', proven());
    await say(honest, 'verified words');
    const thief = await visitor();
    expect((await thief.request('visitor.tag', claimed())).chat).toBeUndefined();
    expect(await read(thief)).toEqual([]);
    await say(thief, 'claimed words');
    // The claiming browser proves itself at last: what it wrote under the claim stays with the claim.
    await thief.request('visitor.tag', proven());
    expect(await read(thief)).toEqual(['verified words']);
    const other = await visitor();
    await other.request('visitor.tag', claimed());
    expect(await read(other)).toEqual(['claimed words']);
  });

  test('in signed mode whoever claims an email reads nothing and merges nothing', async () => {
    const honest = await visitor();
    await honest.request('visitor.tag', proven());
    await say(honest, 'verified words');
    const before = await visitor();
    await before.request('visitor.tag', claimed());
    await say(before, 'claimed words');
    const { token } = await before.event('visitor.welcome');
    await service.rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
    const thief = await visitor();
    await say(thief, 'anonymous words');
    await expect(thief.request('visitor.tag', claimed())).rejects.toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(await read(thief)).toEqual(['anonymous words']);
    expect(await read(honest)).toEqual(['verified words']);
    await before.event('visitor.replaced');
    await before.ended();
    // What was claimed while the site believed pages is nobody’s now.
    const again = await visitor({ token });
    const welcome = await again.event('visitor.welcome');
    expect(welcome).not.toHaveProperty('person');
    expect(welcome).not.toHaveProperty('chat');
    expect(await read(again)).toEqual([]);
  });

  test('who was proven and becomes somebody else takes nothing along', async () => {
    const peer = await visitor();
    await peer.request('visitor.tag', proven());
    await say(peer, 'of the first');
    await peer.request('visitor.tag', { email: `other-${email}` });
    expect(await read(peer)).toEqual([]);
    await peer.request('visitor.tag', proven());
    expect(await read(peer)).toEqual(['of the first']);
  });
});

test('[ID-27] who writes untagged is in no list of users, but agents see the conversation, and where the writer is', async () => {
  const peer = await visitor();
  const { visitorId } = await peer.event('visitor.welcome');
  const watcher = await agent();
  await watcher.request('presence.watch', { on: true });
  const { conversationId } = await say(peer, 'who am I?');
  const shown = async () =>
    (await watcher.request('conversation.list', {})).items.find(({ id }) => id === conversationId);
  expect(await shown()).toMatchObject({
    person: { labels: [], verified: false },
    present: { visitorId, url: 'http://shop.test/' },
  });
  expect((await watcher.request('presence.list', {})).map((user) => user.visitorId)).not.toContain(visitorId);
  expect(await watcher.request('presence.status', { query: visitorId })).toEqual({});
  await peer.request('presence.page', { url: 'http://shop.test/cart' });
  expect((await shown())?.present?.url).toBe('http://shop.test/cart');
  const { customerId } = (await shown()) ?? {};
  const listed = await (await service.rest('GET', 'customers?limit=200')).text();
  expect(listed).not.toContain(customerId);
  expect(await service.coview.store.customers.get(demo, customerId as CustomerId)).toMatchObject({ tagged: false });
  await peer.request('visitor.tag', { firstname: 'Now' });
  expect(await shown()).toMatchObject({ customerId, person: { firstname: 'Now' }, present: { visitorId } });
  expect((await watcher.request('presence.list', {})).map((user) => user.visitorId)).toContain(visitorId);
});
