import { describe, expect, it, vi } from 'vitest';
import type { RouteName } from '#protocol/api.ts';
import type { ConversationId, MessageId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AnswerCache } from '#signaling/http/AnswerCache.ts';
import { AuthenticationCache } from '#signaling/http/AuthenticationCache.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { watchWrites } from '#signaling/store/watchWrites.ts';
import { API_KEY, authenticator, demoSite, fakeHandlers, status, USER_TOKEN } from './fakes.ts';
import { bearer, raw, startHere } from './harness.ts';

const remembering = () => new AuthenticationCache({ ...authenticator, isRevoked: () => false });

const site = { kind: 'site', site: demoSite.id } as const;
const otherSite = 'other' as SiteId;
const all: readonly RouteName[] = [
  'listAgents',
  'listCustomers',
  'listActiveUsers',
  'listConversations',
  'listMessages',
];

/** Keeps an answer of each route, and answers which of them still stand. */
function keepAll(answers: AnswerCache): () => RouteName[] {
  for (const route of all) answers.keep(route, site, `/${route}`, answers.version(route, site.site), '{}');
  return () => all.filter((route) => answers.get(site, `/${route}`));
}

describe('[HTTP-34] answers to polling', () => {
  it('stand for their caller and address until something happens, for a second at most', () => {
    vi.useFakeTimers();
    try {
      const answers = new AnswerCache();
      const keep = (url: string) =>
        answers.keep('listAgents', site, url, answers.version('listAgents', site.site), '{"name":"Zoë"}');
      keep('/a');
      expect(answers.get(site, '/a')).toMatchObject({ route: 'listAgents', body: '{"name":"Zoë"}', length: '15' });
      expect(answers.get({ ...site }, '/a')).toBeUndefined();
      expect(answers.get(site, '/b')).toBeUndefined();
      answers.touch();
      expect(answers.get(site, '/a')).toBeUndefined();
      keep('/a');
      vi.advanceTimersByTime(1_000);
      expect(answers.get(site, '/a')).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('stand while something else happens, and on another site', () => {
    const answers = new AnswerCache();
    const standing = (...happened: Parameters<AnswerCache['touch']>) => {
      const left = keepAll(answers);
      answers.touch(...happened);
      return left();
    };
    expect(standing(site.site, 'agents')).toEqual(all.slice(1));
    expect(standing(site.site, 'chats')).toEqual(['listAgents', 'listCustomers', 'listActiveUsers']);
    expect(standing(site.site, 'people')).toEqual(['listAgents', 'listActiveUsers']);
    expect(standing(site.site, 'presence')).toEqual(['listAgents', 'listCustomers', 'listMessages']);
    expect(standing(otherSite)).toEqual(all);
    expect(standing(site.site)).toEqual([]);
  });

  it('are not kept if something happened while they were made, nor with a key in the address, nor if large', () => {
    const answers = new AnswerCache();
    const version = () => answers.version('listAgents', site.site);
    const before = version();
    answers.touch();
    answers.keep('listAgents', site, '/a', before, '{}');
    answers.keep('listAgents', site, '/a?access_token=x', version(), '{}');
    answers.keep('listAgents', site, '/b', version(), 'x'.repeat(300_000));
    answers.keep('getSite', site, '/c', version(), '{}');
    for (const url of ['/a', '/a?access_token=x', '/b', '/c']) expect(answers.get(site, url)).toBeUndefined();
    for (let i = 0; i < 1_100; i++) answers.keep('listAgents', site, `/${i}`, version(), '{}');
    expect([answers.get(site, '/1'), answers.get(site, '/1099')?.body]).toEqual([undefined, '{}']);
  });

  it('are made once a caller; who may not ask is refused all the same', async () => {
    let made = 0;
    const answers = new AnswerCache();
    const { url } = await startHere({
      answers,
      authenticator: remembering(),
      limits: { apiKey: 5 },
      rest: fakeHandlers({
        listAgents: async () => {
          made++;
          return { items: [{ ...status, name: `Ann ${made}` }] };
        },
      }),
    });
    const list = async (secret: string) => {
      const response = await fetch(`${url}/rest/v1/agents`, { headers: bearer(secret) });
      return response.ok ? ((await response.json()) as { items: { name: string }[] }).items[0]?.name : response.status;
    };
    expect([await list(API_KEY), await list(API_KEY)]).toEqual(['Ann 1', 'Ann 1']);
    expect([await list(USER_TOKEN), await list('wrong'), await list('')]).toEqual(['Ann 2', 401, 401]);
    answers.touch(demoSite.id, 'agents');
    expect([await list(API_KEY), await list(API_KEY), await list(API_KEY), await list(API_KEY)]).toEqual([
      'Ann 3',
      'Ann 3',
      'Ann 3',
      429,
    ]);
  });

  it('carry the same headers, limits included, line in the log and count as one that is made', async () => {
    const { port, lines, url } = await startHere({
      answers: new AnswerCache(),
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
    const written = lines().filter(({ route }) => route === 'listAgents');
    const { ms: _ms, time: _time, ...line } = written[0] ?? {};
    expect(written).toHaveLength(4);
    expect(written[1]).toEqual({ ...line, ms: expect.any(Number), time: expect.any(Number) });
    const counted = await (await fetch(`${url}/metrics`)).text();
    expect(counted).toContain('coview_rest_requests_total{route="listAgents",status="200"} 3');
  });

  it('end with every write to the store, from its begin to its end', async () => {
    const store = await TypeOrmStore.open({ file: ':memory:' });
    const told: unknown[] = [];
    const watched = watchWrites(store, (part, site) => told.push([part, site]));
    await watched.sites.create(demoSite, 'hash');
    expect(told).toHaveLength(2);
    await expect(watched.sites.create(demoSite, 'hash')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(told).toHaveLength(4);
    expect(await watched.sites.get(demoSite.id)).toEqual(demoSite);
    await watched.ping();
    expect(told).toHaveLength(4);
    await watched.customers.unbind(demoSite.id, newId('v'));
    const message = {
      conversationId: newId<ConversationId>('cn'),
      at: 0,
      author: { kind: 'site' as const },
      text: 'a',
    };
    const from = (site: SiteId) => ({ ...message, site, id: newId<MessageId>('m'), uploader: 'site' });
    const policy = { apply: (before: never) => before, outbox: () => [] };
    await watched.chat.append([from(demoSite.id), from(demoSite.id), from(otherSite)], policy);
    expect(told.slice(4)).toEqual([
      ...Array(2).fill(['customers', demoSite.id]),
      ...Array(2)
        .fill([
          ['chat', demoSite.id],
          ['chat', otherSite],
        ])
        .flat(),
    ]);
    await watched.close();
  });

  it('end with every method of the store but those that only read', async () => {
    const store = await TypeOrmStore.open({ file: ':memory:' });
    const silent: string[] = [];
    for (const [part, methods] of Object.entries(store)) {
      if (typeof methods !== 'object' || methods === null) continue;
      for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(methods))) {
        let told = 0;
        const watched = watchWrites(store, () => {
          told++;
        }) as unknown as Record<string, Record<string, unknown>>;
        const method = watched[part]?.[name];
        if (name === 'constructor' || name === 'close' || typeof method !== 'function') continue;
        await Promise.resolve()
          .then(() => method())
          .catch(() => undefined);
        if (told === 0) silent.push(name);
      }
    }
    await store.close();
    expect(
      [...new Set(silent)].filter((name) => !/^(get|getMany|find\w*|list\w*|search|history|idle)$/.test(name)),
    ).toEqual(expect.arrayContaining(['openChats', 'visitorsOf', 'nextDue']));
    expect(silent).not.toContain('append');
  });
});
