import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '#test/support/House.ts';
import { SharingScene, soon, type VisitorPage } from './SharingScene.ts';

let scene: SharingScene;
beforeEach(async () => {
  scene = await SharingScene.open();
});
afterEach(() => scene.house.close());

/** What a tab was told about recording, in order. */
const orders = (tab: VisitorPage): (number | 'still')[] =>
  tab.heard.flatMap(({ event, payload }): (number | 'still')[] => {
    if (event === 'cobrowse.still') return ['still'];
    return event === 'cobrowse.record' ? [(payload as { stream: number }).stream] : [];
  });
const show = async (tab: VisitorPage, state: 'active' | 'background') => {
  await tab.request('presence.page', { state });
  await soon();
};

describe('[COB-6] one page records, the one in front, and only while somebody watches', () => {
  test('no other tab, and none before consent', async () => {
    const behind = await scene.tab({ page: { state: 'background' } });
    const id = await scene.offered();
    expect([orders(scene.visitor), orders(behind)]).toEqual([[], []]);
    await behind.request('cobrowse.answer', { id, accept: true });
    await soon();
    expect([orders(scene.visitor), orders(behind)]).toEqual([[1], []]);
  });

  test('what comes to the front takes over; the other one is still', async () => {
    const behind = await scene.tab({ page: { state: 'background' } });
    await scene.active();
    await show(scene.visitor, 'background');
    expect([orders(scene.visitor), orders(behind)]).toEqual([[1], []]);
    await show(behind, 'active');
    expect([orders(scene.visitor), orders(behind)]).toEqual([[1, 'still'], [2]]);
    await show(behind, 'background');
    await show(scene.visitor, 'active');
    expect([orders(scene.visitor), orders(behind)]).toEqual([
      [1, 'still', 3],
      [2, 'still'],
    ]);
    expect(scene.view().tabs.find(({ front }) => front)?.tab).toBe(scene.visitor.tab);
  });

  test('a tab that reloads begins anew, without another consent, while others are left alone', async () => {
    const behind = await scene.tab({ page: { state: 'background' } });
    const id = await scene.active();
    scene.visitor.leave();
    await soon();
    expect(orders(behind)).toEqual([]);
    const again = await scene.tab({ tab: scene.visitor.tab, page: { url: 'http://shop.test/next' } });
    await soon();
    expect(again.heard[0]?.event).toBe('visitor.welcome');
    expect(again.last('visitor.welcome').cobrowse).toMatchObject({ id, state: 'active' });
    expect(again.all('cobrowse.offer')).toEqual([]);
    expect([orders(again), orders(behind)]).toEqual([[2], []]);
    expect(scene.view().tabs.map(({ url }) => url)).toContain('http://shop.test/next');
  });

  test('frames of a former stream, of another tab and of another visitor do not count', async () => {
    await scene.active();
    const other = await scene.tab();
    await soon();
    expect(orders(other)).toEqual([2]);
    const stranger = await scene.house.visitor();
    const header = { session: scene.view().id, stream: 2 } as const;
    await scene.sendFull(scene.visitor);
    await scene.sendFull(scene.visitor, header);
    stranger.heard.push(...other.heard);
    await scene.sendFull(stranger, header);
    expect(scene.agent.frames).toHaveLength(1);
    await scene.sendFull(other);
    expect(scene.agent.frames).toHaveLength(2);
  });

  test('when the last one leaves it is still, and begins anew when somebody comes', async () => {
    const id = await scene.active();
    await scene.agent.request('cobrowse.leave', { id });
    await soon();
    expect(orders(scene.visitor)).toEqual([1, 'still']);
    await scene.sendFull();
    const ben = await scene.house.agent('ben@example.com');
    await ben.request('cobrowse.join', { id });
    await soon();
    expect(orders(scene.visitor)).toEqual([1, 'still', 2]);
    expect(ben.frames).toEqual([]);
    await scene.sendFull();
    expect(ben.frames).toHaveLength(1);
    expect(scene.agent.frames).toHaveLength(1);
  });

  test('who comes later is sent the page without troubling the visitor', async () => {
    const id = await scene.active();
    const ben = await scene.house.agent('ben@example.com');
    await ben.request('cobrowse.join', { id });
    await soon();
    expect(ben.frames).toHaveLength(1);
    expect(orders(scene.visitor)).toEqual([1]);
    expect(scene.view().viewers.map(({ email }) => email)).toEqual(['anna@example.com', 'ben@example.com']);
  });

  test('a page that missed frames has the whole sent again, then made anew', async () => {
    const id = await scene.active();
    await scene.agent.request('cobrowse.refresh', { id });
    expect(scene.agent.frames).toHaveLength(2);
    await scene.agent.request('cobrowse.refresh', { id });
    await expect.poll(() => orders(scene.visitor)).toEqual([1, 2]);
  });

  test('that it cannot keep up is told, by the page that records, until it begins anew', async () => {
    const id = await scene.active();
    const behind = await scene.tab({ page: { state: 'background' } });
    await behind.request('cobrowse.paused', { id, paused: true });
    await soon();
    expect(scene.view().paused).toBe(false);
    await scene.visitor.request('cobrowse.paused', { id, paused: true });
    await soon();
    expect(scene.view().paused).toBe(true);
    await show(behind, 'active');
    await show(scene.visitor, 'background');
    expect(scene.view().paused).toBe(false);
  });
});

test('[COB-17] an address that changes in a shared page is told at once, and one that does not is not told again', async () => {
  await scene.active();
  const before = scene.agent.all('cobrowse.changed').length;
  const next = { url: 'http://shop.test/cart', title: 'Cart' };
  await scene.visitor.request('presence.page', next);
  await soon();
  expect(scene.view().tabs).toMatchObject([next]);
  await scene.visitor.request('presence.page', next);
  await scene.visitor.request('visitor.tag', { firstname: 'John' });
  await soon();
  expect(scene.agent.all('cobrowse.changed')).toHaveLength(before + 1);
  expect(scene.house.cobrowsing.cobrowses.sessions.of(demo, scene.visitor.caller.visitorId)?.phase.state).toBe(
    'active',
  );
});

test('[COB-20] what a site hides counts at once where a session goes on, which then begins anew', async () => {
  await scene.active();
  const before = scene.house.sites.require(demo).settings.cobrowse.privacy;
  expect(scene.visitor.last('cobrowse.record')).toMatchObject({ stream: 1, privacy: before });
  const mask = ['.account'];
  await scene.house.sites.update(demo, { settings: { cobrowse: { privacy: { ...before, mask } } } });
  await soon();
  expect(orders(scene.visitor)).toEqual([1, 2]);
  expect(scene.visitor.last('cobrowse.record')).toMatchObject({ stream: 2, privacy: { ...before, mask } });
  // Frames by the former rules are nobody’s any more.
  expect(scene.agent.frames.length).toBe(1);
  await scene.house.sites.update(demo, { settings: { widget: {}, cobrowse: { control: false } } });
  await soon();
  expect(orders(scene.visitor)).toEqual([1, 2]);
});
