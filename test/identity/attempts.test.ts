import { expect, test } from 'vitest';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';

test('[AGENT-3] a key has so many attempts in a window, whatever other keys do', () => {
  const attempts = new AttemptLimiter(2, 1_000);
  expect([1, 2, 3].map((at) => attempts.take('anna', at))).toEqual([true, true, false]);
  expect(attempts.take('ben', 500)).toBe(true);
  expect(attempts.take('anna', 1_000)).toBe(false);
  expect(attempts.take('anna', 1_001)).toBe(true);
  expect([1_002, 1_003].map((at) => attempts.take('anna', at))).toEqual([true, false]);
  expect([1_004, 1_005].map((at) => attempts.take('ben', at))).toEqual([true, false]);
});
