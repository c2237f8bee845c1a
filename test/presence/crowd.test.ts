import { afterEach, expect, it, vi } from 'vitest';
import type { CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { RestCaller } from '#signaling/http/RestHandlers.ts';
import { nobody } from '#signaling/identity/person.ts';
import { presenceRoutes } from '#signaling/presence/handlers.ts';
import { PresenceService } from '#signaling/presence/PresenceService.ts';
import { page } from '#test/support/Peer.ts';

const site = 'demo' as SiteId;
const caller = { kind: 'site', site } as const satisfies RestCaller;
const visitor = 'v_1' as VisitorId;
const customer = 'c_1' as CustomerId;
const [first, second] = ['t_1', 't_2'] as TabId[] as [TabId, TabId];
const ann = { ...nobody(), firstname: 'Ann' };

afterEach(() => {
  vi.useRealTimers();
});

it('[HTTP-34] the list of who is here, and where a person is, are the same objects until somebody changes', async () => {
  vi.useFakeTimers();
  const presence = new PresenceService();
  const { listActiveUsers } = presenceRoutes(presence);
  const read = async () => ({
    list: await listActiveUsers({ caller, params: undefined, query: { limit: 50 }, body: undefined }),
    present: presence.present(customer),
  });
  const steps: Record<string, () => unknown> = {
    arrive: () => presence.arrive(site, visitor, first, 's_1', page, { customerId: customer, person: ann }),
    'another visitor': () => presence.arrive(site, 'v_2' as VisitorId, first, 's_9', page),
    'the other’s login': () => presence.identify(site, 'v_2' as VisitorId, 'c_2' as CustomerId, nobody()),
    url: () => presence.update(site, visitor, first, { url: 'http://shop.test/cart' }),
    background: () => presence.update(site, visitor, first, { state: 'background' }),
    'a second tab': () => presence.arrive(site, visitor, second, 's_2', { ...page, title: 'Two' }),
    'the second loses its socket': () => presence.depart(site, visitor, 's_2'),
    'the second is gone': () => vi.advanceTimersByTime(6_000),
    described: () => presence.describe(customer, { ...ann, firstname: 'Bea' }),
    busy: () => presence.setBusy(site, visitor, true),
    'another site': () => presence.arrive('other' as SiteId, visitor, first, 's_5', page),
    forgotten: () => presence.forget(site, visitor),
  };
  const unchanged = ['another site'];
  let before = await read();
  for (const [what, step] of Object.entries(steps)) {
    step();
    const after = await read();
    expect(after.list.items.toReversed(), what).toEqual(presence.list(site));
    expect(after.list === before.list, what).toBe(unchanged.includes(what));
    expect(await read(), what).toEqual(after);
    expect((await read()).present, what).toBe(after.present);
    before = after;
  }
  expect(before.present).toBeUndefined();
  presence.close();
});

it('[HTTP-34] each caller is listed whom it may see', async () => {
  const presence = new PresenceService();
  const { listActiveUsers } = presenceRoutes(presence);
  presence.arrive(site, visitor, first, 's_1', page, {
    customerId: customer,
    person: { ...ann, assignedUser: 'ann@example.com' },
  });
  const list = async (asker: RestCaller) =>
    (
      await listActiveUsers({
        caller: asker as typeof caller,
        params: undefined,
        query: { limit: 50 },
        body: undefined,
      })
    ).items.length;
  const agent = (email: string, role = 'agent') =>
    ({ kind: 'agent', site, agent: { email, role, teams: [] } }) as never;
  expect(await list(caller)).toBe(1);
  expect(await list(agent('bea@example.com'))).toBe(0);
  expect(await list(agent('ann@example.com'))).toBe(1);
  expect(await list(agent('bea@example.com', 'admin'))).toBe(1);
  presence.close();
});

it('[PRES-15] pages go through all who were here when the first was asked for, each once', async () => {
  vi.useFakeTimers();
  const presence = new PresenceService();
  const { listActiveUsers } = presenceRoutes(presence);
  const come = (n: number, person: Person | null = ann) =>
    presence.arrive(site, `v_${n}` as VisitorId, first, `s_${n}`, page, {
      customerId: `c_${n}` as CustomerId,
      person: person ?? undefined,
    });
  const read = async (limit: number, cursor?: string) => {
    const query = { limit, cursor };
    const answer = await listActiveUsers({ caller, params: undefined, query, body: undefined });
    return { ids: answer.items.map(({ visitorId }) => visitorId), next: answer.nextCursor };
  };
  for (let n = 1; n <= 9; n++) {
    come(n, n === 4 ? null : ann);
    // Several come in one millisecond.
    if (n % 3 === 0) vi.advanceTimersByTime(1);
  }
  const one = await read(3);
  expect(one.ids).toEqual(['v_9', 'v_8', 'v_7']);
  come(10);
  presence.forget(site, 'v_7' as VisitorId);
  presence.forget(site, 'v_5' as VisitorId);
  const two = await read(3, one.next);
  expect(two.ids).toEqual(['v_6', 'v_3', 'v_2']);
  expect(await read(3, two.next)).toEqual({ ids: ['v_1'], next: undefined });
  expect((await read(50)).ids).toHaveLength(7);
  await expect(read(3, 'made up')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  presence.close();
});
