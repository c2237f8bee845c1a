import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
const kept = <P extends Peer>(peer: P): P => {
  open.push(peer);
  return peer;
};

beforeAll(async () => {
  service = await TestService.start();
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

const visitor = async (auth?: Record<string, unknown>) => kept(await Peer.visitor(service.url, auth));
const agent = async () => kept(await Peer.agent(service.url, service.token()));

test('[ID-15] reset gives a new identity at once: all sockets of the old one end, and the other tabs are told who they are now', async () => {
  const first = await visitor();
  const { visitorId, token } = await first.event('visitor.welcome');
  const second = await visitor({ token });
  await first.request('visitor.tag', { email: 'reset@example.com' });
  const next = await first.request('visitor.reset', {});
  expect(next).toEqual({ visitorId: expect.stringMatching(/^v_/), token: expect.any(String) });
  expect(next.visitorId).not.toBe(visitorId);
  expect(await second.event('visitor.replaced')).toEqual(next);
  await Promise.all([first.ended(), second.ended()]);

  const again = await visitor({ token: next.token });
  expect(await again.event('visitor.welcome')).toEqual({ ...next, calls: [], state: expect.anything() });
});

test('[ID-69] sockets of one visitor that reset at once are told one new identity; a tag between does not outlive the second', async () => {
  const first = await visitor();
  const { token } = await first.event('visitor.welcome');
  const second = await visitor({ token });
  const third = await visitor({ token });
  // Whose socket ends before the answer is there asks again, as pages do.
  const reset = (peer: Peer) =>
    peer.request('visitor.reset', {}).catch(async () => (await visitor({ token })).request('visitor.reset', {}));
  const [one, other] = await Promise.all([
    reset(first),
    reset(second),
    third.request('visitor.tag', { email: 'between@example.com' }).catch(() => {}),
  ]);
  expect(other).toEqual(one);
  const later = await visitor({ token });
  await later.request('visitor.tag', { email: 'between@example.com' });
  expect(await later.request('visitor.reset', {})).toEqual(one);
  expect((await (await visitor({ token })).event('visitor.welcome')).person).toBeUndefined();
});

test('[ID-15] whoever was reset is off the list at once, and a token of before knows nobody any more', async () => {
  const watcher = await agent();
  const peer = await visitor();
  const { visitorId, token } = await peer.event('visitor.welcome');
  await peer.request('visitor.tag', { email: 'gone@example.com' });
  expect(await watcher.request('presence.watch', { on: true })).toMatchObject([{ visitorId }]);
  const next = await peer.request('visitor.reset', {});
  expect(await watcher.request('presence.list', {})).toEqual([]);
  expect(await watcher.event('presence.changed', ({ gone }) => gone.includes(visitorId))).toEqual({
    changed: [],
    gone: [visitorId],
  });
  await expect(watcher.request('calling.start', { visitorId, kind: 'screen' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const old = await visitor({ token });
  expect((await old.event('visitor.welcome')).person).toBeUndefined();
  const fresh = await visitor({ token: next.token });
  await expect(watcher.request('calling.start', { visitorId: next.visitorId, kind: 'screen' })).rejects.toMatchObject({
    code: 'NOT_TAGGED',
  });
  fresh.close();
});

test('[ID-16] the server keeps the person: the next tag finds everything that was known', async () => {
  const peer = await visitor();
  const data = { id: 42, email: 'keep@example.com', labels: ['vip'], additionalTaggingData: { plan: 'gold' } };
  const { person } = await peer.request('visitor.tag', data);
  const { token } = await peer.request('visitor.reset', {});
  const fresh = await visitor({ token });
  expect((await fresh.request('visitor.tag', { email: 'keep@example.com' })).person).toEqual(person);
  const audit = await service.rest('GET', 'audit');
  const { items } = (await audit.json()) as { items: { action: string; actor: string }[] };
  expect(items).toContainEqual(
    expect.objectContaining({ action: 'visitor.reset', actor: expect.stringMatching(/^visitor:v_/) }),
  );
});

test('[ID-17] reset ends the visitor’s call', async () => {
  const peer = await visitor();
  const { visitorId } = await peer.event('visitor.welcome');
  await peer.request('visitor.tag', { email: 'incall@example.com' });
  const caller = await agent();
  const { call } = await caller.request('calling.start', { visitorId, kind: 'screen' });
  await peer.request('calling.answer', { callId: call.id, accept: true });
  await peer.request('visitor.reset', {});
  const ended = await caller.event('calling.changed', (event) => event.call.state === 'ended');
  expect(ended.call).toMatchObject({ id: call.id, reason: 'ended' });
  await expect(caller.request('media.join', { callId: call.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
