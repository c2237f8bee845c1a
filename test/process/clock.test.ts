import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SiteId } from '#protocol/ids.ts';
import { RequestLimiter } from '#signaling/gateway/RequestLimiter.ts';
import { AuthenticationCache } from '#signaling/http/AuthenticationCache.ts';
import { Windows } from '#signaling/http/Windows.ts';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';
import { Kept } from '#signaling/store/Kept.ts';

const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** What an operator does, or a time server; no time passes by it. */
const setClock = (ms: number) => void vi.setSystemTime(Date.now() + ms);

test.each([-HOUR, HOUR])('[RUN-24] a clock that is set by %i ms changes no limit', (jump) => {
  const rate = new RequestLimiter({ perSecond: 1, burst: 3 });
  const attempts = new AttemptLimiter(3, 1_000);
  const windows = new Windows(3);
  const take = () => [rate.take(), attempts.take('anna'), !windows.take('anna').refused];
  expect(take()).toEqual([true, true, true]);
  setClock(jump);
  expect(take()).toEqual([true, true, true]);
  expect(take()).toEqual([true, true, true]);
  expect(take()).toEqual([false, false, false]);
  expect(windows.take('anna').reset).toBe(60);
  vi.advanceTimersByTime(60_000);
  expect(take()).toEqual([true, true, true]);
});

test('[RUN-24] what another process has changed counts within a second, also after a clock was set back', async () => {
  let asked = 0;
  const caller = { kind: 'site', site: 'acme' as SiteId } as const;
  const authenticate = async () => (asked++ === 0 ? caller : undefined);
  const cache = new AuthenticationCache({ authenticate, isRevoked: () => false }, { learn: async () => undefined });
  const kept = new Kept();
  const read = () => kept.read('acme' as SiteId, 'thing', '', async () => asked);
  expect(await cache.authenticate('key')).toBe(caller);
  expect(await read()).toBe(1);
  setClock(-HOUR);
  expect(cache.known('key')).toBe(caller);
  vi.advanceTimersByTime(1_000);
  expect(await cache.authenticate('key')).toBeUndefined();
  expect(await read()).toBe(2);
});
