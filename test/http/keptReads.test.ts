import { afterAll, beforeAll, expect, it } from 'vitest';
import { routes } from '#protocol/api.ts';
import { newId } from '#protocol/newId.ts';
import { TwoSites } from '#test/gateway/TwoSites.ts';
import { Peer, page } from '#test/support/Peer.ts';
import { KeptReads } from './keptReads.ts';
import { ask, questionOf, routeNames } from './restCases.ts';
import { type StagedSite, stageSite } from './stagedSite.ts';

let house: TwoSites;

beforeAll(async () => {
  house = await TwoSites.start({}, undefined, { WEBHOOK_ALLOW_PRIVATE: '1' });
});
afterAll(() => house.stop());

const programs = async (staged: StagedSite) => {
  const { token: colleague } = await house.newAgent('demo');
  const { token: admin } = await house.newAgent('demo', 'admin');
  return new KeptReads(house, staged.ids, [house.key('demo'), staged.token, colleague, admin]);
};

it('[HTTP-34] no answer outlives a write by REST that changes it', async () => {
  const staged = await stageSite(house, 'demo');
  const reads = await programs(staged);
  const lasts = ['deleteAgent', 'eraseCustomer'];
  const order = (name: string) => lasts.indexOf(name);
  const writes = routeNames.filter((name) => routes[name].verb !== 'GET').sort((a, b) => order(a) - order(b));
  for (const name of writes) {
    const secret = name === 'logout' ? staged.token : house.key('demo');
    await reads.through(name, () => ask(house.url, questionOf(name, staged.ids), secret));
  }
  expect(writes.slice(-2)).toEqual(lasts);
});

it('[HTTP-34] nor what sockets do, nor that they come and go', async () => {
  const staged = await stageSite(house, 'demo');
  const { ids, visitor, token } = staged;
  const { conversationId } = ids;
  const reads = await programs(staged);
  const agent = await Peer.agent(house.url, token);
  const message = () => ({ id: newId<never>('m'), text: 'Hello' });
  const steps: Record<string, () => Promise<unknown>> = {
    'chat.send': () => visitor.request('chat.send', { message: message() }),
    'conversation.send': () => agent.request('conversation.send', { conversationId, message: message() }),
    'chat.receipt': () => visitor.request('chat.receipt', { read: 3 }),
    'conversation.receipt': () => agent.request('conversation.receipt', { conversationId, read: 3 }),
    'conversation.assign': () =>
      agent.request('conversation.assign', { conversationId, assignment: { user: ids.agent } }),
    'conversation.status': () => agent.request('conversation.status', { conversationId, status: 'UNRESOLVED' }),
    'presence.page': () => visitor.request('presence.page', { ...page, url: 'http://shop.test/cart' }),
    'agent.availability': () => agent.request('agent.availability', { availability: 'away' }),
    'visitor.tag': () => visitor.request('visitor.tag', { email: ids.email, lastname: 'Otherwise' }),
    'visitor.tag to another agent': () => visitor.request('visitor.tag', { assignedUser: 'agent1@example.com' }),
    'visitor.tag to nobody': () => visitor.request('visitor.tag', { assignedUser: null }),
    'calling.start': () => agent.request('calling.start', { visitorId: ids.visitorId, kind: 'screen' }),
    'an agent who comes': () => house.agent('demo'),
    'an agent who leaves': async () => agent.close(),
    'a visitor who comes': () => house.visitor('demo'),
    'a second tab': async () => visitor.close(),
    'visitor.reset of another': async () => {
      const other = await house.visitor('demo');
      await other.request('visitor.tag', { email: ids.email });
      await other.request('visitor.reset', {});
    },
  };
  for (const [what, step] of Object.entries(steps)) await reads.through(what, step);
});

it('[HTTP-34] nor a login that makes two conversations one', async () => {
  const staged = await stageSite(house, 'demo');
  const reads = await programs(staged);
  const other = await house.visitor('demo');
  await other.request('chat.send', { message: { id: newId('m'), text: 'I am somebody else as yet' } });
  await reads.through('a merge', () => other.request('visitor.tag', { email: staged.ids.email }));
});
