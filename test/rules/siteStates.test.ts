import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SiteId, TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { RuleAction, RuleCondition, SiteState } from '#protocol/rules.ts';
import { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { RuleService } from '#signaling/rules/RuleService.ts';
import { SiteStates } from '#signaling/rules/SiteStates.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { anAgent } from '#test/store/records.ts';
import { testDatabase } from '#test/support/testDatabase.ts';

const site = 'acme' as SiteId;
const other = 'other' as SiteId;
const show: RuleAction = { type: 'show' };
const always: RuleCondition[] = [];

/** A Wednesday, an hour before work begins. */
const EIGHT = Date.parse('2026-01-14T08:00:00Z');
const HOUR = 3_600_000;
const hours = { timeZone: 'UTC', week: { wed: [{ from: '09:00', to: '17:00' }] }, holidays: [] };

let store: TypeOrmStore;
let sites: SiteDirectory;
let rules: RuleService;
let agents: AgentPresence;
let states: SiteStates;
const told: { site: SiteId; state: SiteState }[] = [];

beforeEach(async () => {
  store = await TypeOrmStore.open(await testDatabase());
  sites = await SiteDirectory.load(store.sites);
  await sites.create(site, 'Acme');
  await sites.create(other, 'Other');
  rules = await RuleService.load(store);
  agents = new AgentPresence({ maxChats: (id) => sites.require(id).settings.routing.maxChats });
  vi.useFakeTimers({ now: EIGHT, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  states = new SiteStates({
    sites,
    rules,
    agents,
    outlet: { toSiteVisitors: (to, _, payload) => told.push({ site: to, ...(payload as { state: SiteState }) }) },
  });
});
afterEach(async () => {
  states.close();
  agents.close();
  vi.useRealTimers();
  await store.close();
  told.length = 0;
});

const rule = (actions: RuleAction[], more: object = {}) => ({
  name: 'Rule',
  enabled: true,
  position: 0,
  conditions: always,
  actions,
  ...more,
});
const setting = (settings: Parameters<SiteDirectory['update']>[1]['settings']) => sites.update(site, { settings });
const arrive = (at = site) => {
  const agent = anAgent({ site: at });
  agents.arrive(agent, newId<TabId>('t'));
  return agent;
};
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('[RULE-8] the state of a site', () => {
  test('visible, nobody there and open when nothing was ever set', () => {
    expect(states.of(site)).toEqual({
      visibility: 'visible',
      rules: [],
      agents: { online: false, available: false },
      open: true,
    });
  });

  test('rules in order, only those enabled, whatever the visibility, without what pages need not know', async () => {
    const last = await rules.create(site, rule([show], { position: 5, name: 'Secret plan' }), 'site');
    const first = await rules.create(site, rule([{ type: 'open' }], { position: 1 }), 'site');
    await rules.create(site, rule([{ type: 'hide' }], { enabled: false }), 'site');
    await rules.create(other, rule([show]), 'site');
    for (const visibility of ['visible', 'rules', 'hidden'] as const) {
      await setting({ chat: { visibility } });
      expect(states.of(site)).toMatchObject({ visibility });
      expect(states.of(site).rules).toEqual([
        { id: first.id, conditions: [], actions: [{ type: 'open' }] },
        { id: last.id, conditions: [], actions: [show] },
      ]);
    }
  });

  test('agents of this site alone, and whether they have room', async () => {
    arrive(other);
    expect(states.of(site).agents).toEqual({ online: false, available: false });
    const agent = arrive();
    expect(states.of(site).agents).toEqual({ online: true, available: true });
    await setting({ routing: { maxChats: 1 } });
    agents.setOpenChats(site, new Map([[agent.email, 1]]));
    expect(states.of(site).agents).toEqual({ online: true, available: false });
    agents.update({ ...agent, availability: 'away' });
    expect(states.of(site).agents).toEqual({ online: false, available: false });
  });

  test('opening hours as of now', async () => {
    await setting({ openingHours: hours });
    expect(states.of(site).open).toBe(false);
    await pass(HOUR);
    expect(states.of(site).open).toBe(true);
  });
});

describe('[RULE-9] visitors are told', () => {
  test('what has changed, once, however much happened', async () => {
    states.of(site);
    for (let count = 0; count < 20; count++) arrive();
    await setting({ chat: { visibility: 'hidden' } });
    await rules.create(site, rule([show]), 'site');
    expect(told).toEqual([]);
    await pass(250);
    expect(told).toEqual([{ site, state: states.of(site) }]);
    expect(told[0]?.state).toMatchObject({ visibility: 'hidden', agents: { online: true } });
    await pass(HOUR);
    expect(told).toHaveLength(1);
  });

  test('at most four times a second while it goes on', async () => {
    states.of(site);
    const agent = arrive();
    for (let count = 0; count < 100; count++) {
      agents.update({ ...agent, availability: count % 2 ? 'online' : 'away' });
      await pass(10);
    }
    expect(told.length).toBeLessThanOrEqual(4);
  });

  test('nothing where it has become what it was', async () => {
    states.of(site);
    await setting({ chat: { visibility: 'hidden' } });
    await setting({ chat: { visibility: 'visible' } });
    // What is not in force and names never leave the server.
    await rules.create(site, rule([show], { enabled: false }), 'site');
    await pass(1000);
    expect(told).toEqual([]);
  });

  test('nothing where a page came meanwhile and was given what all hold', async () => {
    states.of(site);
    for (let count = 0; count < 3; count++) {
      await setting({ widget: { sound: count % 2 === 0 } });
      states.of(site);
      await pass(250);
    }
    expect(told).toEqual([]);
  });

  test('the old state again, if a page was given another one meanwhile', async () => {
    states.of(site);
    await setting({ chat: { visibility: 'hidden' } });
    expect(states.of(site).visibility).toBe('hidden');
    await setting({ chat: { visibility: 'visible' } });
    await pass(250);
    expect(told).toMatchObject([{ state: { visibility: 'visible' } }]);
  });

  test('that hours begin and end, by the clock alone', async () => {
    await setting({ openingHours: hours });
    states.of(site);
    await pass(HOUR + 250);
    expect(told).toMatchObject([{ site, state: { open: true } }]);
    await pass(8 * HOUR);
    expect(told.slice(1)).toMatchObject([{ site, state: { open: false } }]);
  });

  test('[RUN-24] within a minute what a clock that was set makes of the hours', async () => {
    await setting({ openingHours: hours });
    states.of(site);
    await pass(1_000);
    vi.setSystemTime(EIGHT + 4 * HOUR);
    await pass(60_250);
    expect(told).toMatchObject([{ state: { open: true } }]);
    expect(states.of(site).open).toBe(true);
    vi.setSystemTime(EIGHT);
    await pass(60_250);
    expect(told.slice(1)).toMatchObject([{ state: { open: false } }]);
    await pass(HOUR);
    expect(told.slice(2)).toMatchObject([{ state: { open: true } }]);
  });

  test('that hours were changed, and the clock follows the new ones', async () => {
    await setting({ openingHours: hours });
    states.of(site);
    await setting({ openingHours: { ...hours, week: { wed: [{ from: '08:30', to: '08:40' }] } } });
    await pass(HOUR / 2 + 250);
    expect(told).toMatchObject([{ state: { open: true } }]);
    await pass(HOUR / 6);
    expect(told.slice(1)).toMatchObject([{ state: { open: false } }]);
    await setting({ openingHours: null });
    await pass(250);
    expect(told.slice(2)).toMatchObject([{ state: { open: true } }]);
  });

  test('nothing of other sites', async () => {
    states.of(site);
    states.of(other);
    arrive(other);
    await pass(250);
    expect(told.map(({ site: to }) => to)).toEqual([other]);
  });

  test('nothing after the end, and no timer stays', async () => {
    states.of(site);
    arrive();
    states.close();
    states.close();
    agents.close();
    await setting({ chat: { visibility: 'hidden' } });
    await pass(HOUR);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('[RULE-30] the events that a site’s enabled rules wait for, each once, negated or not', async () => {
  const waits = (name: string, not = false): RuleCondition => ({ type: 'javascriptEvent', name, not });
  await rules.create(site, rule([show], { conditions: [waits('b'), { type: 'agentOnline', not: false }] }), 'site');
  await rules.create(site, rule([show], { conditions: [waits('a', true), waits('b')] }), 'site');
  await rules.create(site, rule([show], { conditions: [waits('off')], enabled: false }), 'site');
  expect(rules.events(site)).toEqual(['b', 'a']);
  expect(rules.events(other)).toEqual([]);
});

describe('[RULE-13] a greeting', () => {
  test('is the first of its rule, while the rule is enabled', async () => {
    const actions: RuleAction[] = [show, { type: 'greet', text: 'Hello' }, { type: 'greet', text: 'Hi' }];
    const { id } = await rules.create(site, rule(actions), 'site');
    expect(rules.greeting(site, id)).toBe('Hello');
    expect(rules.greeting(other, id)).toBeUndefined();
    await rules.change(site, id, { enabled: false }, 'site');
    expect(rules.greeting(site, id)).toBeUndefined();
    const silent = await rules.create(site, rule([show]), 'site');
    expect(rules.greeting(site, silent.id)).toBeUndefined();
  });
});
