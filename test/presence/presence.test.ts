import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { PageInfo } from '#protocol/presence.ts';
import { PresenceService } from '#signaling/presence/PresenceService.ts';
import { page } from '#test/support/Peer.ts';

const GRACE = 6_000;
const shop = 'shop' as SiteId;
const john = 'v_john' as VisitorId;
const [one, two] = ['t_one' as TabId, 't_two' as TabId];
const customer = 'cu_john' as CustomerId;
const person = (more: Partial<Person> = {}): Person => ({
  email: 'john@example.com',
  labels: [],
  additionalTaggingData: {},
  verified: false,
  ...more,
});

let presence: PresenceService;
let left: { tab: TabId; at: number }[];
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  presence = new PresenceService(GRACE);
  left = [];
  presence.on('tabGone', (_, tab) => left.push({ tab, at: Date.now() - 1_000_000 }));
});
afterEach(() => {
  presence.close();
  vi.useRealTimers();
});

let sockets = 0;
const arrive = (tab: TabId, more: Partial<PageInfo> = {}, known = { customerId: customer, person: person() }) => {
  const socket = `s${++sockets}`;
  return { socket, replaced: presence.arrive(shop, john, tab, socket, { ...page, ...more }, known) };
};
const listed = () => presence.list(shop);

describe('[PRES-1] a visitor is listed while a page is open', () => {
  test('with the tag’s data, the page, and when the visit began', () => {
    arrive(one, { url: 'http://shop.test/cart', title: 'Cart' });
    expect(listed()).toEqual([
      {
        ...person(),
        visitorId: john,
        url: 'http://shop.test/cart',
        title: 'Cart',
        since: new Date(1_000_000).toISOString(),
        state: 'active',
        screen: true,
        busy: false,
      },
    ]);
  });

  test('once tagged, not before', () => {
    presence.arrive(shop, john, one, 's', page);
    expect(listed()).toEqual([]);
    expect(presence.search(shop, john)).toBeUndefined();
    expect(presence.find(shop, john)).toMatchObject({ id: john });
    presence.identify(shop, john, customer, person());
    expect(listed()).toMatchObject([{ visitorId: john, email: 'john@example.com' }]);
  });

  test('a closed page is gone after the grace, not before', () => {
    const { socket } = arrive(one);
    vi.advanceTimersByTime(60_000);
    presence.depart(shop, john, socket);
    vi.advanceTimersByTime(GRACE - 1);
    expect(listed()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(listed()).toEqual([]);
    expect(presence.size).toBe(0);
    expect(left).toEqual([{ tab: one, at: 60_000 + GRACE }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('who comes back later begins a new visit', () => {
    presence.depart(shop, john, arrive(one).socket);
    vi.advanceTimersByTime(GRACE);
    arrive(one);
    expect(listed()).toMatchObject([{ since: new Date(1_000_000 + GRACE).toISOString() }]);
  });
});

describe('[PRES-2] a page change is no visit’s end', () => {
  test('the tab that comes back within the grace is the same visitor, here since then, on the new page', () => {
    const { socket } = arrive(one);
    for (let pages = 0; pages < 5; pages++) {
      const before = pages ? `s${sockets}` : socket;
      presence.depart(shop, john, before);
      vi.advanceTimersByTime(GRACE - 1);
      arrive(one, { url: `http://shop.test/${pages}` });
    }
    vi.advanceTimersByTime(10 * GRACE);
    expect(listed()).toMatchObject([{ url: 'http://shop.test/4', since: new Date(1_000_000).toISOString() }]);
    expect(left).toEqual([]);
  });

  test('a socket that its tab’s next one has overtaken is named, and its end changes nothing', () => {
    const first = arrive(one);
    expect(first.replaced).toBeUndefined();
    const second = arrive(one);
    expect(second.replaced).toBe(first.socket);
    presence.depart(shop, john, first.socket);
    vi.advanceTimersByTime(GRACE);
    expect(listed()).toHaveLength(1);
    presence.depart(shop, john, second.socket);
    vi.advanceTimersByTime(GRACE);
    expect(listed()).toEqual([]);
  });
});

describe('[PRES-3] several tabs are one visitor', () => {
  test('shown by the tab in front, else the one that came last', () => {
    arrive(one, { url: 'http://shop.test/1', state: 'background' });
    arrive(two, { url: 'http://shop.test/2', state: 'background', screen: false });
    expect(listed()).toMatchObject([{ url: 'http://shop.test/2', state: 'background', screen: true }]);
    presence.update(shop, john, one, { state: 'active' });
    expect(listed()).toMatchObject([{ url: 'http://shop.test/1', state: 'active' }]);
  });

  test('closing one leaves the visitor and shows the other at once', () => {
    const { socket } = arrive(one, { url: 'http://shop.test/1' });
    arrive(two, { url: 'http://shop.test/2', state: 'background' });
    presence.depart(shop, john, socket);
    expect(listed()).toMatchObject([{ url: 'http://shop.test/2' }]);
    vi.advanceTimersByTime(GRACE);
    expect(listed()).toHaveLength(1);
    expect(left.map(({ tab }) => tab)).toEqual([one]);
  });

  test('when the last one is lost too and another is to be shown, that is told', () => {
    const behind = arrive(one, { url: 'http://shop.test/1', state: 'background' }).socket;
    const before = arrive(two, { url: 'http://shop.test/2' }).socket;
    presence.depart(shop, john, before);
    expect(listed()).toMatchObject([{ url: 'http://shop.test/1' }]);
    let told = 0;
    presence.on('changed', () => {
      told++;
    });
    presence.depart(shop, john, behind);
    expect(listed()).toMatchObject([{ url: 'http://shop.test/2' }]);
    expect(told).toBe(1);
  });

  test('each closed tab has its own grace, however busy the other one is', () => {
    const closed = arrive(one).socket;
    let { socket } = arrive(two);
    presence.depart(shop, john, closed);
    for (let pages = 0; pages < 4; pages++) {
      vi.advanceTimersByTime(GRACE / 2);
      presence.depart(shop, john, socket);
      socket = arrive(two).socket;
    }
    expect(left).toEqual([{ tab: one, at: GRACE }]);
    expect(listed()).toHaveLength(1);
  });
});

describe('[PRES-4] the page is told as it changes', () => {
  test('what is named is changed, the rest stays', () => {
    arrive(one, { url: 'http://shop.test/1', title: 'One' });
    presence.update(shop, john, one, { title: 'Two', url: undefined });
    expect(listed()).toMatchObject([{ url: 'http://shop.test/1', title: 'Two', state: 'active' }]);
    presence.update(shop, john, two, { title: 'of a tab that is not there' });
    expect(listed()).toMatchObject([{ title: 'Two' }]);
  });
});

describe('[PRES-5] the person is the one that was tagged last', () => {
  test('in every browser of that person', () => {
    arrive(one);
    presence.arrive(shop, 'v_phone' as VisitorId, two, 's', page, { customerId: customer, person: person() });
    presence.arrive(shop, 'v_eva' as VisitorId, 't_3' as TabId, 's3', page, {
      customerId: 'cu_eva' as CustomerId,
      person: person({ email: 'eva@example.com' }),
    });
    presence.identify(shop, john, customer, person({ firstname: 'John' }));
    expect(listed().map(({ firstname }) => firstname)).toEqual(['John', 'John', undefined]);
  });

  test('a tab that was let in with former data does not bring it back', () => {
    arrive(one);
    presence.identify(shop, john, customer, person({ firstname: 'new' }));
    arrive(two, {}, { customerId: customer, person: person({ firstname: 'old' }) });
    expect(listed()).toMatchObject([{ firstname: 'new' }]);
  });
});

describe('[PRES-6] a search finds one active person', () => {
  test('by visitor id, tagged id, or email in any case', () => {
    arrive(one, {}, { customerId: customer, person: person({ id: '42' }) });
    for (const query of [john, '42', 'john@example.com', 'John@Example.COM']) {
      expect(presence.search(shop, query)).toMatchObject({ visitorId: john });
    }
    for (const query of ['v_other', '43', 'eva@example.com', '']) expect(presence.search(shop, query)).toBeUndefined();
    expect(presence.search('other' as SiteId, john)).toBeUndefined();
  });

  test('of several browsers the one in front', () => {
    arrive(one, { state: 'background' });
    const known = { customerId: customer, person: person() };
    presence.arrive(shop, 'v_phone' as VisitorId, two, 's', page, known);
    presence.arrive(shop, 'v_tablet' as VisitorId, 't_3' as TabId, 's3', { ...page, state: 'background' }, known);
    expect(presence.search(shop, 'john@example.com')).toMatchObject({ visitorId: 'v_phone' });
  });
});

test('[PRES-6] a verified person is found before whoever claims the same email', () => {
  arrive(one);
  const known = { customerId: 'cu_real' as CustomerId, person: person({ verified: true }) };
  presence.arrive(shop, 'v_real' as VisitorId, two, 's', { ...page, state: 'background' }, known);
  presence.arrive(shop, 'v_more' as VisitorId, 't_3' as TabId, 's3', page, { customerId: customer, person: person() });
  expect(presence.search(shop, 'john@example.com')).toMatchObject({ visitorId: 'v_real', verified: true });
});

test('[PRES-7] a visitor who is forgotten is gone at once, and what still departs later does no harm', () => {
  const { socket } = arrive(one);
  arrive(two);
  presence.forget(shop, john);
  expect(listed()).toEqual([]);
  expect(left.map(({ tab }) => tab).sort()).toEqual([one, two]);
  presence.depart(shop, john, socket);
  presence.update(shop, john, one, { title: 'late' });
  presence.identify(shop, john, customer, person());
  presence.setBusy(shop, john, true);
  expect(presence.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

describe('[PRES-14] where a person is now', () => {
  const other = 'cu_other' as CustomerId;

  test('is known by customer, of several browsers the one in front', () => {
    arrive(one, { url: 'http://shop.test/1', state: 'background' });
    expect(presence.present(customer)).toMatchObject({
      visitorId: john,
      url: 'http://shop.test/1',
      state: 'background',
    });
    const known = { customerId: customer, person: person() };
    presence.arrive(shop, 'v_phone' as VisitorId, two, 's', { ...page, url: 'http://shop.test/2' }, known);
    expect(presence.present(customer)).toMatchObject({ visitorId: 'v_phone', url: 'http://shop.test/2' });
    presence.forget(shop, 'v_phone' as VisitorId);
    expect(presence.present(customer)).toMatchObject({ visitorId: john });
    expect(presence.present(other)).toBeUndefined();
  });

  test('also of one who has only written, and whom no list shows', () => {
    presence.arrive(shop, john, one, 's', page);
    presence.identify(shop, john, other, undefined);
    expect(presence.present(other)).toMatchObject({ visitorId: john, url: page.url });
    expect(listed()).toEqual([]);
    presence.identify(shop, john, customer, person());
    expect(presence.present(other)).toBeUndefined();
    expect(listed()).toMatchObject([{ visitorId: john }]);
  });

  test('whoever leaves is told of with whom they were', () => {
    const told: (CustomerId | undefined)[] = [];
    presence.on('changed', ({ customerId }) => told.push(customerId));
    presence.depart(shop, john, arrive(one).socket);
    vi.advanceTimersByTime(GRACE);
    expect(told.at(-1)).toBe(customer);
    expect(presence.present(customer)).toBeUndefined();
  });

  test('a report that changes nothing is told to nobody', () => {
    arrive(one);
    let told = 0;
    presence.on('changed', () => told++);
    presence.update(shop, john, one, { url: page.url, title: page.title, state: 'active' });
    expect(told).toBe(0);
    presence.update(shop, john, one, { title: 'Another' });
    expect(told).toBe(1);
  });
});
