import { expect, it, vi } from 'vitest';
import { newId } from '#protocol/newId.ts';
import { AuthenticationCache } from '#signaling/http/AuthenticationCache.ts';
import type { RestCaller } from '#signaling/http/RestHandlers.ts';
import { ann, demoSite } from './fakes.ts';

function source() {
  const asked: string[] = [];
  const revoked = new Set<string>();
  const agent = { ...ann, site: demoSite.id };
  const callers: Record<string, RestCaller | undefined> = {
    key: { kind: 'site', site: demoSite.id },
    token: { kind: 'agent', site: demoSite.id, agent, tokenId: newId('tk') },
  };
  const learned: string[] = [];
  const cache = new AuthenticationCache(
    {
      authenticate: async (secret) => {
        asked.push(secret);
        return callers[secret];
      },
      isRevoked: (token) => revoked.has(token),
    },
    { learn: async (site) => learned.push(site) },
  );
  return { asked, revoked, callers, learned, cache };
}

it('[HTTP-33] a busy caller is looked up once, for a second at most', async () => {
  vi.useFakeTimers();
  try {
    const { asked, cache, callers } = source();
    for (let i = 0; i < 5; i++) expect(await cache.authenticate('key')).toBe(callers['key']);
    expect(asked).toEqual(['key']);
    vi.advanceTimersByTime(1_000);
    callers['key'] = undefined;
    expect(await cache.authenticate('key')).toBeUndefined();
    expect(await cache.authenticate('key')).toBeUndefined();
    expect(asked).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

it('[HTTP-33] a revoked or expired token ends at once, a changed agent counts at once', async () => {
  const { cache, callers, revoked, asked } = source();
  const token = callers['token'] as Extract<RestCaller, { kind: 'agent' }>;
  await cache.authenticate('token');
  cache.forget(token.agent.id);
  callers['token'] = { ...token, agent: { ...token.agent, teams: ['Other'] } };
  expect(await cache.authenticate('token')).toMatchObject({ agent: { teams: ['Other'] } });
  revoked.add(token.tokenId);
  callers['token'] = undefined;
  expect(await cache.authenticate('token')).toBeUndefined();
  callers['token'] = { ...token, tokenId: newId('tk'), expiresAt: Date.now() - 1 };
  const before = asked.length;
  await cache.authenticate('token');
  await cache.authenticate('token');
  expect(asked.length - before).toBe(2);
});

it('[HTTP-33] what was looked up while its agent changed is not kept', async () => {
  const { cache, callers, asked } = source();
  const token = callers['token'] as Extract<RestCaller, { kind: 'agent' }>;
  const looking = cache.authenticate('token');
  cache.forget(token.agent.id);
  await looking;
  await cache.authenticate('token');
  expect(asked).toHaveLength(2);
});
