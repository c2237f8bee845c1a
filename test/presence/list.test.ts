import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ActiveUser } from '#protocol/presence.ts';
import { Peer, page } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};
const visitor = async (auth?: Record<string, unknown>) => kept(await Peer.visitor(service.url, auth));
const agent = async (email: string) => kept(await Peer.agent(service.url, service.token(email)));

beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

/** Leaves nobody behind who would be listed for the length of the grace. */
afterEach(async () => {
  for (const peer of open.filter((each) => each.received('visitor.welcome') && each.socket.connected)) {
    // One tab's reset ends the others of that visitor.
    await peer.request('visitor.reset', {}).catch(() => {});
  }
  for (const peer of open.splice(0)) peer.close();
});

const read = async (path: string, secret?: string) => {
  const response = await service.rest('GET', path, undefined, secret);
  return { status: response.status, body: (await response.json()) as { items: ActiveUser[]; code?: string } };
};

describe('[PRES-9] assignedUser decides who sees whom', () => {
  const names = ['agent1@example.com', 'agent2@example.com', 'admin@example.com'] as const;
  let ids: Record<string, string>;

  beforeEach(async () => {
    ids = {};
    for (const assignedUser of [...names.slice(0, 2), undefined]) {
      const peer = await visitor();
      await peer.request('visitor.tag', {
        email: `${assignedUser?.split('@')[0] ?? 'all'}.customer@example.com`,
        assignedUser,
      });
      ids[assignedUser ?? 'all'] = (await peer.event('visitor.welcome')).visitorId;
    }
    const untagged = await visitor();
    ids['untagged'] = (await untagged.event('visitor.welcome')).visitorId;
  });

  const seenBy = (name: string) => (name === 'admin@example.com' ? [...names.slice(0, 2), 'all'] : [name, 'all']);

  test.each(names)(
    '%s sees on the list, by status and over REST the same ones, and may ring no others',
    async (name) => {
      const peer = await agent(name);
      const wanted = seenBy(name).map((key) => ids[key]);
      const sorted = (users: { visitorId?: string | undefined }[]) => users.map(({ visitorId }) => visitorId).sort();
      expect(sorted(await peer.request('presence.list', {}))).toEqual(wanted.toSorted());
      expect(sorted(await peer.request('presence.watch', { on: true }))).toEqual(wanted.toSorted());
      expect(sorted((await read('active-users', service.token(name))).body.items)).toEqual(wanted.toSorted());
      for (const id of Object.values(ids).filter((each) => !wanted.includes(each))) {
        expect(await peer.request('presence.status', { query: id })).toEqual({});
        expect(await read(`active-users/${id}`, service.token(name))).toMatchObject({
          status: 404,
          body: { code: 'NOT_FOUND' },
        });
      }
      for (const id of wanted)
        expect(await peer.request('presence.status', { query: id ?? '' })).toMatchObject({ visitorId: id });
    },
  );

  test('to ring a visitor who is not theirs is as if there were none', async () => {
    const peer = await agent('agent2@example.com');
    const ring = async (visitorId: string) => peer.raw('calling.start', { visitorId, kind: 'screen' });
    const none = await ring('v_AAAAAAAAAAAAAAAAAAAAAA');
    expect(none).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await ring(ids['agent1@example.com'] ?? '')).toEqual(none);
  });

  test('an API key sees them all', async () => {
    const { status, body } = await read('active-users');
    expect(status).toBe(200);
    expect(body.items.map(({ visitorId }) => visitorId).sort()).toEqual(
      ['agent1@example.com', 'agent2@example.com', 'all'].map((key) => ids[key]).sort(),
    );
    expect((await read(`active-users/${ids['agent1@example.com']}`)).body).toMatchObject({
      assignedUser: 'agent1@example.com',
    });
    expect((await read(`active-users/${ids['untagged']}`)).status).toBe(404);
  });
});

describe('[PRES-10] one person, by email, tagged id or visitor id', () => {
  const data = { id: 4711, email: 'status@example.com', firstname: 'John', additionalTaggingData: { plan: 'gold' } };
  const known = { ...data, id: '4711', labels: [], verified: false };

  test('with visitor id and page while active, over the socket and over REST alike', async () => {
    const [peer, asking] = [
      await visitor({ page: { ...page, title: 'Cart', state: 'background' } }),
      await agent('agent1@example.com'),
    ];
    await peer.request('visitor.tag', data);
    const { visitorId } = await peer.event('visitor.welcome');
    const wanted = {
      ...known,
      ...page,
      visitorId,
      title: 'Cart',
      state: 'background',
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      busy: false,
    };
    for (const query of ['Status@Example.com', '4711', 4711, visitorId]) {
      expect(await asking.request('presence.status', { query })).toEqual(wanted);
      expect(await read(`active-users/${query}`)).toEqual({ status: 200, body: wanted });
    }
  });

  test('without visitor id, page and anything internal when offline; empty for nobody', async () => {
    const [peer, asking] = [await visitor(), await agent('agent1@example.com')];
    const { visitorId } = await peer.event('visitor.welcome');
    await peer.request('visitor.tag', data);
    await peer.request('visitor.reset', {});
    for (const query of ['STATUS@example.com', '4711', 4711]) {
      expect(await asking.request('presence.status', { query })).toEqual(known);
      expect(await read(`active-users/${query}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    for (const query of ['nobody@example.com', 'nobody', 'v_AAAAAAAAAAAAAAAAAAAAAA', visitorId]) {
      expect(await asking.request('presence.status', { query })).toEqual({});
    }
  });

  test('an offline person who is assigned to another agent is nobody', async () => {
    const [peer, asking] = [await visitor(), await agent('agent2@example.com')];
    await peer.request('visitor.tag', { email: 'assigned@example.com', assignedUser: 'agent1@example.com' });
    await peer.request('visitor.reset', {});
    expect(await asking.request('presence.status', { query: 'assigned@example.com' })).toEqual({});
  });
});

test('[PRES-3] two tabs are one visitor, shown by the one in front', async () => {
  const [first, asking] = [await visitor(), await agent('agent1@example.com')];
  await first.request('visitor.tag', { email: 'tabs@example.com' });
  const { token, visitorId } = await first.event('visitor.welcome');
  const second = await visitor({ token, page: { ...page, url: 'http://shop.test/2', state: 'background' } });
  expect(await asking.request('presence.list', {})).toMatchObject([{ visitorId, url: page.url, state: 'active' }]);
  await first.request('presence.page', { state: 'background' });
  await second.request('presence.page', { state: 'active' });
  expect(await asking.request('presence.list', {})).toMatchObject([
    { visitorId, url: 'http://shop.test/2', state: 'active' },
  ]);
});

test('[PRES-2] a page change keeps visitor and begin of the visit', async () => {
  const [peer, asking] = [await visitor(), await agent('agent1@example.com')];
  await peer.request('visitor.tag', { email: 'moves@example.com' });
  const { token } = await peer.event('visitor.welcome');
  const [before] = await asking.request('presence.list', {});
  peer.close();
  await visitor({ token, tab: peer.tab, page: { ...page, url: 'http://shop.test/next' } });
  expect(await asking.request('presence.list', {})).toEqual([{ ...before, url: 'http://shop.test/next' }]);
});
