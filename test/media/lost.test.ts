import { afterAll, beforeAll, expect, test } from 'vitest';
import { RtpCapabilities } from '#protocol/rtp.ts';
import { share, show, watch } from '#test/support/callMedia.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ env: { RTC_WORKERS: '2' } });
});
afterAll(() => service.stop());

async function call(email: string, agentEmail: string) {
  const visitor = await Peer.visitor(service.url);
  await visitor.request('visitor.tag', { email });
  const { visitorId } = await visitor.event('visitor.welcome');
  const agent = await Peer.agent(service.url, service.token(agentEmail));
  const { id } = (await agent.request('calling.start', { visitorId, kind: 'screen' })).call;
  await show(visitor, agent, id);
  return { visitor, agent, callId: id };
}

test('[MEDIA-4] a worker that dies takes no call with it: its calls join again, the others notice nothing', async () => {
  // Each on a worker of its own: the second room goes to the one that has none.
  const struck = await call('struck@example.com', 'agent1@example.com');
  const spared = await call('spared@example.com', 'agent2@example.com');
  const [pid, other] = service.coview.sfu.workerPids;
  process.kill(pid as number, 'SIGKILL');

  for (const side of [struck.visitor, struck.agent]) {
    expect(await side.event('media.lost')).toEqual({ callId: struck.callId });
    const { call: now } = await side.event(
      'calling.changed',
      (event) => event.call.activeAt !== undefined && event.call.state === 'connecting',
    );
    expect(now).toMatchObject({ id: struck.callId, shareAgain: false });
  }
  await share(struck.visitor, struck.callId);
  const { consumers } = await watch(struck.agent, struck.callId);
  expect(consumers).toMatchObject([{ source: 'screen', kind: 'video' }]);
  const again = await service.rest('GET', 'calls?limit=2');
  expect(await again.json()).toMatchObject({ items: [{ state: 'active' }, { state: 'active' }] });

  const [consumer] = (await watch(spared.agent, spared.callId)).consumers;
  expect(consumer).toBeDefined();
  for (const side of [spared.visitor, spared.agent]) {
    expect(side.received('media.lost')).toBe(false);
    expect(side.received('media.consumerClosed')).toBe(false);
  }
  await expect.poll(() => service.coview.sfu.workerPids.length, { timeout: 30_000 }).toBe(2);
  expect(service.coview.sfu.workerPids).toContain(other);
  expect(service.coview.sfu.workerPids).not.toContain(pid);
  for (const { visitor, agent } of [struck, spared]) {
    visitor.close();
    agent.close();
  }
});

test('[MEDIA-7] capabilities are told before any call, and a join brings transport and ICE servers in one answer', async () => {
  const turned = await TestService.start({
    env: {
      ICE_SERVERS: '[{"urls":"stun:stun.example.com"}]',
      TURN_URLS: 'turn:turn.example.com',
      TURN_SECRET: 'north wind',
    },
  });
  const visitor = await Peer.visitor(turned.url);
  const { routerRtpCapabilities } = await visitor.request('media.capabilities', {});
  expect(RtpCapabilities.safeParse(routerRtpCapabilities).error).toBeUndefined();
  await visitor.request('visitor.tag', { email: 'turn@example.com' });
  const agent = await Peer.agent(turned.url, turned.token());
  const { visitorId } = await visitor.event('visitor.welcome');
  const { call: ringing } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  const joined = await visitor.request('media.join', { callId: ringing.id });
  expect(joined).toMatchObject({ transport: { iceParameters: {}, dtlsParameters: {} }, consumers: [] });
  expect(joined.iceServers).toEqual([
    { urls: 'stun:stun.example.com' },
    {
      urls: ['turn:turn.example.com'],
      username: expect.stringMatching(/^\d{10}:t_/),
      credential: expect.stringMatching(/^[\w+/]{27}=$/),
    },
  ]);
  visitor.close();
  agent.close();
  await turned.stop();
});
