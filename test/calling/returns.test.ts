import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallId, TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { share, show, watch } from '#test/support/callMedia.ts';
import { demo, House } from '#test/support/House.ts';

const GRACE = 6_000;
const times = { ring: 30_000, connect: 120_000, absence: 30_000 };

let house: House;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  house = await House.open({ graceMs: GRACE, callTimes: times });
});
afterEach(async () => {
  await house.close();
  vi.useRealTimers();
});

type Visitor = Awaited<ReturnType<House['visitor']>>;
type Agent = Awaited<ReturnType<House['agent']>>;

interface Scene {
  visitor: Visitor;
  agent: Agent;
  callId: CallId;
  token: string;
}

async function ringing(): Promise<Scene> {
  const [visitor, agent] = [await house.visitor(), await house.agent('anna@example.com')];
  await visitor.request('visitor.tag', { email: 'john@example.com' });
  const { call } = await agent.request('calling.start', { visitorId: visitor.caller.visitorId, kind: 'screen' });
  return { visitor, agent, callId: call.id, token: visitor.last('visitor.welcome').token };
}

async function active(): Promise<Scene> {
  const scene = await ringing();
  await show(scene.visitor, scene.agent, scene.callId);
  expect(state(scene.agent)).toMatchObject({ state: 'active', shareAgain: false });
  return scene;
}

/** Time passes, and what happens in it is told. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const state = (socket: Visitor | Agent) => socket.last('calling.changed').call;
const stored = async (callId: CallId) => house.store.calls.get(demo, callId);
/** The same tab comes back; with `sharing` its capture is still alive. */
const back = ({ visitor, token, callId }: Scene, sharing: boolean, tab: TabId = visitor.tab) =>
  house.visitor({ token, tab, ...(sharing ? { sharing: callId } : {}) });

describe('[CALL-5] a ring ends by itself', () => {
  test('missed, when nobody answers in time, and not before', async () => {
    const { visitor, agent, callId } = await ringing();
    await pass(times.ring - 1);
    expect(agent.all('calling.changed')).toEqual([]);
    await pass(1);
    for (const side of [visitor, agent])
      expect(state(side)).toMatchObject({ id: callId, state: 'ended', reason: 'missed' });
    expect(house.sfu.rooms.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    await expect(visitor.request('calling.answer', { callId, accept: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('the offer tells how long it goes on, also to a page that comes while it rings', async () => {
    const scene = await ringing();
    expect(scene.visitor.last('calling.offer')).toMatchObject({ ringMs: times.ring, call: { id: scene.callId } });
    await pass(10_000);
    const second = await house.visitor({ token: scene.token });
    await pass(0);
    expect(second.all('calling.offer')).toMatchObject([{ ringMs: times.ring - 10_000, call: { state: 'ringing' } }]);
    scene.visitor.leave();
    await pass(1_000);
    const reloaded = await back(scene, false);
    await pass(0);
    expect(reloaded.all('calling.offer')).toMatchObject([{ ringMs: times.ring - 11_000 }]);
    await reloaded.request('calling.answer', { callId: scene.callId, accept: true });
    expect(state(scene.agent)).toMatchObject({ state: 'connecting' });
  });
});

describe('[CALL-6] consent without a picture', () => {
  test('fails after the time to connect', async () => {
    const { visitor, agent, callId } = await ringing();
    await visitor.request('calling.answer', { callId, accept: true });
    await pass(times.connect - 1);
    expect(state(agent)).toMatchObject({ state: 'connecting' });
    await pass(1);
    expect(state(agent)).toMatchObject({ state: 'ended', reason: 'failed' });
    expect(state(visitor)).toMatchObject({ state: 'ended', reason: 'failed' });
  });

  test('a picture stops that clock', async () => {
    const { agent } = await active();
    await pass(100 * times.connect);
    expect(state(agent)).toMatchObject({ state: 'active' });
  });

  test('who is asked to share again and does not is disconnected', async () => {
    const scene = await active();
    scene.visitor.leave();
    await back(scene, false);
    await pass(times.connect - 1);
    expect(state(scene.agent)).toMatchObject({ state: 'connecting', shareAgain: true });
    await pass(1);
    expect(state(scene.agent)).toMatchObject({ state: 'ended', reason: 'disconnected' });
  });
});

describe('[CALL-7] the visitor’s page is reloaded', () => {
  test('the capture is over: the call goes on and asks to share again', async () => {
    const scene = await active();
    scene.visitor.leave();
    await pass(0);
    expect(state(scene.agent)).toMatchObject({ state: 'active', online: { visitor: false } });
    const reloaded = await back(scene, false);
    await pass(0);
    const asked = { state: 'connecting', shareAgain: true, online: { visitor: true, agent: true } };
    expect(reloaded.last('visitor.welcome').calls).toMatchObject([{ id: scene.callId, ...asked }]);
    expect(state(scene.agent)).toMatchObject(asked);
    expect(scene.agent.all('media.consumerClosed')).toHaveLength(1);

    const forbidden = share(reloaded, scene.callId);
    await expect(forbidden).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await show(reloaded, scene.agent, scene.callId);
    expect(state(scene.agent)).toMatchObject({ state: 'active', shareAgain: false });
    expect(await stored(scene.callId)).toMatchObject({ state: 'active' });
  });

  test('also before there was a picture', async () => {
    const scene = await ringing();
    await scene.visitor.request('calling.answer', { callId: scene.callId, accept: true });
    scene.visitor.leave();
    const reloaded = await back(scene, false);
    expect(reloaded.last('visitor.welcome').calls).toMatchObject([{ state: 'connecting', shareAgain: true }]);
  });

  test('a page elsewhere in another tab takes nothing away', async () => {
    const scene = await active();
    const second = await house.visitor({ token: scene.token });
    expect(second.last('visitor.welcome').calls).toMatchObject([{ state: 'active', shareAgain: false }]);
    second.leave();
    await pass(GRACE);
    expect(house.calls.size).toBe(1);
    expect(scene.agent.all('media.consumerClosed')).toEqual([]);
  });
});

describe('[CALL-8] the network is lost', () => {
  test.each([1, GRACE - 1, GRACE + 1, times.absence - 1])(
    'for %i ms: the capture that lives on is kept',
    async (ms) => {
      const scene = await active();
      scene.visitor.leave();
      await pass(ms);
      const returned = await back(scene, true);
      await pass(0);
      expect(returned.last('visitor.welcome').calls).toMatchObject([{ state: 'active', shareAgain: false }]);
      expect(state(scene.agent)).toMatchObject({ state: 'active', online: { visitor: true, agent: true } });
      expect(scene.agent.all('media.consumerClosed')).toEqual([]);
      expect(house.presence.list(demo)).toMatchObject([{ busy: true }]);
      await pass(10 * times.absence);
      expect(house.calls.size).toBe(1);
    },
  );

  test('of the sharing tab alone: asked for in the other one, and kept if the capture comes back first', async () => {
    const scene = await active();
    const second = await house.visitor({ token: scene.token });
    scene.visitor.leave();
    await pass(GRACE);
    expect(state(second)).toMatchObject({ state: 'connecting', shareAgain: true });
    const returned = await back(scene, true);
    await pass(0);
    expect(state(second)).toMatchObject({ state: 'connecting', shareAgain: false });
    await share(returned, scene.callId);
    await watch(scene.agent, scene.callId);
    expect(state(second)).toMatchObject({ state: 'active' });
  });

  test('for longer than the absence that is forgiven: disconnected', async () => {
    const { visitor, agent, callId } = await active();
    visitor.leave();
    await pass(times.absence - 1);
    expect(state(agent)).toMatchObject({ state: 'active', online: { visitor: false, agent: true } });
    await pass(1);
    expect(state(agent)).toMatchObject({ id: callId, state: 'ended', reason: 'disconnected' });
    expect(house.sfu.rooms.size).toBe(0);
  });
});

describe('[CALL-9] the sharing tab is closed', () => {
  test('while another one is open: that one is asked to share', async () => {
    const scene = await active();
    const second = await house.visitor({ token: scene.token });
    scene.visitor.leave();
    await pass(GRACE - 1);
    expect(state(scene.agent)).toMatchObject({ state: 'active' });
    await pass(1);
    expect(state(second)).toMatchObject({ state: 'connecting', shareAgain: true });
    await show(second, scene.agent, scene.callId);
    expect(state(scene.agent)).toMatchObject({ state: 'active' });
    expect(scene.agent.all('media.consumerClosed')).toHaveLength(1);
  });

  test.each([1_000, GRACE + 1_000])('and a new one opened after %i ms: that one is asked to share', async (ms) => {
    const scene = await active();
    scene.visitor.leave();
    await pass(ms);
    const other = await back(scene, false, newId<TabId>('t'));
    await pass(GRACE);
    expect(state(scene.agent)).toMatchObject({ state: 'connecting', shareAgain: true, online: { visitor: true } });
    await show(other, scene.agent, scene.callId);
    expect(state(scene.agent)).toMatchObject({ state: 'active' });
  });

  test('while it rings or another tab looks on, nothing is asked', async () => {
    const scene = await ringing();
    const second = await house.visitor({ token: scene.token });
    scene.visitor.leave();
    await pass(GRACE);
    expect(scene.agent.all('calling.changed')).toEqual([]);
    await show(second, scene.agent, scene.callId);
    expect(state(scene.agent)).toMatchObject({ state: 'active' });
  });
});

describe('[CALL-10] the agent’s page is reloaded or lost', () => {
  test('the same tab gets its call in the welcome and can see again', async () => {
    const scene = await active();
    scene.agent.leave();
    await pass(0);
    expect(state(scene.visitor)).toMatchObject({ state: 'active', online: { agent: false, visitor: true } });
    await pass(times.absence - 1);
    const agent = await house.agent('anna@example.com', { tab: scene.agent.tab });
    await pass(0);
    expect(agent.last('agent.welcome').calls).toMatchObject([{ id: scene.callId, state: 'active' }]);
    expect(state(scene.visitor)).toMatchObject({ online: { agent: true, visitor: true } });
    expect((await watch(agent, scene.callId)).consumers).toHaveLength(1);
    await pass(10 * times.absence);
    expect(house.calls.size).toBe(1);
  });

  test('another tab of the agent is given no call and no picture', async () => {
    const scene = await active();
    const second = await house.agent('anna@example.com');
    expect(second.last('agent.welcome').calls).toEqual([]);
    await expect(watch(second, scene.callId)).rejects.toMatchObject({ code: 'CONFLICT' });
    second.leave();
    await pass(10 * times.absence);
    expect(house.calls.size).toBe(1);
  });

  test('gone for longer than the absence that is forgiven: disconnected', async () => {
    const { visitor, agent } = await active();
    agent.leave();
    await pass(times.absence - 1);
    expect(state(visitor)).toMatchObject({ state: 'active' });
    await pass(1);
    expect(state(visitor)).toMatchObject({ state: 'ended', reason: 'disconnected' });
  });
});

test('[CALL-11] the welcome is the first that a page hears, whatever its coming changes', async () => {
  const scene = await active();
  scene.visitor.leave();
  scene.agent.leave();
  const visitor = await back(scene, false);
  const agent = await house.agent('anna@example.com', { tab: scene.agent.tab });
  expect(visitor.heard[0]?.event).toBe('visitor.welcome');
  expect(agent.heard[0]?.event).toBe('agent.welcome');
  await agent.request('calling.end', { callId: scene.callId });
  const { call } = await agent.request('calling.start', { visitorId: visitor.caller.visitorId, kind: 'screen' });
  const second = await house.visitor({ token: scene.token });
  await pass(0);
  expect(second.heard.map(({ event }) => event)).toEqual(['visitor.welcome', 'calling.offer']);
  expect(second.last('visitor.welcome').calls).toMatchObject([{ id: call.id, state: 'ringing' }]);
});

test('[CALL-18] a visitor between two pages cannot be rung: VISITOR_OFFLINE, and later NOT_FOUND', async () => {
  const [visitor, agent] = [await house.visitor(), await house.agent('anna@example.com')];
  await visitor.request('visitor.tag', { email: 'john@example.com' });
  const ring = () => agent.request('calling.start', { visitorId: visitor.caller.visitorId, kind: 'screen' });
  visitor.leave();
  await expect(ring()).rejects.toMatchObject({ code: 'VISITOR_OFFLINE' });
  await pass(GRACE);
  await expect(ring()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('[CALL-19] steps of one and the same millisecond stay in order', async () => {
  const { agent, callId } = await active();
  await agent.request('calling.end', { callId });
  const { items } = await house.store.audit.list(demo, { limit: 50, subject: callId });
  expect(new Set(items.map(({ at }) => at)).size).toBe(1);
  const actions = ['call.started', 'call.accepted', 'call.active', 'call.ended'];
  expect(items.map(({ action }) => action)).toEqual(actions.reverse());
});
