import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { CvError } from '#protocol/errors.ts';
import type { IdempotencyRecord, IdempotencyStore } from '#signaling/store/Store.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { testDatabase } from '#test/support/testDatabase.ts';
import { ADMIN_TOKEN, API_KEY, ann, demoSite, fakeHandlers, USER_TOKEN } from './fakes.ts';
import { bearer, json, problemOf, type Running, start, startHere } from './harness.ts';
import { ask, questionOf, routeNames, strangerIds } from './restCases.ts';

let store: TypeOrmStore;
let server: Running;
/** What the handlers did. */
let done: unknown[] = [];
/** Every record as it is kept. */
const kept: Partial<IdempotencyRecord>[] = [];
/** Before a key is given free. */
let beforeRelease: () => Promise<void> = async () => {};

function recording(real: IdempotencyStore): IdempotencyStore {
  return {
    begin: (record) => {
      kept.push(record);
      return real.begin(record);
    },
    finish: (record, answer) => {
      kept.push({ ...record, answer });
      return real.finish(record, answer);
    },
    release: async (record) => {
      await beforeRelease();
      await real.release(record);
    },
    deleteBefore: (createdAt) => real.deleteBefore(createdAt),
  };
}

let act: () => Promise<void> = async () => {};

beforeAll(async () => {
  store = await TypeOrmStore.open(await testDatabase());
  await store.sites.create(demoSite, 'hash');
  server = await start({
    idempotency: recording(store.idempotency),
    rest: fakeHandlers({
      createAgent: async ({ body }) => {
        await act();
        done.push(body);
        return { ...ann, email: body.email, name: `${body.name} ${done.length}` };
      },
      issueToken: async () => ({ token: `cvu_${'S'.repeat(43)}`, agent: ann }),
    }),
  });
});
afterEach(() => {
  vi.useRealTimers();
  beforeRelease = async () => {};
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const create = (
  key: string,
  body: object = { email: 'bob@example.com', name: 'Bob' },
  secret = API_KEY,
  url = server.url,
) =>
  fetch(`${url}/rest/v1/agents`, {
    method: 'POST',
    headers: { ...bearer(secret), ...json, 'Idempotency-Key': key },
    body: JSON.stringify(body),
  });

const fresh = () => {
  done = [];
  return crypto.randomUUID();
};

const backBy = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - ms });

/** A request under this key of which nothing was heard for more than a minute. */
async function loseOne(key: string) {
  backBy(61_000);
  const hanging = held();
  const answer = create(key);
  await hanging.begun;
  vi.useRealTimers();
  return { ...hanging, answer };
}

/** From now on the handler waits. */
function held(): { begun: Promise<void>; go(): void } {
  let go = () => {};
  const end = new Promise<void>((resolve) => {
    go = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    act = () => {
      resolve();
      return end;
    };
  });
  return { begun, go };
}

describe('a POST under an Idempotency-Key', () => {
  it('[HTTP-27] is done once; sent again it gets the first answer again, and says so', async () => {
    const key = fresh();
    const first = await create(key);
    const again = await create(key);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await again.text()).toBe(await first.text());
    expect(done).toHaveLength(1);
    await create(fresh());
    expect(done).toHaveLength(1);
  });

  const posts = routeNames.filter((name) => (routes[name] as Route).verb === 'POST');

  it.each(posts.filter((name) => routes[name].auth !== 'none'))('[HTTP-27] so it is for %s', async (name) => {
    const headers = { 'idempotency-key': fresh() };
    const question = questionOf(name, { ...strangerIds(), email: 'john@example.com' });
    const [first, again] = [
      await ask(server.url, question, API_KEY, headers),
      await ask(server.url, question, API_KEY, headers),
    ];
    expect([first.status, again.status]).toEqual([(routes[name] as Route).status, first.status]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.text()).toBe(await first.text());
  });

  it('[HTTP-27] of two at once one is done; the other is told to ask again soon', async () => {
    const key = fresh();
    const hanging = held();
    const first = create(key);
    await hanging.begun;
    act = async () => {};
    const second = await create(key);
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1']);
    expect((await problemOf(second)).code).toBe('CONFLICT');
    hanging.go();
    expect((await first).status).toBe(201);
    expect((await create(key)).headers.get('idempotent-replayed')).toBe('true');
    expect(done).toHaveLength(1);
  });

  it('[HTTP-28] belongs to its caller, its route and its request', async () => {
    const key = fresh();
    await create(key);
    const other = await create(key, { email: 'eve@example.com', name: 'Eve' });
    expect([other.status, (await problemOf(other)).code]).toEqual([409, 'CONFLICT']);
    const elsewhere = await ask(server.url, questionOf('createWebhook', strangerIds()), API_KEY, {
      'idempotency-key': key,
    });
    expect(elsewhere.headers.get('idempotent-replayed')).toBeNull();
    const admins = await ask(server.url, questionOf('createWebhook', strangerIds()), ADMIN_TOKEN, {
      'idempotency-key': key,
    });
    expect([admins.status, admins.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect(done).toHaveLength(1);
  });

  it('[HTTP-28] gives nothing to who is refused before', async () => {
    const key = fresh();
    await create(key);
    for (const [secret, status] of [
      ['wrong', 401],
      [USER_TOKEN, 403],
    ] as const) {
      const refused = await create(key, undefined, secret);
      expect([refused.status, refused.headers.get('idempotent-replayed')]).toEqual([status, null]);
    }
  });

  it.each(['a b', 'ä', 'x'.repeat(201)])('[HTTP-28] %j is no key', async (key) => {
    const response = await create(encodeURIComponent(key) === key ? key : Buffer.from(key).toString('latin1'));
    expect(await problemOf(response)).toMatchObject({
      code: 'INVALID_INPUT',
      detail: expect.stringContaining('Idempotency-Key'),
    });
  });

  it('[HTTP-28] a refusal stays one; what failed may be tried again', async () => {
    const refusing = fresh();
    act = () => Promise.reject(new CvError('CONFLICT', 'There is such an agent.'));
    const first = await create(refusing);
    act = async () => {};
    const again = await create(refusing);
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([409, 409, 'true']);
    expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await again.text()).toBe(await first.text());
    for (const error of [
      new CvError('UNAVAILABLE', 'Later.'),
      new CvError('RATE_LIMITED', 'Later.'),
      new Error('bug'),
    ]) {
      const failing = fresh();
      act = () => Promise.reject(error);
      expect((await create(failing)).status).toBeGreaterThanOrEqual(429);
      act = async () => {};
      expect([(await create(failing)).status, done.length]).toEqual([201, 1]);
    }
  });

  it('[HTTP-28] means nothing to other verbs, and where nobody is asked who they are', async () => {
    for (const name of ['getSite', 'updateAgent', 'login'] satisfies RouteName[]) {
      const question = questionOf(name, strangerIds());
      const headers = { 'idempotency-key': 'not a key' };
      expect((await ask(server.url, question, API_KEY, headers)).status, name).toBeLessThan(300);
    }
  });
});

describe('what is kept of it', () => {
  it('[HTTP-29] opens with the caller’s own secret alone', async () => {
    kept.length = 0;
    const key = fresh();
    const question = questionOf('issueToken', strangerIds());
    const first = await (await ask(server.url, question, API_KEY, { 'idempotency-key': key })).json();
    expect(first).toMatchObject({ token: `cvu_${'S'.repeat(43)}` });
    expect(kept.map(({ answer }) => typeof answer)).toEqual(['undefined', 'string']);
    const text = JSON.stringify(kept);
    for (const secret of ['cvu_', 'SSSS', ann.email, key, API_KEY]) expect(text).not.toContain(secret);
    expect(Buffer.from(kept[1]?.answer ?? '', 'base64url').toString('latin1')).not.toContain('cvu_');
  });

  it('[HTTP-29] goes after a day, and holds no later request up', async () => {
    const key = fresh();
    backBy(24 * 60 * 60_000 + 1000);
    await create(key);
    vi.useRealTimers();
    expect((await create(key)).headers.get('idempotent-replayed')).toBeNull();
    expect(done).toHaveLength(2);
  });

  it('[HTTP-29] a request that its process took with it is not under way for ever', async () => {
    const key = fresh();
    const lost = await loseOne(key);
    act = async () => {};
    expect((await create(key)).status).toBe(201);
    lost.go();
  });

  it('[HTTP-27] of many who come after it one is done', async () => {
    const key = fresh();
    const lost = await loseOne(key);
    const hanging = held();
    const { promise: foundByBoth, resolve } = Promise.withResolvers<void>();
    let found = 0;
    beforeRelease = async () => {
      if (++found === 1) return foundByBoth;
      resolve();
      // It gives the key free when the first one has it.
      await hanging.begun;
    };
    const both = [create(key), create(key)];
    const first = await Promise.any(both);
    expect(first.status).toBe(409);
    hanging.go();
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 409]);
    // And the lost one, which ends after all, neither frees the key nor answers for the other.
    lost.go();
    expect((await lost.answer).status).toBe(201);
    const again = (await (await create(key)).json()) as { name: string };
    expect([again.name, done.length]).toEqual(['Bob 1', 2]);
  });

  it('[HTTP-29] without a store of keys the header means nothing', async () => {
    const { url } = await startHere();
    const key = fresh();
    const [one, two] = [await create(key, undefined, API_KEY, url), await create(key, undefined, API_KEY, url)];
    expect([one.status, two.status, two.headers.get('idempotent-replayed')]).toEqual([201, 201, null]);
  });
});
