import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { CvError, errorCodes, httpStatus } from '#protocol/errors.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { ADMIN_TOKEN, API_KEY, ann, authenticator, demoSite, fakeHandlers, status, USER_TOKEN } from './fakes.ts';
import { bearer, json, problemOf, type Running, start, startHere } from './harness.ts';
import { ask, questionOf, strangerIds } from './restCases.ts';

let server: Running;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

/** What the fakes know: the visitor who is on the site. */
const ids = { ...strangerIds(), agent: 'ann@example.com', email: `v_${'V'.repeat(22)}` };

const send = (name: RouteName, secret?: string, base = server.url) => {
  const question = questionOf(name, ids);
  const personal = name === 'tagCustomer' ? { ...question, body: { email: 'john@example.com' } } : question;
  return ask(base, personal, secret);
};

const entries = Object.entries(routes) as [RouteName, Route][];
const secretFor = { none: undefined, site: API_KEY, agent: USER_TOKEN, any: API_KEY, admin: API_KEY };

describe('routes', () => {
  it.each(entries)('[HTTP-1] %s is served at its path and verb, with its status and answer', async (name, route) => {
    const response = await send(name, secretFor[route.auth]);
    expect(response.status).toBe(route.status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    if (!route.response) return expect(await response.text()).toBe('');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(route.response.safeParse(await response.json()).success).toBe(true);
  });

  it('[HTTP-1] hands the handler parsed input and the caller', async () => {
    const seen: unknown[] = [];
    const rest = fakeHandlers({
      updateAgent: async (request) => {
        seen.push(request);
        return ann;
      },
      listAgents: async ({ caller, query }) => {
        seen.push({ kind: caller.kind, query });
        return { items: [] };
      },
    });
    const { url } = await startHere({ rest });
    await send('updateAgent', API_KEY, url);
    await fetch(`${url}/rest/v1/agents?limit=7&unknown=1`, { headers: bearer(USER_TOKEN) });
    expect(seen).toEqual([
      {
        caller: { kind: 'site', site: demoSite.id },
        params: { email: 'ann@example.com' },
        query: undefined,
        body: { name: 'Anna', teams: ['Sales'] },
      },
      { kind: 'agent', query: { limit: 7 } },
    ]);
  });

  it('[HTTP-1] answers HEAD as GET, without the body', async () => {
    const response = await fetch(`${server.url}/rest/v1/site`, { method: 'HEAD', headers: bearer(API_KEY) });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('[HTTP-6] an unknown path is NOT_FOUND, another verb 405 with Allow', async () => {
    const unknown = await fetch(`${server.url}/rest/v1/nothing`);
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([404, 'NOT_FOUND']);
    for (const path of ['/rest', '/rest/', '/rest/v1/AGENTS', '/rest/v2/agents']) {
      expect((await fetch(server.url + path)).status).toBe(404);
    }
    const wrong = await fetch(`${server.url}/rest/v1/agents`, { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('HEAD, GET, POST, PUT, OPTIONS');
    expect(await wrong.json()).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    expect((await fetch(`${server.url}/rest/v1/agents`, { method: 'PROPFIND' })).status).toBe(405);
  });

  it('[HTTP-6] lets no other origin in', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'GET' };
    for (const method of ['OPTIONS', 'GET']) {
      const response = await fetch(`${server.url}/rest/v1/site`, { method, headers });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('callers', () => {
  it.each(entries.filter(([, { auth }]) => auth !== 'none'))('[HTTP-2] %s needs a caller', async (name) => {
    const missing = await send(name);
    expect(missing.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="CoView"');
    expect((await problemOf(missing)).code).toBe('UNAUTHENTICATED');
    const wrong = await send(name, 'nobodys');
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('[HTTP-2] takes access_token instead of the header, but not both', async () => {
    const site = `${server.url}/rest/v1/site`;
    expect((await fetch(`${site}?access_token=${API_KEY}`)).status).toBe(200);
    expect((await fetch(`${site}?access_token=wrong`)).status).toBe(401);
    const both = await fetch(`${site}?access_token=${API_KEY}`, { headers: bearer(API_KEY) });
    expect([both.status, (await problemOf(both)).code]).toEqual([400, 'INVALID_INPUT']);
    expect((await fetch(`${site}?access_token=a&access_token=b`)).status).toBe(400);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', `Bearer ${'x'.repeat(5000)}`, 'bearer a b', `Token ${API_KEY}`])(
    '[HTTP-2] refuses %s',
    async (Authorization) => {
      expect((await fetch(`${server.url}/rest/v1/site`, { headers: { Authorization } })).status).toBe(401);
    },
  );

  it('[HTTP-3] lets through the kinds of callers that the route names', async () => {
    const outcomes = await Promise.all(
      entries.map(async ([name, { auth }]) => {
        const answers = await Promise.all([API_KEY, USER_TOKEN, ADMIN_TOKEN].map((secret) => send(name, secret)));
        return [name, auth, ...answers.map(({ status }) => status === 403)] as const;
      }),
    );
    for (const [name, auth, ...refused] of outcomes) {
      const agentRefused = auth === 'site' || auth === 'admin';
      expect([name, ...refused]).toEqual([name, auth === 'agent', agentRefused, auth === 'site']);
    }
    expect(outcomes.filter(([, auth]) => auth === 'admin').length).toBeGreaterThan(20);
  });

  it('[HTTP-3] a route for everybody asks nobody, whatever old token comes along', async () => {
    const asked: string[] = [];
    const { url } = await startHere({
      authenticator: {
        authenticate: async (secret) => {
          asked.push(secret);
          return undefined;
        },
      },
    });
    expect((await send('login', 'an-old-token', url)).status).toBe(201);
    expect(asked).toEqual([]);
  });

  it('[HTTP-2] does not read a stranger’s body', async () => {
    const response = await fetch(`${server.url}/rest/v1/agents`, { method: 'POST', headers: json, body: '{' });
    expect(response.status).toBe(401);
  });
});

describe('errors', () => {
  const failing = (error: unknown) =>
    startHere({ rest: fakeHandlers({ getSite: () => Promise.reject(error) }), checkResponses: false });

  it.each(errorCodes)('[HTTP-5] a handler’s %s is a problem with its status', async (code) => {
    const { url } = await failing(new CvError(code, 'What to do about it.'));
    const response = await send('getSite', API_KEY, url);
    expect(response.status).toBe(httpStatus[code]);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.has('www-authenticate')).toBe(httpStatus[code] === 401);
    const detail = code === 'INTERNAL' ? 'The server could not do this; its log says why.' : 'What to do about it.';
    expect(await response.json()).toEqual({
      type: `/docs/errors.html#${code}`,
      title: expect.any(String),
      status: httpStatus[code],
      detail,
      code,
    });
  });

  it.each([new TypeError('password=hunter2 at /srv/db.ts'), 'a bare string', undefined, { code: 'NOT_FOUND' }])(
    '[HTTP-5] anything else is INTERNAL, shows nothing and is logged with its cause (%s)',
    async (error) => {
      const server = await failing(error instanceof Error ? new Error('outer', { cause: error }) : error);
      const response = await send('getSite', API_KEY, server.url);
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(text).not.toMatch(/hunter2|outer|srv|stack|bare/);
      expect(JSON.parse(text).code).toBe('INTERNAL');
      const line = server.lines().find(({ msg }) => msg === 'request failed');
      expect(line).toMatchObject({ level: 50, route: 'getSite' });
      if (error instanceof Error) expect(JSON.stringify(line)).toContain('hunter2');
    },
  );

  it('[HTTP-5] an authenticator that fails is not a refusal', async () => {
    const { url } = await startHere({
      authenticator: { authenticate: () => Promise.reject(new CvError('UNAVAILABLE', 'Try again.')) },
    });
    expect((await send('getSite', API_KEY, url)).status).toBe(503);
  });

  it('[HTTP-10] with checkResponses an answer that does not fit, or carries more, is INTERNAL', async () => {
    const record = { ...status, passwordHash: 'scrypt$secret' };
    const leaking = await startHere({ rest: fakeHandlers({ listAgents: async () => ({ items: [record] }) }) });
    const response = await send('listAgents', API_KEY, leaking.url);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('scrypt');
    expect(leaking.logText()).toContain('carries more than its schema');

    const wrong = { ...ann, role: 'boss' } as unknown as typeof ann;
    const unfit = await startHere({ rest: fakeHandlers({ createAgent: async () => wrong }) });
    expect((await send('createAgent', API_KEY, unfit.url)).status).toBe(500);
    const unchecked = await startHere({
      rest: fakeHandlers({ createAgent: async () => wrong }),
      checkResponses: false,
    });
    expect((await send('createAgent', API_KEY, unchecked.url)).status).toBe(201);
  });

  it('[HTTP-10] with checkResponses an error that the route does not declare is INTERNAL', async () => {
    const rest = fakeHandlers({ getSite: () => Promise.reject(new CvError('CALL_BUSY', 'Ringing.')) });
    const { url, logText } = await startHere({ rest });
    expect((await send('getSite', API_KEY, url)).status).toBe(500);
    expect(logText()).toContain('getSite does not declare the error CALL_BUSY');
  });

  it('[HTTP-5] a handler that answers nothing where the contract promises something is INTERNAL', async () => {
    const rest = fakeHandlers({ getSite: async () => undefined as unknown as typeof demoSite });
    const { url } = await startHere({ rest, checkResponses: false });
    expect((await send('getSite', API_KEY, url)).status).toBe(500);
  });
});

describe('types', () => {
  it('[HTTP-24] a route without a handler does not compile', () => {
    const { getSite: _, ...rest } = fakeHandlers();
    // @ts-expect-error getSite is missing
    const handlers: RestHandlers = rest;
    expect(handlers).toBe(rest);
    fakeHandlers({
      getSite: async ({ caller }) => {
        // @ts-expect-error a route for the site’s API key has no agent
        expect(caller.agent).toBeUndefined();
        return demoSite;
      },
    });
    // @ts-expect-error an answer that does not fit its schema
    fakeHandlers({ getSite: async () => ({ id: demoSite.id }) });
    expect(authenticator).toBeDefined();
  });
});
