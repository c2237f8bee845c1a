import { afterEach, describe, expect, test } from 'vitest';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import type { Answer } from './rawRequest.ts';

const rate = { perSecond: 50, burst: 100 };
const FLOOD = 1_000;

/** A clock that goes on when the test says so: a socket's bucket fills at no other time. */
let now = 0;
let service: TestService;
const start = async (requestRate = { ...rate, now: () => now }) => {
  service = await TestService.start({ requestRate });
};
afterEach(() => service.stop());

const times = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

const granted = (answers: readonly Answer[]) => answers.filter((answer) => 'data' in answer).length;

function expectLimited(answers: readonly Answer[]): void {
  const refused = answers.filter((answer) => 'error' in answer);
  const [first] = refused;
  expect(first).toEqual({ error: { code: 'RATE_LIMITED', message: expect.stringContaining('too many requests') } });
  for (const answer of refused) expect(answer).toEqual(first);
}

describe('[SAFE-21] of 1,000 requests at once', () => {
  test('the burst is granted and every other one RATE_LIMITED; the socket works again, and others never notice', async () => {
    await start();
    const [flooder, neighbour] = await Promise.all([Peer.visitor(service.url), Peer.visitor(service.url)]);
    const [answers, others] = await Promise.all([
      times(FLOOD, (index) => flooder.raw('presence.page', { title: `page ${index}` })),
      times(rate.burst, (index) => neighbour.raw('visitor.tag', { firstname: `John ${index}` })),
    ]);
    expect(answers).toHaveLength(FLOOD);
    expect(granted(answers)).toBe(rate.burst);
    expect(granted(answers.slice(0, rate.burst))).toBe(rate.burst);
    expectLimited(answers);
    expect(granted(others)).toBe(rate.burst);

    expect(granted(await times(1, () => flooder.raw('presence.page', {})))).toBe(0);
    now += 1_000;
    const second = await times(FLOOD, () => flooder.raw('presence.page', {}));
    expect(granted(second)).toBe(rate.perSecond);
    expectLimited(second);
    now += 3_600_000;
    expect(granted(await times(FLOOD, () => flooder.raw('presence.page', {})))).toBe(rate.burst);
    expect(flooder.socket.connected).toBe(true);
    for (const peer of [flooder, neighbour]) peer.close();
  });

  test('at the rate that pages have in real life, about the burst is granted', async () => {
    service = await TestService.start({ env: { RATE_LIMITS: '1' } });
    const [flooder, neighbour] = await Promise.all([Peer.visitor(service.url), Peer.visitor(service.url)]);
    const began = performance.now();
    const flood = times(FLOOD, () => flooder.raw('presence.page', {}));
    for (let i = 0; i < 20; i++) expect(await neighbour.raw('presence.page', {})).toHaveProperty('data');
    const answers = await flood;
    const filled = Math.ceil((performance.now() - began) / 1_000) * rate.perSecond;
    expect(granted(answers)).toBeGreaterThanOrEqual(rate.burst);
    // A slow machine gives the bucket time to fill.
    expect(granted(answers)).toBeLessThanOrEqual(Math.min(FLOOD, rate.burst + filled));
    expectLimited(answers);
    for (const peer of [flooder, neighbour]) peer.close();
  });

  test.each([
    ['requests that are wrong', ['request', 'presence.page', { title: 7 }]],
    ['methods that do not exist', ['request', 'nothing', {}]],
    ['requests that are too large', ['request', 'presence.page', { title: 'x'.repeat(MAX_REQUEST_CHARS) }]],
    ['events that are no request', ['anything', {}]],
  ])('%s count too', async (_what, [event, ...parts]) => {
    await start();
    const peer = await Peer.visitor(service.url);
    const send = (): Promise<Answer> => peer.socket.timeout(20_000).emitWithAck(event as string, ...parts);
    const answers = await times(rate.burst + 20, send);
    const codes = answers.map((answer) => ('error' in answer ? answer.error.code : 'ok'));
    expect(codes.slice(0, rate.burst)).not.toContain('RATE_LIMITED');
    expect(new Set(codes.slice(rate.burst))).toEqual(new Set(['RATE_LIMITED']));
    peer.close();
  });

  test('what asks for no answer counts too', async () => {
    await start();
    const peer = await Peer.visitor(service.url);
    for (let i = 0; i < rate.burst; i++) peer.socket.emit('request', 'presence.page', {});
    expect(await peer.raw('presence.page', {})).toHaveProperty('error.code', 'RATE_LIMITED');
    peer.close();
  });
});

test('[SAFE-22] a flood that never lets up ends the socket that sends it, and no other', async () => {
  await start();
  const [flooder, neighbour] = await Promise.all([Peer.visitor(service.url), Peer.visitor(service.url)]);
  const ended = flooder.ended();
  for (let i = 0; i < 6 * FLOOD; i++) flooder.socket.emit('request', 'presence.page', {});
  await ended;
  expect(await neighbour.raw('presence.page', {})).toHaveProperty('data');
  neighbour.close();
});

test('[SAFE-21] nothing that was granted is lost in the flood', async () => {
  await start();
  const [flooder, neighbour] = await Promise.all([Peer.visitor(service.url), Peer.visitor(service.url)]);
  const agent = await Peer.agent(service.url, service.token());
  const email = 'flooder@example.com';
  const tags = times(FLOOD, (index) =>
    flooder.raw('visitor.tag', { email, additionalTaggingData: { [`k${index % 90}`]: index } }),
  );
  const { person } = await neighbour.request('visitor.tag', { email: 'neighbour@example.com' });
  const answers = await tags;
  const last = answers.findLastIndex((answer) => 'data' in answer);
  expect(last).toBe(rate.burst - 1);
  expect(await agent.request('presence.status', { query: email })).toMatchObject({
    additionalTaggingData: { [`k${last % 90}`]: last, k10: 10, k0: 90 },
  });
  expect(person.email).toBe('neighbour@example.com');
  for (const peer of [flooder, neighbour, agent]) peer.close();
});
