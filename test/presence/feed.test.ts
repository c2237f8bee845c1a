import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import { demo, House } from '#test/support/House.ts';

const GRACE = 6_000;
/** At most ten times a second. */
const FLUSH = 100;
/** How long an agent who has left may come back unnoticed. */
const AGENT_GRACE = 6_000;

let house: House;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  house = await House.open({ graceMs: GRACE });
});
afterEach(async () => {
  await house.close();
  vi.useRealTimers();
});

async function tagged(data: MethodRequest<'visitor.tag'>) {
  const socket = await house.visitor();
  await socket.request('visitor.tag', data);
  return { socket, id: socket.caller.visitorId };
}

async function watcher(email: string, role: 'agent' | 'admin' = 'agent') {
  const socket = await house.agent(email, { role });
  const list = await socket.request('presence.watch', { on: true });
  return { socket, list, told: () => socket.all('presence.changed') };
}

test('[AGENT-9] who joins a team is told of its people who are here, who leaves it loses them', async () => {
  const { socket, id } = await tagged({ email: 'john@example.com' });
  const customer = await house.store.customers.findByVisitor(demo, socket.caller.visitorId);
  await tagged({ email: 'nobodys@example.com' });
  if (customer) await house.visitors.change(demo, customer.customerId, (before) => ({ ...before, team: 'night' }));
  const [anna, ben] = [await watcher('anna@example.com'), await watcher('ben@example.com')];
  vi.advanceTimersByTime(FLUSH);
  expect(anna.list.map(({ email }) => email)).toEqual(['nobodys@example.com']);
  const news = (told: ReturnType<typeof anna.told>) => told.flatMap(({ changed, gone }) => [...changed, ...gone]);
  await house.agents.update(demo, 'anna@example.com', { teams: ['night'] });
  expect(news(anna.told())).toMatchObject([{ visitorId: id, team: 'night' }]);
  await house.agents.update(demo, 'anna@example.com', { teams: ['day'] });
  expect(news(anna.told())).toMatchObject([{ visitorId: id }, id]);
  expect(news(ben.told())).toEqual([]);
});

test('[AGENT-9] of many who change teams at once, who watches is looked at once', async () => {
  const { socket, id } = await tagged({ email: 'john@example.com' });
  const customer = await house.store.customers.findByVisitor(demo, socket.caller.visitorId);
  if (customer) await house.visitors.change(demo, customer.customerId, (before) => ({ ...before, team: 'night' }));
  const emails = ['anna@example.com', 'ben@example.com', 'carl@example.com'];
  const watchers = await Promise.all(emails.map((email) => watcher(email)));
  vi.advanceTimersByTime(FLUSH);
  const list = vi.spyOn(house.presence, 'list');
  const wanted = emails.map((email) => ({
    email,
    name: email,
    role: 'agent' as const,
    active: true,
    teams: ['night'],
  }));
  await house.agents.sync(demo, wanted, false);
  for (const { told } of watchers) expect(told()).toMatchObject([{ changed: [{ visitorId: id }], gone: [] }]);
  expect(list).toHaveBeenCalledTimes(emails.length);
});

describe('[PRES-8] who watches is told what changes', () => {
  test('beginning with the list as of now', async () => {
    const { id } = await tagged({ email: 'john@example.com' });
    await house.visitor();
    const { list, told } = await watcher('anna@example.com');
    expect(list).toMatchObject([{ visitorId: id, email: 'john@example.com' }]);
    vi.advanceTimersByTime(10 * FLUSH);
    expect(told().flatMap(({ gone }) => gone)).toEqual([]);
  });

  test('coming, changing page, being tagged anew, leaving', async () => {
    const { told } = await watcher('anna@example.com');
    const { socket, id } = await tagged({ email: 'john@example.com' });
    vi.advanceTimersByTime(FLUSH);
    expect(told()).toMatchObject([{ changed: [{ visitorId: id, email: 'john@example.com' }], gone: [] }]);
    await socket.request('presence.page', { url: 'http://shop.test/2', title: 'Two', state: 'background' });
    vi.advanceTimersByTime(FLUSH);
    expect(told().at(-1)).toMatchObject({
      changed: [{ url: 'http://shop.test/2', title: 'Two', state: 'background' }],
    });
    await socket.request('visitor.tag', { labels: ['vip'] });
    vi.advanceTimersByTime(FLUSH);
    expect(told().at(-1)).toMatchObject({ changed: [{ labels: ['vip'], title: 'Two' }] });
    const before = told().length;
    socket.leave();
    vi.advanceTimersByTime(GRACE - 1);
    expect(told()).toHaveLength(before);
    vi.advanceTimersByTime(1 + FLUSH);
    expect(told().at(-1)).toEqual({ changed: [], gone: [id] });
  });

  test('the tab that is shown when the one in front is closed', async () => {
    const { socket, id } = await tagged({ email: 'john@example.com' });
    const { token } = socket.last('visitor.welcome');
    await house.visitor({ token, page: { url: 'http://shop.test/behind', state: 'background' } });
    const { told } = await watcher('anna@example.com');
    socket.leave();
    vi.advanceTimersByTime(FLUSH);
    expect(told().at(-1)).toMatchObject({ changed: [{ visitorId: id, url: 'http://shop.test/behind' }], gone: [] });
  });

  test('at most ten times a second, with the last state of each user', async () => {
    const { told } = await watcher('anna@example.com');
    const { socket } = await tagged({ email: 'john@example.com' });
    const other = await tagged({ email: 'eva@example.com' });
    for (let page = 0; page < 50; page++) await socket.request('presence.page', { title: `Page ${page}` });
    vi.advanceTimersByTime(FLUSH);
    expect(told()).toHaveLength(1);
    expect(told()[0]?.changed).toMatchObject([{ title: 'Page 49' }, { visitorId: other.id }]);
  });

  test('until it stops to watch, or its page is gone', async () => {
    const [stops, leaves] = [await watcher('anna@example.com'), await watcher('ben@example.com')];
    expect(await stops.socket.request('presence.watch', { on: false })).toEqual([]);
    leaves.socket.leave();
    await tagged({ email: 'john@example.com' });
    vi.advanceTimersByTime(FLUSH);
    expect(stops.told()).toEqual([]);
    expect(leaves.told()).toEqual([]);
    vi.advanceTimersByTime(AGENT_GRACE);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('[PRES-9] nobody hears of a visitor who is not for them, not even an id', () => {
  test('an assigned visitor shows to that agent and to admins alone', async () => {
    const anna = await watcher('anna@example.com');
    const ben = await watcher('ben@example.com');
    const admin = await watcher('admin@example.com', 'admin');
    const { socket, id } = await tagged({ email: 'john@example.com', assignedUser: 'Anna@example.com' });
    await socket.request('presence.page', { title: 'Two' });
    vi.advanceTimersByTime(FLUSH);
    socket.leave();
    vi.advanceTimersByTime(GRACE + FLUSH);
    expect(ben.told()).toEqual([]);
    for (const { told } of [anna, admin]) {
      expect(told()).toMatchObject([{ changed: [{ visitorId: id, title: 'Two' }] }, { changed: [], gone: [id] }]);
    }
  });

  test('untagged ones show to nobody', async () => {
    const admin = await watcher('admin@example.com', 'admin');
    const socket = await house.visitor();
    await socket.request('presence.page', { title: 'Two' });
    socket.leave();
    vi.advanceTimersByTime(GRACE + FLUSH);
    expect(admin.told()).toEqual([]);
  });

  test('a new assignment takes the visitor from one list to the other', async () => {
    const { socket, id } = await tagged({ email: 'john@example.com' });
    const [anna, ben] = [await watcher('anna@example.com'), await watcher('ben@example.com')];
    vi.advanceTimersByTime(FLUSH);
    await socket.request('visitor.tag', { assignedUser: 'ben@example.com' });
    vi.advanceTimersByTime(FLUSH);
    expect(anna.told().at(-1)).toEqual({ changed: [], gone: [id] });
    expect(ben.told().at(-1)).toMatchObject({
      changed: [{ visitorId: id, assignedUser: 'ben@example.com' }],
      gone: [],
    });
    const silent = anna.told().length;
    await socket.request('presence.page', { title: 'Two' });
    vi.advanceTimersByTime(FLUSH);
    expect(anna.told()).toHaveLength(silent);
    await socket.request('visitor.tag', { assignedUser: null });
    vi.advanceTimersByTime(FLUSH);
    expect(anna.told().at(-1)).toMatchObject({ changed: [{ visitorId: id, title: 'Two' }] });
  });

  test('a page that goes on as another agent does not watch for the former one', async () => {
    const admin = await watcher('admin@example.com', 'admin');
    await house.agent('anna@example.com');
    const ben = await house.agent('ben@example.com', { tab: admin.socket.tab });
    await tagged({ email: 'john@example.com', assignedUser: 'anna@example.com' });
    vi.advanceTimersByTime(FLUSH);
    expect(admin.told()).toHaveLength(1);
    expect(ben.all('presence.changed')).toEqual([]);
  });
});

test('[PRES-10] a visitor id goes on to tell the person after the visitor left', async () => {
  const [anna, ben] = [await house.agent('anna@example.com'), await house.agent('ben@example.com')];
  const { socket, id } = await tagged({ email: 'john@example.com', assignedUser: 'anna@example.com' });
  const status = (agent: typeof anna) => agent.request('presence.status', { query: id });
  expect(await status(anna)).toMatchObject({ visitorId: id });
  socket.leave();
  vi.advanceTimersByTime(GRACE);
  const person = { email: 'john@example.com', assignedUser: 'anna@example.com', labels: [], verified: false };
  expect(await status(anna)).toEqual({ ...person, additionalTaggingData: {} });
  expect(await status(ben)).toEqual({});
});
