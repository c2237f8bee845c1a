import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { API_KEY } from './fakes.ts';
import { bearer, startHere } from './harness.ts';

const fine = async () => true;
const never = () => new Promise<never>(() => {});

afterEach(() => vi.useRealTimers());

describe('health', () => {
  it('[HTTP-20] /healthz answers while the process does, whatever its parts do', async () => {
    const { url } = await startHere({ checks: { database: never, media: never } });
    const response = await fetch(`${url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { alive: true }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('[HTTP-20] /readyz names each part', async () => {
    const { url } = await startHere({ checks: { database: fine, media: fine } });
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([200, { ready: true, database: 'ok', media: 'ok' }]);
  });

  it('[HTTP-20] /readyz is 503 while a part fails, tells nobody why, and logs it', async () => {
    const broken = () => Promise.reject(new Error('no route to db.internal'));
    const throwing = () => {
      throw new Error('at once');
    };
    const checks = { database: broken, media: async () => false, redis: throwing };
    const { url, logText } = await startHere({ checks });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, database: 'failed', media: 'failed', redis: 'failed' });
    expect(logText()).toContain('no route to db.internal');
  });

  it('[HTTP-20] /readyz waits two seconds at most, and checks once however often it is asked', async () => {
    let checked = 0;
    const database = () => {
      checked++;
      return never();
    };
    const { http, url } = await startHere({ checks: { database, media: fine } });
    let asked = 0;
    http.server.on('request', () => asked++);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answers = Promise.all([1, 2, 3].map(() => fetch(`${url}/readyz`)));
    await expect.poll(() => asked).toBe(3);
    await vi.advanceTimersByTimeAsync(2_000);
    const responses = await answers;
    expect(await responses[0]?.json()).toEqual({ ready: false, database: 'timed out', media: 'ok' });
    expect(responses.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(checked).toBe(1);
  });
});

describe('metrics', () => {
  it('[HTTP-21] counts REST requests by route and status, never by path', async () => {
    const { url } = await startHere();
    await fetch(`${url}/rest/v1/site`, { headers: bearer(API_KEY) });
    await fetch(`${url}/rest/v1/site`);
    await fetch(`${url}/rest/v1/active-users/somebody%40example.com`, { headers: bearer(API_KEY) });
    await fetch(`${url}/rest/v1/secret-path`);
    await fetch(`${url}/desk/`);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
    const text = await response.text();
    expect(text).toContain('coview_rest_requests_total{route="getSite",status="200"} 1');
    expect(text).toContain('coview_rest_requests_total{route="getSite",status="401"} 1');
    expect(text).toContain('coview_rest_requests_total{route="getActiveUser",status="404"} 1');
    expect(text).toContain('coview_rest_requests_total{route="unknown",status="404"} 1');
    expect(text).toContain('coview_rest_request_seconds_count{route="getSite"} 2');
    expect(text).toContain('process_cpu_user_seconds_total');
    expect(text).not.toMatch(/somebody|secret-path|\/rest/);
  });

  it('[HTTP-21] shares a registry with the other parts', async () => {
    const registry = new Registry();
    const first = await startHere({ registry });
    expect(await (await fetch(`${first.url}/metrics`)).text()).toContain('nodejs_version_info');
    expect(registry.getSingleMetric('coview_rest_requests_total')).toBeDefined();
  });
});
