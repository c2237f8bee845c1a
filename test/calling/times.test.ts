import { afterEach, describe, expect, test } from 'vitest';
import type { CallId } from '#protocol/ids.ts';
import { share, show, watch } from '#test/support/callMedia.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService, type TestServiceOptions } from '#test/support/TestService.ts';

/** What returns.test.ts proves by the clock, once more over real sockets, with times that are over at once. */
const SHORT = 20;
const LONG = 60_000;

let service: TestService;
const open: Peer[] = [];
afterEach(async () => {
  for (const peer of open.splice(0)) peer.close();
  await service.stop();
});

const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};

async function ringing(callTimes: TestServiceOptions['callTimes']) {
  service = await TestService.start({ callTimes: { ring: LONG, connect: LONG, absence: LONG, ...callTimes } });
  const visitor = kept(await Peer.visitor(service.url));
  await visitor.request('visitor.tag', { email: 'john@example.com' });
  const { visitorId, token } = await visitor.event('visitor.welcome');
  const agent = kept(await Peer.agent(service.url, service.token()));
  const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  return { visitor, agent, token, callId: call.id };
}

const end = async (peer: Peer, callId: CallId) => {
  const { call } = await peer.event('calling.changed', (event) => event.call.state === 'ended');
  expect(call.id).toBe(callId);
  return call.reason;
};

describe('over real sockets', () => {
  test('[CALL-5] a ring that nobody answers is missed', async () => {
    const { visitor, agent, callId } = await ringing({ ring: SHORT });
    for (const side of [visitor, agent]) expect(await end(side, callId)).toBe('missed');
  });

  test('[CALL-6] consent without a picture fails', async () => {
    const { visitor, agent, callId } = await ringing({ connect: SHORT });
    await visitor.request('calling.answer', { callId, accept: true });
    for (const side of [visitor, agent]) expect(await end(side, callId)).toBe('failed');
  });

  test.each(['visitor', 'agent'] as const)('[CALL-8] [CALL-10] a %s who stays away is disconnected', async (who) => {
    const scene = await ringing({ absence: SHORT });
    await show(scene.visitor, scene.agent, scene.callId);
    const other = who === 'visitor' ? scene.agent : scene.visitor;
    scene[who].close();
    expect(await end(other, scene.callId)).toBe('disconnected');
  });

  test('[CALL-10] the agent’s reloaded page gets its call with the welcome and sees again', async () => {
    const scene = await ringing({});
    await show(scene.visitor, scene.agent, scene.callId);
    scene.agent.close();
    await scene.visitor.event('calling.changed', ({ call }) => !call.online.agent);
    const agent = kept(await Peer.agent(service.url, service.token(), { tab: scene.agent.tab }));
    expect((await agent.event('agent.welcome')).calls).toMatchObject([{ id: scene.callId, state: 'active' }]);
    expect((await watch(agent, scene.callId)).consumers).toHaveLength(1);
  });

  test('[CALL-8] a visitor’s page that lost the network keeps its capture, and may join anew', async () => {
    const scene = await ringing({});
    await show(scene.visitor, scene.agent, scene.callId);
    scene.visitor.close();
    await scene.agent.event('calling.changed', ({ call }) => !call.online.visitor);
    const { token, callId: sharing } = scene;
    const back = kept(await Peer.visitor(service.url, { token, tab: scene.visitor.tab, sharing }));
    expect((await back.event('visitor.welcome')).calls).toMatchObject([{ state: 'active', shareAgain: false }]);
    expect(scene.agent.received('media.consumerClosed')).toBe(false);
    await share(back, sharing);
    expect(await scene.agent.event('media.consumer')).toMatchObject({ callId: sharing });
  });

  test('[CALL-11] the welcome is the first that a page hears', async () => {
    const scene = await ringing({});
    await show(scene.visitor, scene.agent, scene.callId);
    scene.visitor.close();
    await scene.agent.event('calling.changed', ({ call }) => !call.online.visitor);
    const back = kept(await Peer.visitor(service.url, { token: scene.token, tab: scene.visitor.tab }));
    await back.event('calling.changed', ({ call }) => call.shareAgain);
    expect(back.first).toBe('visitor.welcome');
  });
});
