import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { share, watch } from '#test/support/callMedia.ts';
import { Peer, page } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

interface Call {
  id: string;
  reason: string;
  agent: { email: string };
}
interface Entry {
  action: string;
  actor: string;
  at: string;
  detail: Record<string, unknown>;
}

async function list<T>(path: string, secret?: string) {
  const response = await service.rest('GET', path, undefined, secret);
  return (await response.json()) as { items: T[]; nextCursor?: string; code?: string };
}

async function visitor(email: string, auth?: Record<string, unknown>) {
  const peer = await Peer.visitor(service.url, auth);
  const { token, visitorId } = await peer.event('visitor.welcome');
  await peer.request('visitor.tag', { email });
  return { peer, token, visitorId };
}

/** The whole history of a call, oldest first. */
async function steps(callId: string) {
  const { items } = await list<Entry>(`audit?subject=${callId}`);
  return items.reverse();
}

test('[CALL-19] the list of calls and the audit log tell every step in order, and who did it', async () => {
  const { peer, token, visitorId } = await visitor('story@example.com');
  const agent = await Peer.agent(service.url, service.token());
  const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  await peer.request('calling.answer', { callId: call.id, accept: true });
  await share(peer, call.id);
  await watch(agent, call.id);
  peer.close();
  await agent.event('calling.changed', (event) => !event.call.online.visitor);
  const reloaded = await Peer.visitor(service.url, { token, tab: peer.tab });
  await reloaded.request('calling.answer', { callId: call.id, accept: true });
  await share(reloaded, call.id);
  await watch(agent, call.id);
  const { call: over } = await reloaded.request('calling.end', { callId: call.id, reason: 'track-ended' });

  const [agentActor, visitorActor] = ['agent:agent1@example.com', `visitor:${visitorId}`];
  const told = await steps(call.id);
  expect(told.map(({ actor, action, detail }) => [actor, action, detail])).toEqual([
    [agentActor, 'call.started', { visitor: visitorId, kind: 'screen', supported: true }],
    [visitorActor, 'call.accepted', { tab: peer.tab }],
    ['system', 'call.active', {}],
    [visitorActor, 'call.visitor-absent', {}],
    [visitorActor, 'call.capture-lost', {}],
    [visitorActor, 'call.share-again-accepted', { tab: peer.tab }],
    ['system', 'call.active', {}],
    [visitorActor, 'call.ended', { reason: 'track-ended' }],
  ]);
  expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).toSorted());

  const { online: _, shareAgain: __, ...wanted } = over;
  expect((await list<Call>('calls')).items[0]).toEqual(wanted);
  expect(wanted).toMatchObject({ state: 'ended', reason: 'track-ended', visitorId });
  for (const other of [reloaded, agent]) other.close();
});

test('[CALL-19] a call that could not be, because the browser cannot share, is told as well', async () => {
  const { peer, visitorId } = await visitor('phone@example.com', { page: { ...page, screen: false } });
  const agent = await Peer.agent(service.url, service.token());
  const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  expect((await list<Call>('calls?limit=1')).items).toMatchObject([
    { id: call.id, state: 'ended', reason: 'unsupported' },
  ]);
  expect((await steps(call.id)).map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'agent:agent1@example.com call.started',
    'system call.ended',
  ]);
  peer.close();
  agent.close();
});

describe('[CALL-20] lists come newest first and in pages', () => {
  const made: string[] = [];
  beforeEach(async () => {
    if (made.length > 0) return;
    const { peer, visitorId } = await visitor('pages@example.com', { page: { ...page, screen: false } });
    for (const name of ['agent1@example.com', 'agent2@example.com', 'agent1@example.com']) {
      const agent = await Peer.agent(service.url, service.token(name));
      made.unshift((await agent.request('calling.start', { visitorId, kind: 'screen' })).call.id);
      agent.close();
    }
    peer.close();
  });

  async function pages<T>(path: string, limit: number): Promise<T[][]> {
    const found: T[][] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const answer: { items: T[]; nextCursor?: string } = await list<T>(
        `${path}?limit=${limit}${cursor && `&cursor=${cursor}`}`,
      );
      found.push(answer.items);
      cursor = answer.nextCursor;
    }
    return found;
  }

  test('of calls, whole whatever the size of the page', async () => {
    const all = (await list<Call>('calls')).items.map(({ id }) => id);
    expect(all.slice(0, 3).sort()).toEqual([...made].sort());
    for (const limit of [1, 2, all.length]) {
      const found = await pages<Call>('calls', limit);
      expect(found.flat().map(({ id }) => id)).toEqual(all);
      expect(found.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
    }
  });

  test('of the audit log, whole and in order though many steps share a millisecond', async () => {
    const all = (await list<Entry>('audit?limit=200')).items;
    expect(all.length).toBeGreaterThan(12);
    expect((await pages<Entry>('audit', 5)).flat()).toEqual(all);
    for (const id of made) {
      expect((await steps(id)).map(({ action }) => action)).toEqual(['call.started', 'call.ended']);
    }
  });

  test('an agent’s token shows that agent’s calls, an admin’s and the API key all of them', async () => {
    const emails = async (secret: string) => (await list<Call>('calls', secret)).items.map((call) => call.agent.email);
    expect(new Set(await emails(service.token('agent2@example.com')))).toEqual(new Set(['agent2@example.com']));
    expect(new Set(await emails(service.token('agent1@example.com')))).toEqual(new Set(['agent1@example.com']));
    expect(await emails(service.token('admin@example.com'))).toEqual(await emails(service.demo.apiKey));
  });

  test('a cursor or a limit that is none is refused; the audit log is for the API key', async () => {
    for (const query of ['calls?cursor=nonsense', 'calls?limit=0', 'audit?limit=201', 'audit?cursor=!']) {
      expect(await list(query)).toMatchObject({ code: 'INVALID_INPUT' });
    }
    expect(await list('audit', service.token('admin@example.com'))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test('[CALL-15] a restart ends what was going on as disconnected, whether the service could say good-bye or not', async () => {
  const first = await TestService.start();
  const peer = await Peer.visitor(first.url);
  const { visitorId } = await peer.event('visitor.welcome');
  await peer.request('visitor.tag', { email: 'restart@example.com' });
  const agent = await Peer.agent(first.url, first.token());
  const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  const { call: accepted } = await peer.request('calling.answer', { callId: call.id, accept: true });
  // As it stands when a process dies without a word.
  const died = await first.coview.store.calls.get('demo' as never, call.id);
  await first.stop({ keepData: true });
  for (const side of [peer, agent]) {
    const { call: over } = await side.event('calling.changed', (event) => event.call.state === 'ended');
    expect(over).toMatchObject({ id: call.id, reason: 'disconnected' });
    await side.ended();
  }
  const ofTheDead = 'c_AAAAAAAAAAAAAAAAAAAAAA';
  const between = await TestService.start({ data: first.data });
  if (died) await between.coview.store.calls.save({ ...died, id: ofTheDead as never }, []);
  await between.stop({ keepData: true });

  const second = await TestService.start({ data: first.data });
  const read = async (path: string) => (await (await second.rest('GET', path)).json()) as { items: Call[] };
  const calls = (await read('calls')).items;
  expect(calls.map(({ id }) => id).sort()).toEqual([call.id, ofTheDead].sort());
  for (const over of calls) {
    expect(over).toMatchObject({ state: 'ended', reason: 'disconnected', answeredAt: accepted.answeredAt });
    expect((await read(`audit?subject=${over.id}`)).items[0]).toMatchObject({
      actor: 'system',
      action: 'call.ended',
      detail: { reason: 'disconnected' },
    });
  }
  const again = await Peer.agent(second.url, second.token());
  expect((await again.event('agent.welcome')).calls).toEqual([]);
  again.close();
  await second.stop();
});
