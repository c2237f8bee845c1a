import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventPayload, MethodRequest } from '#protocol/api.ts';
import type { CallView } from '#protocol/calling.ts';
import { newId } from '#protocol/newId.ts';
import { share, show, watch } from '#test/support/callMedia.ts';
import { Peer, page } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
let number = 0;

beforeAll(async () => {
  service = await TestService.start();
});
afterEach(async () => {
  // A call that a test left open would keep its agent busy for the next one.
  for (const peer of open.filter(({ socket }) => socket.connected)) {
    const welcomed = peer.received('visitor.welcome');
    if (welcomed) await peer.request('visitor.reset', {}).catch(() => {});
  }
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};

async function visitor(auth: Record<string, unknown> = {}, tag: MethodRequest<'visitor.tag'> = {}) {
  const peer = kept(await Peer.visitor(service.url, auth));
  const { token, visitorId } = await peer.event('visitor.welcome');
  await peer.request('visitor.tag', { email: `caller${++number}@example.com`, ...tag });
  return { peer, token, visitorId };
}

const agent = async (email = 'agent1@example.com') => kept(await Peer.agent(service.url, service.token(email)));

async function ringing(auth?: Record<string, unknown>) {
  const { peer, token, visitorId } = await visitor(auth);
  const caller = await agent();
  const { call } = await caller.request('calling.start', { visitorId, kind: 'screen' });
  return { visitor: peer, agent: caller, token, visitorId, call, callId: call.id };
}

async function connecting() {
  const scene = await ringing();
  await scene.visitor.request('calling.answer', { callId: scene.callId, accept: true });
  return scene;
}

const ended = (peer: Peer) =>
  peer.event('calling.changed', ({ call }: EventPayload<'calling.changed'>) => call.state === 'ended');

/** Both sides hear of the same end, and nobody is busy any more. */
async function expectEnd(scene: Awaited<ReturnType<typeof ringing>>, reason: CallView['reason']) {
  for (const side of [scene.visitor, scene.agent]) {
    expect((await ended(side)).call).toMatchObject({
      id: scene.callId,
      state: 'ended',
      reason,
      endedAt: expect.any(String),
    });
  }
  expect(await scene.agent.request('presence.status', { query: scene.visitorId })).toMatchObject({ busy: false });
  const late = scene.visitor.request('calling.answer', { callId: scene.callId, accept: true });
  await expect(late).rejects.toMatchObject({ code: 'NOT_FOUND' });
}

describe('[CALL-1] an agent rings a tagged visitor, who hears who calls, in every tab', () => {
  test('and is busy from then on', async () => {
    const scene = await ringing();
    expect(scene.call).toEqual({
      id: expect.stringMatching(/^c_/),
      kind: 'screen',
      state: 'ringing',
      visitorId: scene.visitorId,
      agent: { email: 'agent1@example.com', name: 'Anna Berg' },
      startedAt: expect.any(String),
      shareAgain: false,
      online: { visitor: true, agent: true },
    });
    const { call, ringMs } = await scene.visitor.event('calling.offer');
    expect(call).toEqual(scene.call);
    expect(ringMs).toBeGreaterThan(0);
    const second = kept(await Peer.visitor(service.url, { token: scene.token }));
    expect((await second.event('calling.offer')).call).toEqual(scene.call);
    expect(await scene.agent.request('presence.list', {})).toMatchObject([{ visitorId: scene.visitorId, busy: true }]);
  });

  test('accepting makes this tab the sharing one; both sides hear of it', async () => {
    const { visitor: peer, agent: caller, callId } = await ringing();
    const { call } = await peer.request('calling.answer', { callId, accept: true });
    expect(call).toMatchObject({ state: 'connecting', answeredAt: expect.any(String), shareAgain: false });
    for (const side of [peer, caller]) expect((await side.event('calling.changed')).call).toEqual(call);
  });

  test('the agent sees the screen: active', async () => {
    const { visitor: peer, agent: caller, callId } = await ringing();
    await show(peer, caller, callId);
    for (const side of [peer, caller]) {
      const { call } = await side.event('calling.changed', (event) => event.call.state === 'active');
      expect(call).toMatchObject({ activeAt: expect.any(String), online: { visitor: true, agent: true } });
    }
  });
});

describe('[CALL-16] every way a call may end has its reason', () => {
  test('declined by the visitor, either way of saying no', async () => {
    const first = await ringing();
    const { call } = await first.visitor.request('calling.answer', { callId: first.callId, accept: false });
    expect(call).toMatchObject({ state: 'ended', reason: 'declined' });
    await expectEnd(first, 'declined');
    const second = await ringing();
    await second.visitor.request('calling.end', { callId: second.callId });
    await expectEnd(second, 'declined');
  });

  test('cancelled by the agent while it rings', async () => {
    const scene = await ringing();
    await scene.agent.request('calling.end', { callId: scene.callId, reason: 'track-ended' });
    await expectEnd(scene, 'cancelled');
  });

  test.each(['picker-cancelled', 'unsupported', 'failed', 'track-ended', 'ended'] as const)(
    '%s, as the visitor’s page tells',
    async (reason) => {
      const scene = await connecting();
      await scene.visitor.request('calling.end', { callId: scene.callId, reason });
      await expectEnd(scene, reason);
    },
  );

  test.each(['connecting', 'active'])('ended by the agent while %s', async (state) => {
    const scene = await connecting();
    if (state === 'active') {
      await share(scene.visitor, scene.callId);
      await watch(scene.agent, scene.callId);
    }
    await scene.agent.request('calling.end', { callId: scene.callId, reason: 'failed' });
    await expectEnd(scene, 'ended');
  });

  test('unsupported at once where no tab of the visitor can share; the visitor hears nothing', async () => {
    const { peer, visitorId } = await visitor({ page: { ...page, screen: false } });
    const caller = await agent();
    const { call } = await caller.request('calling.start', { visitorId, kind: 'screen' });
    expect(call).toMatchObject({ state: 'ended', reason: 'unsupported' });
    expect((await caller.request('calling.start', { visitorId, kind: 'screen' })).call.reason).toBe('unsupported');
    await peer.request('presence.page', { screen: true });
    expect(peer.received('calling.offer')).toBe(false);
    expect((await caller.request('calling.start', { visitorId, kind: 'screen' })).call.state).toBe('ringing');
  });

  test('ended when the agent’s token is revoked', async () => {
    const { peer, visitorId } = await visitor();
    const caller = await agent('agent2@example.com');
    const { call } = await caller.request('calling.start', { visitorId, kind: 'screen' });
    await show(peer, caller, call.id);
    expect((await service.rest('DELETE', 'agents/agent2@example.com/token')).status).toBe(204);
    await caller.event('agent.revoked');
    await caller.ended();
    expect((await ended(peer)).call).toMatchObject({ id: call.id, reason: 'ended' });
    await expect(share(peer, call.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('[CALL-14] one call at a time', () => {
  test('for the visitor', async () => {
    const scene = await ringing();
    const other = await agent('admin@example.com');
    const busy = other.request('calling.start', { visitorId: scene.visitorId, kind: 'screen' });
    await expect(busy).rejects.toMatchObject({ code: 'CALL_BUSY' });
    await scene.agent.request('calling.end', { callId: scene.callId });
    const { call } = await other.request('calling.start', { visitorId: scene.visitorId, kind: 'screen' });
    expect(call.state).toBe('ringing');
  });

  test('for the agent, on whatever page', async () => {
    const scene = await ringing();
    const second = await visitor();
    for (const caller of [scene.agent, await agent()]) {
      const busy = caller.request('calling.start', { visitorId: second.visitorId, kind: 'screen' });
      await expect(busy).rejects.toMatchObject({ code: 'CALL_BUSY' });
    }
    await second.peer.request('presence.page', {});
    expect(second.peer.received('calling.offer')).toBe(false);
  });
});

describe('[CALL-17] a call belongs to its two sides', () => {
  test('a second tab that accepts too late gets CONFLICT, and may still end the call', async () => {
    const scene = await ringing();
    const second = kept(await Peer.visitor(service.url, { token: scene.token }));
    const answer = (peer: Peer) => peer.request('calling.answer', { callId: scene.callId, accept: true });
    const results = await Promise.allSettled([answer(scene.visitor), answer(second)]);
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'CONFLICT' } }]);
    await share(scene.visitor, scene.callId);
    await expect(share(second, scene.callId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await second.request('calling.end', { callId: scene.callId });
    await expectEnd(scene, 'ended');
  });

  test('to everybody else there is no such call', async () => {
    const scene = await connecting();
    const stranger = (await visitor()).peer;
    const colleague = await agent('admin@example.com');
    const nothing = { code: 'NOT_FOUND' };
    const { callId } = scene;
    for (const peer of [stranger, colleague]) {
      await expect(peer.request('calling.end', { callId })).rejects.toMatchObject(nothing);
      await expect(peer.request('media.join', { callId })).rejects.toMatchObject(nothing);
      expect(peer.received('calling.changed')).toBe(false);
    }
    await expect(stranger.request('calling.answer', { callId, accept: true })).rejects.toMatchObject(nothing);
    await expect(share(stranger, callId)).rejects.toMatchObject(nothing);
  });

  test('each method is for its own side alone', async () => {
    const { visitor: peer, agent: caller, visitorId, callId } = await ringing();
    const refused = { error: { code: 'FORBIDDEN' } };
    expect(await peer.raw('calling.start', { visitorId, kind: 'screen' })).toMatchObject(refused);
    expect(await caller.raw('calling.answer', { callId, accept: true })).toMatchObject(refused);
    expect(await caller.raw('media.produce', {})).toMatchObject(refused);
    expect(await peer.raw('media.connect', {})).toMatchObject(refused);
    expect(await peer.raw('media.resume', {})).toMatchObject(refused);
  });
});

test('[CALL-18] only a visitor who is here and is tagged, or has written, can be rung: else NOT_TAGGED or NOT_FOUND', async () => {
  const caller = await agent();
  const ring = (visitorId: string) => caller.raw('calling.start', { visitorId, kind: 'screen' });
  const untagged = kept(await Peer.visitor(service.url));
  const { visitorId } = await untagged.event('visitor.welcome');
  expect(await ring(visitorId)).toMatchObject({ error: { code: 'NOT_TAGGED' } });
  expect(await ring('v_AAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await ring('nonsense')).toMatchObject({ error: { code: 'INVALID_INPUT' } });
});

test('[CALL-18] who has only written is rung by the agents who may see them', async () => {
  const at = async (email: string) => {
    const issued = (await (await service.rest('POST', `agents/${email}/token`)).json()) as { token: string };
    return kept(await Peer.agent(service.url, issued.token));
  };
  const [anna, ben] = [await at('agent1@example.com'), await at('agent2@example.com')];
  const writer = kept(await Peer.visitor(service.url));
  const { visitorId } = await writer.event('visitor.welcome');
  await writer.request('chat.send', { message: { id: newId('m'), text: 'Help!' } });
  const ring = (caller: Peer) => caller.raw('calling.start', { visitorId, kind: 'screen' });
  const { items } = (await (await service.rest('GET', 'conversations')).json()) as {
    items: { customerId: string; present?: { visitorId: string } }[];
  };
  const customer = items.find(({ present }) => present?.visitorId === visitorId)?.customerId;
  await service.rest('PUT', `customers/${customer}/assignment`, { user: 'agent2@example.com' });
  expect(await ring(anna)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await ring(ben)).toMatchObject({ data: { call: { state: 'ringing', visitorId } } });
});
