import { afterEach, describe, expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { demo, type HouseOptions } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { SharingScene, soon } from './SharingScene.ts';

let scene: SharingScene;
afterEach(() => scene.house.close());

const unavailable = { code: 'UNAVAILABLE' };

/** A database in which sessions cannot be saved while it is full. */
function disk() {
  const state = { full: false };
  const wrap: HouseOptions['wrap'] = (store) => {
    const save = store.cobrowses.save.bind(store.cobrowses);
    store.cobrowses.save = (...args) =>
      state.full ? Promise.reject(new CvError('UNAVAILABLE', 'out of order')) : save(...args);
    return store;
  };
  return Object.assign(state, { wrap });
}

const stored = (id: CobrowseId) => scene.house.store.cobrowses.get(demo, id);

describe('[COB-12] what is not written down has not happened', () => {
  test('a session that cannot be kept is not begun, and nobody hears of it', async () => {
    const database = disk();
    scene = await SharingScene.open(database);
    database.full = true;
    const { visitorId } = scene.visitor.caller;
    await expect(scene.agent.request('cobrowse.start', { visitorId })).rejects.toMatchObject(unavailable);
    await expect(scene.visitor.request('cobrowse.share', {})).rejects.toMatchObject(unavailable);
    await soon();
    expect(scene.visitor.heard.filter(({ event }) => event.startsWith('cobrowse.'))).toEqual([]);
    expect(scene.house.cobrowsing.cobrowses.sessions.size).toBe(0);
    database.full = false;
    expect(await scene.offered()).toMatch(/^cb_/);
  });

  test('nothing is recorded on a consent that could not be proven: the session ends as failed', async () => {
    const database = disk();
    scene = await SharingScene.open(database);
    const id = await scene.offered();
    database.full = true;
    await expect(scene.visitor.request('cobrowse.answer', { id, accept: true })).rejects.toMatchObject(unavailable);
    await soon();
    expect(scene.visitor.all('cobrowse.record')).toEqual([]);
    for (const page of [scene.visitor, scene.agent]) {
      expect(scene.view(page)).toMatchObject({ state: 'ended', reason: 'failed' });
    }
  });

  test('nor before it is written', async () => {
    scene = await SharingScene.open({ wrap: slowStore });
    const id = await scene.offered();
    const answered = scene.visitor.request('cobrowse.answer', { id, accept: true });
    await soon();
    expect(scene.view().state).toBe('connecting');
    expect(scene.visitor.all('cobrowse.record')).toEqual([]);
    await answered;
    await soon();
    expect(scene.visitor.all('cobrowse.record')).toHaveLength(1);
  });

  test('an agent whose coming cannot be written does not watch', async () => {
    const database = disk();
    scene = await SharingScene.open(database);
    const id = await scene.active();
    const ben = await scene.house.agent('ben@example.com');
    database.full = true;
    await expect(ben.request('cobrowse.join', { id })).rejects.toMatchObject(unavailable);
    await soon();
    expect(scene.view(scene.visitor).viewers).toMatchObject([{ email: 'anna@example.com' }]);
    await scene.sendFull(scene.visitor, { seq: 1 });
    expect(scene.agent.frames).toHaveLength(2);
    expect(ben.frames.length).toBeLessThan(2);
  });

  test('nobody acts on a grant that could not be proven', async () => {
    const database = disk();
    scene = await SharingScene.open(database);
    const id = await scene.active();
    await scene.agent.request('cobrowse.askControl', { id, capabilities: ['scroll'] });
    database.full = true;
    const grant = { id, agent: 'anna@example.com', capabilities: ['scroll' as const] };
    await expect(scene.visitor.request('cobrowse.grant', grant)).rejects.toMatchObject(unavailable);
    const command = { do: 'scroll', node: 1, by: { x: 0, y: 1 } } as const;
    await expect(scene.agent.request('cobrowse.command', { id, n: 1, command })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('a revocation counts at once, even if it cannot be written', async () => {
    const database = disk();
    scene = await SharingScene.open(database);
    const id = await scene.active();
    database.full = true;
    await scene.visitor.request('cobrowse.end', { id });
    await scene.sendFull();
    expect(scene.agent.frames).toHaveLength(1);
    expect(scene.view()).toMatchObject({ state: 'ended', reason: 'revoked' });
  });
});

test('[COB-12] every step is in the audit log, with who took it, and the row says how it stands', async () => {
  scene = await SharingScene.open();
  const id = await scene.granted();
  const ben = await scene.house.agent('ben@example.com');
  await ben.request('cobrowse.join', { id });
  await scene.visitor.request('cobrowse.grant', { id, agent: 'anna@example.com', capabilities: [] });
  await ben.request('cobrowse.leave', { id });
  expect(await stored(id)).toMatchObject({ state: 'active', visitorId: scene.visitor.caller.visitorId });
  await scene.visitor.request('cobrowse.end', { id });
  expect(await scene.steps(id)).toEqual([
    'agent started',
    'visitor consented',
    'system active',
    'agent control-asked',
    'visitor control-granted',
    'agent joined',
    'visitor control-revoked',
    'agent left',
    'visitor ended',
  ]);
  const record = await stored(id);
  expect(record).toMatchObject({
    state: 'ended',
    reason: 'revoked',
    agentEmail: 'anna@example.com',
    startedBy: 'agent',
  });
  expect(record?.startedAt).toBeLessThanOrEqual(record?.consentedAt ?? 0);
  expect(record?.consentedAt).toBeLessThanOrEqual(record?.activeAt ?? 0);
  expect(record?.activeAt).toBeLessThanOrEqual(record?.endedAt ?? 0);
});

test('[COB-12] webhooks hear of the begin and the end, once each', async () => {
  scene = await SharingScene.open();
  const url = 'https://hooks.example/coview';
  const events = ['cobrowse.started' as const, 'cobrowse.ended' as const];
  await scene.house.webhooks.create(demo, { url, events, enabled: true }, 'site');
  const made: { type: string; payload: string }[] = [];
  scene.house.webhooks.on('rows', (rows) => made.push(...rows));
  const id = await scene.active();
  await scene.agent.request('cobrowse.end', { id });
  expect(made.map(({ type }) => type)).toEqual(['cobrowse.started', 'cobrowse.ended']);
  expect(made.map(({ payload }) => JSON.parse(payload).data.cobrowse)).toMatchObject([
    { id, state: 'ringing', startedBy: 'agent' },
    { id, state: 'ended', reason: 'ended', agent: { email: 'anna@example.com' } },
  ]);
});

test('[COB-3] a page that goes while it asks does not watch as a ghost', async () => {
  scene = await SharingScene.open({ wrap: slowStore });
  const page = await scene.house.visitor();
  await page.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
  const asked = scene.agent.request('cobrowse.start', { visitorId: page.caller.visitorId });
  scene.agent.leave();
  await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(page.all('cobrowse.offer')).toEqual([]);
  expect(scene.house.cobrowsing.cobrowses.sessions.size).toBe(0);
});

test('[COB-15] sessions that a former process left behind are ended, once, and told to webhooks', async () => {
  scene = await SharingScene.open();
  const left = {
    site: demo,
    id: newId<CobrowseId>('cb'),
    state: 'active',
    visitorId: scene.visitor.caller.visitorId,
    startedBy: 'visitor',
    agentId: scene.agent.caller.agentId,
    agentEmail: 'anna@example.com',
    agentName: 'Anna',
    startedAt: 1,
    consentedAt: 1,
  } as const;
  await scene.house.store.cobrowses.save(left, []);
  const { cobrowses } = scene.house.cobrowsing;
  await cobrowses.recover();
  await cobrowses.recover();
  expect(await stored(left.id)).toMatchObject({ state: 'ended', reason: 'disconnected', consentedAt: 1 });
  expect(await scene.steps(left.id)).toEqual(['system ended']);
});

test('[COB-15] a server that stops ends them all, and begins none', async () => {
  scene = await SharingScene.open();
  const id = await scene.active();
  await scene.house.cobrowsing.cobrowses.close();
  await soon();
  expect(scene.view()).toMatchObject({ id, state: 'ended', reason: 'disconnected' });
  expect(await stored(id)).toMatchObject({ reason: 'disconnected' });
  await expect(scene.visitor.request('cobrowse.share', {})).rejects.toMatchObject(unavailable);
});
