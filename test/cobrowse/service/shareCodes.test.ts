import { describe, expect, test } from 'vitest';
import type { SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { ShareCodes } from '#signaling/cobrowse/ShareCodes.ts';

const shop = 'shop' as SiteId;
const other = 'other' as SiteId;
const visitor = () => newId<VisitorId>('v');
const MINUTE = 60_000;

describe('[COB-5] six digits to read out', () => {
  test('find the visitor on that site, for ten minutes', () => {
    const codes = new ShareCodes();
    const john = visitor();
    const { code, expiresAt } = codes.issue(shop, john, 0);
    expect(code).toMatch(/^\d{6}$/);
    expect(expiresAt).toBe(10 * MINUTE);
    expect(codes.find(shop, code, 10 * MINUTE - 1)).toBe(john);
    expect(codes.find(other, code, 1)).toBeUndefined();
    expect(codes.find(shop, code, 10 * MINUTE)).toBeUndefined();
  });

  test('are good once, and the visitor’s last ones alone', () => {
    const codes = new ShareCodes();
    const [john, mary] = [visitor(), visitor()];
    const first = codes.issue(shop, john, 0).code;
    const hers = codes.issue(shop, mary, 0).code;
    const second = codes.issue(shop, john, 1).code;
    if (first !== second) expect(codes.find(shop, first, 1)).toBeUndefined();
    expect(codes.find(shop, second, 1)).toBe(john);
    codes.forget(john);
    expect(codes.find(shop, second, 1)).toBeUndefined();
    expect(codes.find(shop, hers, 1)).toBe(mary);
  });

  test('no two visitors of a site have the same at once', () => {
    const codes = new ShareCodes();
    const all = Array.from({ length: 5_000 }, () => codes.issue(shop, visitor(), 0).code);
    expect(new Set(all).size).toBe(all.length);
  });

  test('[COB-19] are so few on one site that a guess rarely finds one; others make room for new ones', () => {
    const codes = new ShareCodes();
    for (let visitors = 0; visitors < 10_000; visitors++) codes.issue(shop, visitor(), visitors);
    const john = visitor();
    expect(() => codes.issue(shop, john, 10_000)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
    expect(codes.find(other, codes.issue(other, john, 10_000).code, 10_000)).toBe(john);
    const { code } = codes.issue(shop, john, 10 * MINUTE);
    expect(codes.find(shop, code, 10 * MINUTE)).toBe(john);
    codes.forget(john);
    codes.issue(shop, visitor(), 10 * MINUTE);
    expect(() => codes.issue(shop, visitor(), 10 * MINUTE)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });
});
