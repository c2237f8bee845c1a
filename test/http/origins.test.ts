import { describe, expect, it } from 'vitest';
import { API_KEY, demoSite, siteLookup, USER_TOKEN } from './fakes.ts';
import { bearer, startHere } from './harness.ts';

const ours = { ...demoSite, settings: { ...demoSite.settings, allowedOrigins: ['https://crm.example'] } };
const other = {
  ...demoSite,
  id: 'other' as typeof demoSite.id,
  settings: { ...demoSite.settings, allowedOrigins: ['https://other.example'] },
};
const sites = siteLookup(ours, other);

describe('[HTTP-35] REST from pages of other origins', () => {
  const ask = async (origin: string, init: RequestInit = {}) => {
    const { url } = await startHere({ sites });
    return fetch(`${url}/rest/v1/agents`, { ...init, headers: { ...init.headers, origin } });
  };
  const preflight = (origin: string) =>
    ask(origin, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' },
    });

  it('lets in what the site allows, with its preflight', async () => {
    const asked = await preflight('https://crm.example');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://crm.example');
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    const answer = await ask('https://crm.example', { headers: bearer(USER_TOKEN) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://crm.example');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toMatch(/origin/i);
  });

  it('tells a page that may ask why it was refused', async () => {
    const answer = await ask('https://crm.example', { headers: bearer('cvu_nobody') });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://crm.example');
  });

  it.each(['https://evil.example', 'null', 'https://crm.example.evil.example', 'http://crm.example'])(
    'refuses %s',
    async (origin) => {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const answer = await ask(origin, { headers: bearer(USER_TOKEN) });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    },
  );

  it('holds the request to its caller’s own site, and programs to none', async () => {
    expect((await ask('https://other.example', { headers: bearer(API_KEY) })).status).toBe(403);
    const { url } = await startHere({ sites });
    expect((await fetch(`${url}/rest/v1/agents`, { headers: bearer(API_KEY) })).status).toBe(200);
  });
});
