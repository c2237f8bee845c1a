import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '#test/support/House.ts';
import { type AgentPage, SharingScene, type VisitorPage } from './SharingScene.ts';

const GRACE = 6_000;
const times = { ring: 30_000, connect: 60_000, absence: 30_000, unwatched: 60_000, wait: 600_000 };

let scene: SharingScene;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  scene = await SharingScene.open({ graceMs: GRACE, cobrowseTimes: times });
});
afterEach(async () => {
  await scene.house.close();
  vi.useRealTimers();
});

/** Time passes, and what happens in it is told. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const end = (page: AgentPage | VisitorPage = scene.visitor) => {
  const { state, reason } = scene.view(page);
  return state === 'ended' ? reason : state;
};

describe('[COB-8] a session ends by itself', () => {
  test('missed, when the visitor does not answer in time, and not before', async () => {
    const id = await scene.offered();
    await pass(times.ring - 1);
    expect(end()).toBe('ringing');
    await pass(1);
    for (const page of [scene.visitor, scene.agent]) expect(scene.view(page)).toMatchObject({ id, reason: 'missed' });
    expect(await scene.house.store.cobrowses.get(demo, id)).toMatchObject({ state: 'ended', reason: 'missed' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('failed, when the page that is to record sends nothing', async () => {
    await scene.shared();
    await pass(times.connect - 1);
    expect(end()).toBe('connecting');
    await pass(1);
    expect(end(scene.agent)).toBe('failed');
  });

  test('not as long as an agent sees it and the visitor is there', async () => {
    await scene.active();
    await pass(100 * times.wait);
    expect(end()).toBe('active');
  });

  test('disconnected, when no tab of the visitor comes back', async () => {
    await scene.active();
    scene.visitor.leave();
    await pass(0);
    expect(scene.view()).toMatchObject({ state: 'active', online: false });
    await pass(times.absence - 1);
    expect(end(scene.agent)).toBe('active');
    await pass(1);
    expect(end(scene.agent)).toBe('disconnected');
  });

  test('one that comes back in time, or another that stays, keeps it', async () => {
    const id = await scene.active();
    scene.visitor.leave();
    await pass(times.absence - 1);
    const again = await scene.tab({ tab: scene.visitor.tab });
    await pass(2 * times.absence);
    expect(scene.view()).toMatchObject({ id, state: 'active', online: true });
    const other = await scene.tab();
    again.leave();
    await pass(2 * times.absence);
    expect(scene.view()).toMatchObject({ state: 'active', online: true });
    expect(other.last('cobrowse.record').stream).toBe(3);
  });

  test('disconnected, when nobody watches what an agent began; a page that reloads has its time', async () => {
    await scene.active();
    scene.agent.leave();
    await pass(times.absence - 1);
    const again = await scene.house.agent('anna@example.com', { tab: scene.agent.tab });
    await pass(2 * times.unwatched);
    expect(end()).toBe('active');
    again.leave();
    await pass(times.absence);
    expect(end()).toBe('active');
    expect(
      (await scene.house.agent('anna@example.com', { tab: scene.agent.tab })).last('agent.welcome').cobrowses,
    ).toEqual([]);
    await pass(times.unwatched - times.absence - 1);
    expect(end()).toBe('active');
    await pass(1);
    expect(end()).toBe('disconnected');
  });

  test('missed, when no agent comes to what the visitor began', async () => {
    await scene.visitor.request('cobrowse.share', {});
    await pass(times.wait - 1);
    expect(end()).toBe('connecting');
    await pass(1);
    expect(end()).toBe('missed');
  });

  test('and disconnected, when none comes back to it', async () => {
    const { session } = await scene.visitor.request('cobrowse.share', {});
    await pass(times.wait - 1);
    await scene.agent.request('cobrowse.join', { id: session.id });
    await pass(0);
    await scene.sendFull();
    await scene.agent.request('cobrowse.leave', { id: session.id });
    await pass(times.wait - 1);
    expect(end()).toBe('active');
    await pass(1);
    expect(end()).toBe('disconnected');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a tab that does not come back hands over to another one', async () => {
    const behind = await scene.tab({ page: { state: 'background' } });
    await scene.active();
    scene.visitor.leave();
    await pass(GRACE - 1);
    expect(behind.all('cobrowse.record')).toEqual([]);
    await pass(1);
    expect(behind.all('cobrowse.record')).toMatchObject([{ stream: 2 }]);
  });
});

test('[COB-2] the offer tells how long it goes on, also to a page that comes while it rings', async () => {
  await scene.offered();
  expect(scene.visitor.last('cobrowse.offer').ringMs).toBe(times.ring);
  await pass(10_000);
  const second = await scene.tab();
  await pass(0);
  expect(second.last('cobrowse.offer').ringMs).toBe(times.ring - 10_000);
});
