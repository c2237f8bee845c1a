import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import { AuthenticationCache } from '#signaling/http/AuthenticationCache.ts';
import { API_KEY, authenticator, fakeHandlers, status, USER_TOKEN } from './fakes.ts';
import { bearer, raw, startHere } from './harness.ts';

const remembering = () =>
  new AuthenticationCache({ ...authenticator, isRevoked: () => false }, { learn: async () => undefined });

afterEach(() => void vi.useRealTimers());

describe('[HTTP-34] polling', () => {
  it('is answered by the handler each time; who may not ask is refused all the same', async () => {
    let made = 0;
    const { url } = await startHere({
      authenticator: remembering(),
      limits: { apiKey: 4, refused: 100 },
      rest: fakeHandlers({
        listAgents: async ({ query }) => ({ items: [{ ...status, name: `${++made} of ${query.limit}` }] }),
      }),
    });
    const list = async (secret: string, limit = 7) => {
      const response = await fetch(`${url}/rest/v1/agents?limit=${limit}`, { headers: bearer(secret) });
      return response.ok ? ((await response.json()) as { items: { name: string }[] }).items[0]?.name : response.status;
    };
    expect([await list(API_KEY), await list(API_KEY), await list(API_KEY, 8)]).toEqual(['1 of 7', '2 of 7', '3 of 8']);
    expect([await list(USER_TOKEN), await list('wrong'), await list('')]).toEqual(['4 of 7', 401, 401]);
    expect([await list(API_KEY), await list(API_KEY), made]).toEqual(['5 of 7', 429, 5]);
  });

  it('of what only some may read is permitted each time', async () => {
    const { url } = await startHere({ authenticator: remembering() });
    const users = async (secret: string) =>
      (await fetch(`${url}/rest/v1/active-users`, { headers: bearer(secret) })).status;
    expect([await users(USER_TOKEN), await users(API_KEY), await users(USER_TOKEN)]).toEqual([200, 200, 200]);
    const customers = async (secret: string) =>
      (await fetch(`${url}/rest/v1/customers`, { headers: bearer(secret) })).status;
    const [first] = [await customers(API_KEY), await customers(API_KEY)];
    expect([first, await customers(USER_TOKEN), await customers(USER_TOKEN)]).toEqual([200, 200, 200]);
  });

  it('that fails is told of by its problem, and counted once', async () => {
    const answers: (() => never | object)[] = [];
    const { url, lines } = await startHere({
      authenticator: remembering(),
      limits: { apiKey: 100 },
      rest: fakeHandlers({ getAgent: async () => (answers.at(-1) ?? (() => status))() as never }),
    });
    const get = () => fetch(`${url}/rest/v1/agents/ann@example.com`, { headers: bearer(API_KEY) });
    expect((await get()).status).toBe(200);
    for (const [error, code, expected] of [
      [new CvError('NOT_FOUND', 'Gone.'), 'NOT_FOUND', 404],
      [new Error('broken'), 'INTERNAL', 500],
    ] as const) {
      answers.push(() => {
        throw error;
      });
      const response = await get();
      expect(response.status).toBe(expected);
      expect(await response.json()).toMatchObject({ code });
    }
    answers.push(() => status);
    expect((await get()).headers.get('ratelimit-remaining')).toBe('96');
    await expect.poll(() => lines().filter(({ msg }) => msg === 'request').length).toBe(4);
  });

  it('gets the same headers, limits included, line in the log and count as any other request', async () => {
    // The seconds that a window has left are the same in all of them.
    vi.useFakeTimers({ toFake: ['performance'] });
    const { port, lines, url } = await startHere({
      authenticator: remembering(),
      limits: { apiKey: 100, site: 50 },
    });
    const list = (more: Record<string, string> = {}) => raw(port, '/rest/v1/agents', { ...bearer(API_KEY), ...more });
    const asked = [
      await list(),
      await list(),
      await list({ Expect: 'nothing' }),
      await list({ 'Content-Length': '0' }),
    ];
    const { date: _, 'ratelimit-remaining': left, ...headers } = asked[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'x-frame-options': 'DENY' });
    expect([asked[2]?.status, left]).toEqual([417, '49']);
    for (const [i, expected] of [
      [1, '48'],
      [3, '47'],
    ] as const) {
      const { date: _, 'ratelimit-remaining': told, ...same } = asked[i]?.headers ?? {};
      expect([same, told, asked[i]?.text]).toEqual([headers, expected, asked[0]?.text]);
    }
    const page = await list({ Origin: 'https://elsewhere.example' });
    expect([page.status, page.headers['vary']]).toEqual([403, 'Origin']);
    const ofList = () => lines().filter(({ route }) => route === 'listAgents');
    await expect.poll(() => ofList().length).toBe(4);
    const written = ofList();
    const { ms: _ms, time: _time, ...line } = written[0] ?? {};
    expect(written[1]).toEqual({ ...line, ms: expect.any(Number), time: expect.any(Number) });
    const counted = await (await fetch(`${url}/metrics`)).text();
    expect(counted).toContain('coview_rest_requests_total{route="listAgents",status="200"} 3');
  });

  it('counts what comes at once before it answers', async () => {
    const { url } = await startHere({
      authenticator: remembering(),
      limits: { apiKey: 10 },
      rest: fakeHandlers({
        listAgents: async () => {
          await nextTurn();
          return { items: [status] };
        },
      }),
    });
    const list = async () => (await fetch(`${url}/rest/v1/agents`, { headers: bearer(API_KEY) })).status;
    expect(await list()).toBe(200);
    const told = await Promise.all(Array.from({ length: 30 }, list));
    expect(told.filter((code) => code === 200)).toHaveLength(9);
    expect(told.filter((code) => code === 429)).toHaveLength(21);
  });

  it('tells of what is frozen the same, and of what is not as it is by then', async () => {
    const frozen = Object.freeze({ items: [{ ...status, name: 'Zoë' }] });
    let answer = frozen;
    const { port } = await startHere({
      authenticator: remembering(),
      checkResponses: false,
      rest: fakeHandlers({ listAgents: async () => answer }),
    });
    const list = async () => (await raw(port, '/rest/v1/agents', bearer(API_KEY))).text;
    expect([await list(), await list()]).toEqual([JSON.stringify(frozen), JSON.stringify(frozen)]);
    answer = { items: [{ ...status, name: 'Ann' }] };
    expect(await list()).toContain('"Ann"');
    answer.items[0] = { ...status, name: 'Bea' };
    expect(await list()).toContain('"Bea"');
  });
});
