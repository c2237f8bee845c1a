import { afterEach, expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { CallId } from '#protocol/ids.ts';
import { share, show, watch } from '#test/support/callMedia.ts';
import { demo, House, type HouseOptions } from '#test/support/House.ts';
import { slowStore } from '#test/support/slowStore.ts';

let house: House;
afterEach(() => house.close());

async function scene(options?: HouseOptions) {
  house = await House.open(options);
  const [visitor, agent] = [await house.visitor(), await house.agent('anna@example.com')];
  await visitor.request('visitor.tag', { email: 'john@example.com' });
  const { visitorId } = visitor.caller;
  const start = () => agent.request('calling.start', { visitorId, kind: 'screen' });
  return { visitor, agent, start, token: visitor.last('visitor.welcome').token };
}

const stored = async () => (await house.store.calls.list(demo, { limit: 10 })).items;
const steps = async (callId: CallId) =>
  (await house.store.audit.list(demo, { limit: 50, subject: callId })).items
    .map(({ actor, action, detail }) => `${actor} ${action} ${detail['reason'] ?? ''}`.trim())
    .reverse();
const unavailable = new CvError('UNAVAILABLE', 'out of order');

/** A database in which calls cannot be saved while it is full. */
function disk() {
  const state = { full: false };
  const wrap: HouseOptions['wrap'] = (store) => {
    const save = store.calls.save.bind(store.calls);
    store.calls.save = (...args) => (state.full ? Promise.reject(unavailable) : save(...args));
    return store;
  };
  return Object.assign(state, { wrap });
}

test('[CALL-12] a call that cannot be kept is not begun, and leaves nobody busy', async () => {
  const database = disk();
  const { visitor, agent, start } = await scene(database);
  database.full = true;
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(visitor.all('calling.offer')).toEqual([]);
  expect(visitor.all('calling.changed')).toEqual([]);
  expect(house.calls.size).toBe(0);
  expect(house.sfu.rooms.size).toBe(0);
  expect(await agent.request('presence.list', {})).toMatchObject([{ busy: false }]);
  database.full = false;
  expect((await start()).call.state).toBe('ringing');
});

test('[CALL-12] a call whose media cannot be had is kept as failed, and rings nobody', async () => {
  const { visitor, start } = await scene();
  house.sfu.before = () => Promise.reject(unavailable);
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(visitor.all('calling.offer')).toEqual([]);
  expect(visitor.all('calling.changed')).toEqual([]);
  const [call, ...more] = await stored();
  expect(more).toEqual([]);
  expect(call).toMatchObject({ state: 'ended', reason: 'failed' });
  expect(await steps(call?.id as CallId)).toEqual(['agent:anna@example.com call.started', 'system call.ended failed']);
  house.sfu.before = () => {};
  expect((await start()).call.state).toBe('ringing');
});

test('[CALL-13] a consent that cannot be kept is none: the call ends before anything is sent', async () => {
  const database = disk();
  const { visitor, agent, start } = await scene(database);
  const { call } = await start();
  database.full = true;
  const accepted = visitor.request('calling.answer', { callId: call.id, accept: true });
  await expect(accepted).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(agent.last('calling.changed').call).toMatchObject({ state: 'ended', reason: 'failed' });
  await expect(share(visitor, call.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(house.calls.size).toBe(0);
  expect(house.sfu.rooms.size).toBe(0);
});

test('[CALL-12] a visitor who is somebody else while the call is begun is not rung, and no room stays open', async () => {
  const { visitor, start } = await scene();
  house.sfu.before = async (verb) => {
    if (verb === 'openRoom') await visitor.request('visitor.reset', {});
  };
  const started = await start();
  expect(started.call).toMatchObject({ state: 'ended', reason: 'ended' });
  expect(visitor.all('calling.offer')).toEqual([]);
  expect(house.sfu.rooms.size).toBe(0);
  expect(house.calls.size).toBe(0);
});

test('[CALL-14] two agents, or one agent twice, at the same moment: one rings, the other hears CALL_BUSY', async () => {
  const { visitor, start } = await scene({ wrap: slowStore });
  const other = await house.agent('ben@example.com');
  const { visitorId } = visitor.caller;
  const ring = () => other.request('calling.start', { visitorId, kind: 'screen' });
  const results = await Promise.allSettled([start(), start(), ring()]);
  expect(results).toMatchObject([
    { status: 'fulfilled', value: { call: { state: 'ringing' } } },
    { status: 'rejected', reason: { code: 'CALL_BUSY' } },
    { status: 'rejected', reason: { code: 'CALL_BUSY' } },
  ]);
});

test('[CALL-15] what ends the call while it is stopping is told, kept, and nothing new begins', async () => {
  const { visitor, agent, start } = await scene({ wrap: slowStore });
  const { call } = await start();
  await show(visitor, agent, call.id);
  const closing = house.calls.close();
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await closing;
  for (const side of [visitor, agent]) {
    expect(side.last('calling.changed').call).toMatchObject({ state: 'ended', reason: 'disconnected' });
  }
  expect(await stored()).toMatchObject([{ state: 'ended', reason: 'disconnected' }]);
  expect((await steps(call.id)).at(-1)).toBe('system call.ended disconnected');
});

test('[MEDIA-4] a room that cannot be opened again ends its call as failed', async () => {
  const { visitor, agent, start } = await scene();
  const { call } = await start();
  await show(visitor, agent, call.id);
  const broken = new CvError('INTERNAL', 'out of order');
  house.sfu.before = (verb) => (verb === 'openRoom' ? Promise.reject(broken) : undefined);
  house.sfu.lose(call.id);
  await new Promise(setImmediate);
  for (const side of [visitor, agent]) {
    expect(side.last('calling.changed').call).toMatchObject({ state: 'ended', reason: 'failed' });
    expect(side.all('media.lost')).toEqual([]);
  }
  house.sfu.before = () => {};
  expect((await start()).call.state).toBe('ringing');
});

test('[MEDIA-4] a room whose workers are all dead is waited for, and then everybody joins again', async () => {
  const { visitor, agent, start } = await scene();
  const { call } = await start();
  await show(visitor, agent, call.id);
  let refusals = 2;
  house.sfu.before = (verb) => (verb === 'openRoom' && refusals-- > 0 ? Promise.reject(unavailable) : undefined);
  house.sfu.lose(call.id);
  await expect.poll(() => agent.all('media.lost')).toEqual([{ callId: call.id }]);
  expect(visitor.all('media.lost')).toEqual([{ callId: call.id }]);
  expect(agent.last('calling.changed').call.state).toBe('connecting');
});

test('[MEDIA-4] a room that is lost while it rings is there again when the visitor accepts', async () => {
  const { visitor, agent, start } = await scene();
  const { call } = await start();
  await visitor.request('media.join', { callId: call.id });
  await watch(agent, call.id);
  house.sfu.lose(call.id);
  await new Promise(setImmediate);
  for (const side of [visitor, agent]) expect(side.all('media.lost')).toEqual([{ callId: call.id }]);
  await show(visitor, agent, call.id);
  expect(agent.last('calling.changed').call).toMatchObject({ state: 'active' });
});
