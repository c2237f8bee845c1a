import { describe, expect, test } from 'vitest';
import type { SiteId, WebhookId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import { afterTry, retryDelay } from '#signaling/webhooks/afterTry.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-01-14T12:00:00Z');

const delivery = (more: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: newId('dl'),
  site: 'acme' as SiteId,
  webhookId: newId<WebhookId>('wh'),
  type: 'message.new',
  payload: '{}',
  state: 'pending',
  attempts: 0,
  createdAt: now - 1000,
  nextAttemptAt: now,
  ...more,
});

const wait = (chance: number) => (tries: number) => retryDelay(tries, chance);
const next = (retryAfter: string, status = 503) =>
  (afterTry(delivery(), { status, retryAfter }, now, wait(0.5)).nextAttemptAt ?? 0) - now;

describe('[HOOK-9] when it is tried again', () => {
  test('ten tries, each wait longer than the one before, whatever the jitter', () => {
    for (const chance of [0, 0.5, 1]) {
      const waits = Array.from({ length: 10 }, (_, index) => retryDelay(index + 1, chance));
      expect(waits.pop()).toBeUndefined();
      expect(waits).toEqual((waits as number[]).toSorted((a, b) => a - b));
    }
  });

  test('spread over about three days', () => {
    const sum = (chance: number) =>
      Array.from({ length: 9 }, (_, index) => retryDelay(index + 1, chance) ?? 0).reduce((a, b) => a + b);
    expect(sum(0.5) / DAY).toBeCloseTo(3, 0);
    expect(sum(0)).toBeGreaterThan(2 * DAY);
    expect(sum(1)).toBeLessThan(4 * DAY);
  });

  test('the first time within seconds, and never twice at the same moment for all', () => {
    expect(retryDelay(1, 0.5)).toBe(5000);
    expect(retryDelay(1, 0)).toBeLessThan(retryDelay(1, 1) ?? 0);
  });

  test.each([
    ['seconds', '120', 120_000],
    ['a date', 'Wed, 14 Jan 2026 13:00:00 GMT', HOUR],
    ['sooner than we would', '1', 5000],
    ['a date that is past', 'Wed, 14 Jan 2026 11:00:00 GMT', 5000],
    ['longer than a day', '99999999999999999999', DAY],
    ['a date in a hundred years', 'Tue, 14 Jan 2126 13:00:00 GMT', DAY],
    ['nothing', '', 5000],
    ['nonsense', 'soon', 5000],
    ['a negative number', '-5', 5000],
  ])('Retry-After: %s', (_, header, expected) => {
    expect(next(header)).toBe(expected);
    expect(next(header, 429)).toBe(expected);
  });

  test('Retry-After counts for 429 and 503 alone', () => {
    for (const status of [500, 502, 404]) expect(next('3600', status)).toBe(5000);
  });
});

describe('[HOOK-10] what becomes of a delivery', () => {
  test.each([200, 201, 202, 204, 299])('%d: delivered', (status) => {
    const after = afterTry(delivery({ error: 'before', attempts: 3 }), { status }, now, wait(0));
    expect(after).toMatchObject({ state: 'delivered', deliveredAt: now, attempts: 4, status });
    expect([after.error, after.nextAttemptAt]).toEqual([undefined, undefined]);
  });

  test.each([100, 199, 300, 304, 307, 400, 401, 404, 409, 429, 500, 503, 599])('%d: tried again', (status) => {
    const after = afterTry(delivery(), { status }, now, wait(0.5));
    expect(after).toMatchObject({ state: 'pending', status, attempts: 1, nextAttemptAt: now + 5000 });
    expect(after.error).toContain(String(status));
  });

  test('410: dead at the first try', () => {
    const after = afterTry(delivery(), { status: 410 }, now, wait(0.5));
    expect(after).toMatchObject({ state: 'dead', attempts: 1 });
    expect(after.nextAttemptAt).toBeUndefined();
  });

  test('a test is never tried again', () => {
    const after = afterTry(delivery({ type: 'test' }), { error: 'Nobody there.' }, now, wait(0.5));
    expect(after).toMatchObject({ state: 'dead', error: 'Nobody there.' });
  });

  test('the tenth failure is the last, and so is every one that is asked for after it', () => {
    for (const attempts of [9, 10, 11]) {
      expect(afterTry(delivery({ attempts }), { status: 500 }, now, wait(0))).toMatchObject({ state: 'dead' });
    }
    expect(afterTry(delivery({ attempts: 8 }), { status: 500 }, now, wait(0))).toMatchObject({ state: 'pending' });
  });

  test('a failure forgets the status of the try before', () => {
    expect(afterTry(delivery({ status: 500 }), { error: 'x' }, now, wait(0)).status).toBeUndefined();
  });
});
