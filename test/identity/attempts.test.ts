import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CvError } from '#protocol/errors.ts';
import { AgentService } from '#signaling/identity/AgentService.ts';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';
import { TestService } from '#test/support/TestService.ts';

test('[AGENT-3] a key has so many attempts in a window, whatever other keys do', () => {
  const attempts = new AttemptLimiter(2, 1_000);
  expect([1, 2, 3].map((at) => attempts.take('anna', at))).toEqual([true, true, false]);
  expect(attempts.take('ben', 500)).toBe(true);
  expect(attempts.take('anna', 1_000)).toBe(false);
  expect(attempts.take('anna', 1_001)).toBe(true);
  expect([1_002, 1_003].map((at) => attempts.take('anna', at))).toEqual([true, false]);
  expect([1_004, 1_005].map((at) => attempts.take('ben', at))).toEqual([true, false]);
});

describe('[AGENT-32] who guesses keeps nobody at another address out', () => {
  const email = 'admin@example.com';
  const password = 'correct horse battery staple';
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ env: { TRUST_PROXY: '1' } });
    await service.rest('PATCH', `agents/${email}`, { password });
  });
  afterAll(() => service.stop());

  async function login(address: string, given: string, who = email): Promise<number> {
    const { status } = await fetch(`${service.url}/rest/v1/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.0.0.1, ${address}` },
      body: JSON.stringify({ email: who, password: given }),
    });
    return status;
  }

  test('ten wrong passwords of one address end the attempts of that address alone', async () => {
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => login('198.51.100.7', `guess ${n}`)));
    expect(guesses.sort()).toEqual([...Array(10).fill(401), 429, 429]);
    expect(await login('198.51.100.7', password)).toBe(429);
    expect(await login('203.0.113.9', password)).toBe(201);
  });

  test('the guesses of many addresses have an end too', async () => {
    const limits = { address: 2, anywhere: 5 };
    const agents = new AgentService(service.coview.store, { dropTokens: () => {} }, limits);
    const guess = (address: string, who = email) =>
      agents.login(who, 'a guess', undefined, address).catch((error: CvError) => error.code);
    const codes = [];
    for (const address of ['a', 'a', 'a', 'b', 'b', 'c', 'd']) codes.push(await guess(address));
    const [wrong, limited] = ['UNAUTHENTICATED', 'RATE_LIMITED'];
    expect(codes).toEqual([wrong, wrong, limited, wrong, wrong, wrong, limited]);
    expect(await guess('d', 'another@example.com')).toBe(wrong);
  });
});
