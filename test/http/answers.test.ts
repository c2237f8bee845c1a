import { describe, expect, it, vi } from 'vitest';
import { AnswerCache } from '#signaling/http/AnswerCache.ts';
import type { RestCaller } from '#signaling/http/RestHandlers.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { watchWrites } from '#signaling/store/watchWrites.ts';
import { ADMIN_TOKEN, API_KEY, demoSite, fakeHandlers, status, USER_TOKEN } from './fakes.ts';
import { bearer, json, startHere } from './harness.ts';

const site: RestCaller = { kind: 'site', site: demoSite.id };

describe('[HTTP-34] answers to polling', () => {
  it('stand for their caller and address until anything happens, for a second at most', () => {
    vi.useFakeTimers();
    try {
      const answers = new AnswerCache();
      const keep = (url: string) => answers.keep('listAgents', site, url, answers.generation, '{}');
      keep('/a');
      expect(answers.get(site, '/a')).toBe('{}');
      expect(answers.get({ kind: 'site', site: 'other' as typeof demoSite.id }, '/a')).toBeUndefined();
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

  it('are not kept if something happened while they were made, nor with a key in the address, nor if large', () => {
    const answers = new AnswerCache();
    const { generation } = answers;
    answers.touch();
    answers.keep('listAgents', site, '/a', generation, '{}');
    answers.keep('listAgents', site, '/a?access_token=x', answers.generation, '{}');
    answers.keep('listAgents', site, '/b', answers.generation, 'x'.repeat(300_000));
    answers.keep('getSite', site, '/c', answers.generation, '{}');
    for (const url of ['/a', '/a?access_token=x', '/b', '/c']) {
      expect([answers.get(site, url), answers.routeOf(url)]).toEqual([undefined, undefined]);
    }
    for (let i = 0; i < 1_100; i++) answers.keep('listAgents', site, `/${i}`, answers.generation, '{}');
    expect([answers.get(site, '/1'), answers.get(site, '/1099')]).toEqual([undefined, '{}']);
  });

  it('are made once a caller, and anew after whatever is no read; who may not ask is refused all the same', async () => {
    let made = 0;
    const { url } = await startHere({
      answers: new AnswerCache(),
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
    const body = JSON.stringify({ name: 'Shop' });
    await fetch(`${url}/rest/v1/site`, { method: 'PUT', headers: { ...bearer(ADMIN_TOKEN), ...json }, body });
    expect([await list(API_KEY), await list(API_KEY), await list(API_KEY), await list(API_KEY)]).toEqual([
      'Ann 3',
      'Ann 3',
      'Ann 3',
      429,
    ]);
    const again = await fetch(`${url}/rest/v1/agents`, { headers: bearer(USER_TOKEN) });
    expect(again.headers.get('cache-control')).toBe('no-store');
    expect(again.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('end with every write to the store, from its begin to its end', async () => {
    const store = await TypeOrmStore.open({ file: ':memory:' });
    let told = 0;
    const watched = watchWrites(store, () => {
      told++;
    });
    await watched.sites.create(demoSite, 'hash');
    expect(told).toBe(2);
    await expect(watched.sites.create(demoSite, 'hash')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(told).toBe(4);
    expect(await watched.sites.get(demoSite.id)).toEqual(demoSite);
    await watched.ping();
    expect(told).toBe(4);
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
