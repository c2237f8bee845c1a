import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TokenId } from '#protocol/ids.ts';
import { demo } from '#test/support/House.ts';
import { type AgentPage, SharingScene, soon } from './SharingScene.ts';

let scene: SharingScene;
beforeEach(async () => {
  scene = await SharingScene.open();
});
afterEach(() => scene.house.close());

const missing = { name: 'CvError', code: 'NOT_FOUND' };
const viewers = () => scene.view(scene.visitor).viewers.map(({ email }) => email);
const over = { state: 'ended', reason: 'ended', tabs: [], viewers: [] };

async function second(email = 'ben@example.com'): Promise<AgentPage> {
  const ben = await scene.house.agent(email);
  await ben.request('cobrowse.join', { id: scene.view().id });
  await soon();
  return ben;
}

describe('[COB-7] several agents watch', () => {
  test('the visitor sees who; each may leave, and the session goes on for the others', async () => {
    const id = await scene.active();
    const ben = await second();
    expect(viewers()).toEqual(['anna@example.com', 'ben@example.com']);
    await scene.agent.request('cobrowse.leave', { id });
    await soon();
    expect(viewers()).toEqual(['ben@example.com']);
    await scene.sendFull(scene.visitor, { seq: 1 });
    expect(ben.frames).toHaveLength(2);
    expect(scene.agent.frames).toHaveLength(1);
    await expect(scene.agent.request('cobrowse.refresh', { id })).rejects.toMatchObject(missing);
  });

  test('two pages of one agent are one viewer', async () => {
    await scene.active();
    const other = await second('anna@example.com');
    expect(other.frames).toHaveLength(1);
    expect(viewers()).toEqual(['anna@example.com']);
    scene.agent.leave();
    await soon();
    expect(viewers()).toEqual(['anna@example.com']);
  });

  test('joining again changes nothing', async () => {
    const id = await scene.active();
    const steps = await scene.steps(id);
    await scene.agent.request('cobrowse.join', { id });
    await soon();
    expect(scene.agent.frames).toHaveLength(1);
    expect(await scene.steps(id)).toEqual(steps);
  });

  test('a page that reloads has its sessions with the welcome, and the page without asking the visitor for it', async () => {
    const id = await scene.active();
    scene.agent.leave();
    await soon();
    expect(viewers()).toEqual([]);
    const again = await scene.house.agent('anna@example.com', { tab: scene.agent.tab });
    expect(again.last('agent.welcome').cobrowses).toMatchObject([{ id, state: 'active' }]);
    await soon();
    expect(viewers()).toEqual(['anna@example.com']);
    expect(again.frames).toEqual([]);
    expect(scene.visitor.all('cobrowse.record').map(({ stream }) => stream)).toEqual([1, 2]);
    await scene.sendFull();
    expect(again.frames).toHaveLength(1);
  });

  test('a page that takes over from its former socket goes on where the visitor is', async () => {
    await scene.active();
    const again = await scene.house.agent('anna@example.com', { tab: scene.agent.tab });
    await soon();
    expect(scene.agent.ended).toBe(true);
    expect(again.frames).toHaveLength(1);
    expect(scene.visitor.all('cobrowse.record')).toHaveLength(1);
    expect(viewers()).toEqual(['anna@example.com']);
  });

  test('another page of the agent has no part in it', async () => {
    const id = await scene.active();
    const other = await scene.house.agent('anna@example.com');
    expect(other.last('agent.welcome').cobrowses).toEqual([]);
    await expect(other.request('cobrowse.end', { id })).rejects.toMatchObject(missing);
  });

  test('a revoked token ends the watching of the pages that live by it, at once', async () => {
    const id = await scene.granted();
    const ben = await second();
    await scene.house.agents.revokeTokens(demo, 'anna@example.com');
    await soon();
    expect(viewers()).toEqual(['ben@example.com']);
    expect(scene.view(ben).state).toBe('active');
    expect(scene.view(ben)).not.toHaveProperty('control');
    await scene.sendFull(scene.visitor, { seq: 1 });
    expect(ben.frames).toHaveLength(2);
    expect(scene.agent.frames).toHaveLength(1);
    await expect.poll(() => scene.steps(id)).toContain('agent left');
    const again = await scene.house.agent('anna@example.com', { tab: scene.agent.tab });
    expect(again.last('agent.welcome').cobrowses).toEqual([]);
  });

  test('an agent who is revoked while it rings asks no more', async () => {
    const id = await scene.offered();
    await scene.house.agents.revokeTokens(demo, 'anna@example.com');
    await soon();
    expect(scene.view(scene.visitor)).toMatchObject({ id, state: 'ended', reason: 'cancelled' });
  });

  test('tokens of others end nothing', async () => {
    await scene.active();
    const { agentId } = scene.agent.caller;
    scene.house.cobrowsing.cobrowses.endOfTokens(agentId, ['tk_another' as TokenId]);
    await soon();
    expect(viewers()).toEqual(['anna@example.com']);
  });

  test('who may not see the visitor any more is out at once, and is told no more than that', async () => {
    await scene.granted();
    const ben = await second();
    await scene.visitor.request('visitor.tag', { assignedUser: 'ben@example.com' });
    await soon();
    expect(viewers()).toEqual(['ben@example.com']);
    expect(scene.view()).toMatchObject(over);
    expect(scene.view(ben).state).toBe('active');
    expect(scene.view(ben)).not.toHaveProperty('control');
    await scene.sendFull(scene.visitor, { seq: 1 });
    expect(scene.agent.frames).toHaveLength(1);
    expect(ben.frames).toHaveLength(2);
    const { id } = scene.view(ben);
    await expect(scene.agent.request('cobrowse.join', { id })).rejects.toMatchObject(missing);
  });

  test('so is who is in the visitor’s team no more', async () => {
    await scene.house.agents.update(demo, 'anna@example.com', { teams: ['Sales'] });
    const { visitorId } = scene.visitor.caller;
    const customer = await scene.house.store.customers.findByVisitor(demo, visitorId);
    if (!customer) throw new Error('there is one');
    await scene.house.visitors.change(demo, customer.customerId, (before) => ({ ...before, team: 'Sales' }));
    await scene.active();
    await scene.house.agents.update(demo, 'anna@example.com', { teams: ['Support'] });
    await soon();
    expect(scene.view()).toMatchObject(over);
    expect(viewers()).toEqual([]);
  });
});

test('[COB-16] what a site switches off ends where it goes on', async () => {
  await scene.granted();
  await scene.house.sites.update(demo, { settings: { cobrowse: { control: false } } });
  await soon();
  expect(scene.view(scene.visitor).state).toBe('active');
  expect(scene.view(scene.visitor)).not.toHaveProperty('control');
  await scene.house.sites.update(demo, { settings: { cobrowse: { enabled: false } } });
  await soon();
  for (const page of [scene.visitor, scene.agent]) {
    expect(scene.view(page)).toMatchObject({ state: 'ended', reason: 'ended' });
  }
});

describe('[COB-13] the list of sessions', () => {
  const watch = async (email: string, role: 'agent' | 'admin' = 'agent') => {
    const page = await scene.house.agent(email, { role });
    return { page, list: await page.request('cobrowse.watch', { on: true }) };
  };
  const told = (page: AgentPage) => page.all('cobrowse.sessions');

  test('holds those that an agent may see, and follows them to their end', async () => {
    const { page: ben, list } = await watch('ben@example.com');
    expect(list).toEqual([]);
    const { session } = await scene.visitor.request('cobrowse.share', {});
    await expect.poll(() => told(ben).at(-1)?.changed).toMatchObject([{ id: session.id, state: 'connecting' }]);
    expect((await watch('eve@example.com')).list).toMatchObject([{ id: session.id }]);
    await scene.visitor.request('cobrowse.end', { id: session.id });
    await expect.poll(() => told(ben).at(-1)?.gone).toEqual([session.id]);
  });

  test('without those of others’ visitors; who may not see one any more is told that it is gone', async () => {
    const [{ page: ben }, { page: admin }] = [
      await watch('ben@example.com'),
      await watch('admin@example.com', 'admin'),
    ];
    const { session } = await scene.visitor.request('cobrowse.share', {});
    await expect.poll(() => told(ben).length).toBe(1);
    await scene.visitor.request('visitor.tag', { assignedUser: 'anna@example.com' });
    await expect.poll(() => told(ben).at(-1)).toEqual({ changed: [], gone: [session.id] });
    const known = told(ben).length;
    await scene.agent.request('cobrowse.join', { id: session.id });
    await expect.poll(() => told(admin).at(-1)?.changed[0]?.viewers).toHaveLength(1);
    expect(told(ben)).toHaveLength(known);
    expect(await ben.request('cobrowse.watch', { on: true })).toEqual([]);
  });

  test('is told to who watches it, until they do not', async () => {
    const [{ page: ben }, { page: eve }] = [await watch('ben@example.com'), await watch('eve@example.com')];
    await ben.request('cobrowse.watch', { on: false });
    await scene.visitor.request('cobrowse.share', {});
    await expect.poll(() => told(eve).length).toBe(1);
    expect(told(ben)).toEqual([]);
  });
});
