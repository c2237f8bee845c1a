import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Patience } from '#signaling/store/Patience.ts';

const MS = 5_000;
const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** Each of these tries is refused, so many milliseconds after the one before. */
function refusals(times: number, everyMs: number) {
  return vi.fn(() => {
    if (times-- <= 0) return 'done';
    vi.advanceTimersByTime(everyMs);
    throw busy;
  });
}

test('[STORE-95] who comes after one who was given up waits again, unless it is at once', async () => {
  const patience = new Patience(MS);
  await expect(patience.try(refusals(9, 2_000))).rejects.toBe(busy);
  const next = refusals(9, 0);
  await expect(patience.try(next)).rejects.toBe(busy);
  expect(next).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(await patience.try(refusals(2, 10))).toBe('done');
});
