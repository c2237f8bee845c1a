import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AgentId, SiteId, TabId } from '#protocol/ids.ts';
import { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { maySee, storeViewer, type Viewer, viewerOf } from '#signaling/presence/Visitor.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';

const GRACE = 6_000;
const shop = 'shop' as SiteId;
const [one, two] = ['t_one' as TabId, 't_two' as TabId];
const agent = (name: string, more: Partial<AgentRecord> = {}): AgentRecord => ({
  id: `a_${name}` as AgentId,
  site: shop,
  email: `${name}@example.com`,
  name,
  role: 'agent',
  active: true,
  teams: [],
  availability: 'online',
  ...more,
});
const [anna, ben] = [agent('anna'), agent('ben', { teams: ['sales'] })];

let maxChats: number | null;
let presence: AgentPresence;
let told: number;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  maxChats = null;
  told = 0;
  presence = new AgentPresence({ maxChats: () => maxChats });
  presence.on('changed', () => told++);
});
afterEach(() => {
  presence.close();
  presence.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
const names = () => presence.online(shop).map(({ name }) => name);
const available = (team?: string) => presence.available(shop, team).map(({ agent: { name } }) => name);

describe('[PRES-11] an agent is there while a page is connected', () => {
  test('with one page or several, and for a moment after the last', () => {
    expect(presence.state(shop)).toEqual({ online: false, available: false });
    presence.arrive(anna, one);
    presence.arrive(anna, two);
    presence.depart(shop, anna.id, one);
    vi.advanceTimersByTime(10 * GRACE);
    expect(names()).toEqual(['anna']);
    presence.depart(shop, anna.id, two);
    presence.depart(shop, anna.id, two);
    vi.advanceTimersByTime(GRACE - 1);
    expect(presence.statusOf(anna)).toBe('online');
    vi.advanceTimersByTime(1);
    expect(presence.statusOf(anna)).toBe('offline');
    expect(presence.state(shop)).toEqual({ online: false, available: false });
  });

  test('a reload within the grace goes unnoticed', () => {
    presence.arrive(anna, one);
    for (let reloads = 0; reloads < 5; reloads++) {
      presence.depart(shop, anna.id, one);
      vi.advanceTimersByTime(GRACE - 1);
      presence.arrive(anna, one);
    }
    vi.advanceTimersByTime(10 * GRACE);
    expect(names()).toEqual(['anna']);
  });

  test('each site has its own', () => {
    presence.arrive(anna, one);
    expect(presence.online('other' as SiteId)).toEqual([]);
    presence.depart('other' as SiteId, anna.id, one);
    expect(names()).toEqual(['anna']);
  });

  test('who is away is there and takes no chats; who is deactivated is gone at once', () => {
    presence.arrive(anna, one);
    presence.update({ ...anna, availability: 'away' });
    expect(presence.statusOf(anna)).toBe('away');
    expect(presence.state(shop)).toEqual({ online: false, available: false });
    presence.update(anna);
    expect(presence.state(shop)).toEqual({ online: true, available: true });
    presence.update({ ...anna, active: false });
    expect(presence.statusOf(anna)).toBe('offline');
    presence.depart(shop, anna.id, one);
    presence.update(ben);
    expect(names()).toEqual([]);
  });

  test('a page that was let in with former data does not bring it back', () => {
    presence.arrive(anna, one);
    presence.update({ ...anna, availability: 'away', teams: ['sales'] });
    presence.arrive(anna, two);
    expect(presence.statusOf(anna)).toBe('away');
    expect(presence.teamsOf(shop, anna.id)).toEqual(['sales']);
  });

  test('nor does the first one, which was on its way in when they changed', () => {
    presence.update({ ...anna, teams: ['sales'], name: 'Anna Roth' });
    presence.update({ ...ben, availability: 'away' });
    presence.arrive(anna, one);
    expect(presence.teamsOf(shop, anna.id)).toEqual(['sales']);
    expect(presence.nameOf(shop, anna.id)).toBe('Anna Roth');
    presence.arrive(ben, two);
    expect(presence.statusOf(ben)).toBe('away');
  });

  test('what was told long ago does not count against what is read now', () => {
    presence.update({ ...anna, teams: ['sales'] });
    vi.advanceTimersByTime(10 * 60_000);
    presence.arrive({ ...anna, teams: ['night'] }, one);
    expect(presence.teamsOf(shop, anna.id)).toEqual(['night']);
  });
});

describe('[PRES-12] available is who has room for one more chat', () => {
  beforeEach(() => {
    presence.arrive(anna, one);
    presence.arrive(ben, two);
  });

  test('those with the least open chats first', () => {
    expect(available()).toEqual(['anna', 'ben']);
    presence.setOpenChats(
      shop,
      new Map([
        [anna.email, 2],
        [ben.email, 1],
      ]),
    );
    expect(presence.available(shop)).toEqual([
      { agent: ben, openChats: 1 },
      { agent: anna, openChats: 2 },
    ]);
    expect(presence.openChatsOf(shop, 'nobody@example.com')).toBe(0);
  });

  test('up to the site’s limit; all online and none available is busy', () => {
    maxChats = 2;
    presence.setOpenChats(
      shop,
      new Map([
        [anna.email, 2],
        [ben.email, 1],
      ]),
    );
    expect(available()).toEqual(['ben']);
    presence.setOpenChats(
      shop,
      new Map([
        [anna.email, 5],
        [ben.email, 2],
      ]),
    );
    expect(presence.state(shop)).toEqual({ online: true, available: false });
    maxChats = 3;
    expect(available()).toEqual(['ben']);
  });

  test('of a team alone', () => {
    expect(available('sales')).toEqual(['ben']);
    expect(available('support')).toEqual([]);
    presence.update({ ...anna, teams: ['support', 'sales'] });
    expect(available('sales')).toEqual(['anna', 'ben']);
  });

  test('what has not changed is not told', () => {
    presence.setOpenChats(shop, new Map([[anna.email, 2]]));
    const before = told;
    presence.setOpenChats(shop, new Map([[anna.email, 2]]));
    expect(told).toBe(before);
    presence.setOpenChats(shop, new Map([[ben.email, 2]]));
    expect(told).toBe(before + 1);
  });
});

describe('[PRES-13] whom a person is for', () => {
  const viewer = (email: string, more: Partial<Viewer> = {}): Viewer => ({
    email,
    agentRole: 'agent',
    teams: [],
    ...more,
  });
  const her = viewer('anna@example.com', { teams: ['sales'] });
  const him = viewer('ben@example.com', { teams: ['support'] });
  const boss = viewer('boss@example.com', { agentRole: 'admin' });

  test.each([
    ['nobody’s', {}, [true, true, true]],
    ['an agent’s', { assignedUser: 'ben@example.com' }, [false, true, true]],
    ['a team’s', { team: 'sales' }, [true, false, true]],
    ['an agent’s, of another team', { assignedUser: 'ben@example.com', team: 'sales' }, [false, true, true]],
    ['an unknown agent’s', { assignedUser: 'gone@example.com' }, [false, false, true]],
    ['an unknown team’s', { team: 'gone' }, [false, false, true]],
  ])('%s', (_, person, [hers, his, admins]) => {
    expect([her, him, boss].map((agent) => maySee(agent, person))).toEqual([hers, his, admins]);
  });

  test('by REST an agent sees what the agent may, an API key all; queries of the store are limited alike', () => {
    expect(viewerOf({ kind: 'site' })).toBeUndefined();
    expect(viewerOf({ kind: 'agent', agent: ben })).toEqual({ email: ben.email, agentRole: 'agent', teams: ['sales'] });
    expect(storeViewer(undefined)).toBeUndefined();
    expect(storeViewer(boss)).toBeUndefined();
    expect(storeViewer(her)).toEqual({ email: her.email, teams: ['sales'] });
  });
});
