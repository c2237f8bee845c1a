import { afterAll, beforeAll, expect, test } from 'vitest';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

test('[CALL-1] an agent rings a tagged visitor, who hears who calls and may decline', async () => {
  const visitor = await Peer.visitor(service.url);
  await visitor.request('visitor.tag', { email: 'john@example.com', firstname: 'John' });
  const agent = await Peer.agent(service.url, service.token());
  const [user] = await agent.request('presence.list', {});
  expect(user).toMatchObject({ email: 'john@example.com', state: 'active' });
  const { call } = await agent.request('calling.start', { visitorId: user!.visitorId, kind: 'screen' });
  expect(call.state).toBe('ringing');
  const offer = await visitor.event('calling.offer');
  expect(offer.call.agent.name).toBe('Anna Berg');
  await visitor.request('calling.answer', { callId: call.id, accept: false });
  const { call: ended } = await agent.event('calling.changed', ({ call }) => call.state === 'ended');
  expect(ended.reason).toBe('declined');
  visitor.close();
  agent.close();
});
