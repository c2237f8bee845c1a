import { describe, expect, it, vi } from 'vitest';
import type { RestLimits } from '#signaling/http/RateLimits.ts';
import { Windows } from '#signaling/http/Windows.ts';
import { ADMIN_TOKEN, API_KEY, USER_TOKEN } from './fakes.ts';
import { bearer, json, problemOf, raw, startHere } from './harness.ts';

const limited = (limits: Partial<RestLimits>, proxies = 0) => startHere({ limits, proxies });
const get = (url: string, secret: string, path = 'site') =>
  fetch(`${url}/rest/v1/${path}`, { headers: bearer(secret) });

describe('limits of REST', () => {
  it('[HTTP-30] every answer tells where its caller stands, and a refused one when to come back', async () => {
    const { url } = await limited({ apiKey: 3 });
    for (const left of [2, 1, 0]) {
      const { status, headers } = await get(url, API_KEY);
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([
        200,
        '3',
        String(left),
      ]);
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
      expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
      expect(headers.get('retry-after')).toBeNull();
    }
    const refused = await get(url, API_KEY);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit-reset'));
    expect(await problemOf(refused)).toMatchObject({
      code: 'RATE_LIMITED',
      detail: expect.stringContaining('3 a minute'),
    });
  });

  it('[HTTP-30] one caller’s limit is not another’s, until the site’s is reached; the tighter one is told', async () => {
    const { url } = await limited({ apiKey: 2, userToken: 2, site: 3 });
    expect((await get(url, API_KEY)).status).toBe(200);
    expect((await get(url, API_KEY)).status).toBe(200);
    expect((await get(url, API_KEY)).status).toBe(429);
    const agents = await get(url, USER_TOKEN, 'agents');
    expect([agents.status, agents.headers.get('ratelimit-limit')]).toEqual([200, '3']);
    const over = await get(url, ADMIN_TOKEN);
    expect([over.status, over.headers.get('ratelimit-limit')]).toEqual([429, '3']);
  });

  it('[HTTP-30] a window begins with the first request of its key and ends a minute later', () => {
    vi.useFakeTimers();
    try {
      const windows = new Windows(2);
      expect(windows.take('a')).toEqual({ limit: 2, left: 1, reset: 60, refused: false });
      vi.advanceTimersByTime(59_000);
      expect([windows.take('a').refused, windows.take('a').refused]).toEqual([false, true]);
      expect(windows.take('b')).toMatchObject({ left: 1, reset: 60 });
      vi.advanceTimersByTime(1_000);
      expect([windows.take('a').left, windows.take('b').left]).toEqual([1, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('[HTTP-30] refusals and errors tell it too', async () => {
    const { url } = await limited({ apiKey: 100, userToken: 100, open: 100, refused: 100 });
    const told = async (response: Promise<Response>) => (await response).headers.get('ratelimit-limit');
    expect(await told(get(url, USER_TOKEN))).toBe('100');
    expect(await told(get(url, API_KEY, 'agents/nobody'))).toBe('100');
    expect(await told(get(url, API_KEY, 'nothing'))).toBe('100');
    expect(await told(get(url, 'wrong'))).toBe('100');
    expect(await told(fetch(`${url}/rest/v1/auth/token`, { method: 'POST', headers: json, body: '{}' }))).toBe('100');
    expect(await told(fetch(`${url}/rest/v1/site`, { method: 'DELETE' }))).toBe('100');
    expect(await told(fetch(`${url}/healthz`))).toBeNull();
  });

  it('[HTTP-31] who shows nothing that is valid is counted by address; who shows it is not held up', async () => {
    const { url } = await limited({ refused: 3, apiKey: 100 });
    const statuses: number[] = [];
    for (const secret of ['a', 'b', 'c', 'd']) statuses.push((await get(url, secret)).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect((await get(url, API_KEY)).status).toBe(200);
  });

  it('[HTTP-31] so are logins', async () => {
    const { url } = await limited({ open: 2 });
    const login = () =>
      fetch(`${url}/rest/v1/auth/token`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ email: 'ann@example.com', password: 'wrong' }),
      });
    const statuses = [(await login()).status, (await login()).status, (await login()).status];
    expect(statuses).toEqual([401, 401, 429]);
  });

  const from = async (port: number, forwarded: string) =>
    (await raw(port, '/rest/v1/site', { 'X-Forwarded-For': forwarded })).status;

  it('[HTTP-32] behind a trusted proxy the address is what that proxy saw, not what the sender wrote', async () => {
    const { port } = await limited({ refused: 1 }, 1);
    expect(await from(port, '203.0.113.1')).toBe(401);
    expect(await from(port, '203.0.113.1')).toBe(429);
    expect(await from(port, '198.51.100.9, 203.0.113.1')).toBe(429);
    expect(await from(port, '203.0.113.1, 198.51.100.9')).toBe(401);
    expect(await from(port, '::ffff:203.0.113.1')).toBe(429);
    expect(await from(port, '2001:db8:1:2:3::4')).toBe(401);
    expect(await from(port, '2001:db8:1:2:ffff::1')).toBe(429);
    expect(await from(port, '2001:db8:1:3::1')).toBe(401);
    expect(await from(port, 'nonsense')).toBe(401);
    expect(await from(port, 'more nonsense')).toBe(429);
    const two = await limited({ refused: 1 }, 2);
    expect(await from(two.port, '192.0.2.7, 203.0.113.1, 10.0.0.1')).toBe(401);
    expect(await from(two.port, '192.0.2.8, 203.0.113.1, 10.0.0.2')).toBe(429);
  });

  it('[HTTP-32] behind one that nobody told of nobody is counted by its address', async () => {
    const { port, url } = await limited({ refused: 1 });
    for (let i = 0; i < 3; i++) expect(await from(port, '203.0.113.1')).toBe(401);
    expect([(await get(url, 'x')).status, (await get(url, 'x')).status]).toEqual([401, 429]);
  });
});
