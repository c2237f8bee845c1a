import { afterEach, describe, expect, test } from 'vitest';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { demo } from '#test/support/House.ts';
import { SharingScene, soon, type VisitorPage } from './SharingScene.ts';

let scene: SharingScene;
afterEach(() => scene.house.close());

const refusal = (code: string) => ({ name: 'CvError', code });
const settings = (cobrowse: object) => scene.house.sites.update(demo, { settings: { cobrowse } });
const assign = (page: VisitorPage, assignedUser: string) => page.request('visitor.tag', { assignedUser });

describe('[COB-2] an agent asks', () => {
  test('every tab of the visitor hears it, and one consents', async () => {
    scene = await SharingScene.open();
    const second = await scene.tab();
    const id = await scene.offered();
    for (const tab of [scene.visitor, second]) {
      expect(tab.all('cobrowse.offer')).toMatchObject([
        { ringMs: expect.any(Number), session: { id, state: 'ringing', agent: { name: 'anna' }, startedBy: 'agent' } },
      ]);
      expect(tab.all('cobrowse.record')).toEqual([]);
    }
    const { session } = await second.request('cobrowse.answer', { id, accept: true });
    expect(session).toMatchObject({ id, state: 'connecting', consentedAt: expect.any(String) });
    await soon();
    for (const page of [scene.visitor, second, scene.agent]) expect(scene.view(page).state).toBe('connecting');
    await expect(scene.visitor.request('cobrowse.answer', { id, accept: true })).rejects.toMatchObject(
      refusal('CONFLICT'),
    );
  });

  test('a page that comes while it rings is asked, too', async () => {
    scene = await SharingScene.open();
    const id = await scene.offered();
    const second = await scene.tab();
    await soon();
    expect(second.heard[0]?.event).toBe('visitor.welcome');
    expect(second.last('visitor.welcome').cobrowse).toMatchObject({ id, state: 'ringing' });
    expect(second.all('cobrowse.offer')).toMatchObject([{ session: { id } }]);
  });

  test('active when an agent was sent a whole page', async () => {
    scene = await SharingScene.open();
    await scene.active();
    expect(scene.agent.frames).toHaveLength(1);
    for (const page of [scene.visitor, scene.agent]) {
      expect(scene.view(page)).toMatchObject({ state: 'active', viewers: [{ email: 'anna@example.com' }] });
    }
  });

  test.each([
    ['visitor', 'declined'],
    ['agent', 'cancelled'],
  ] as const)('the %s may end it while it rings: %s', async (side, reason) => {
    scene = await SharingScene.open();
    const id = await scene.offered();
    const end = side === 'visitor' ? 'cobrowse.answer' : 'cobrowse.end';
    const input = side === 'visitor' ? { id, accept: false } : { id };
    const { session } = (await scene[side].request(end, input as never)) as { session: object };
    expect(session).toMatchObject({ state: 'ended', reason });
    await soon();
    for (const page of [scene.visitor, scene.agent]) expect(scene.view(page)).toMatchObject({ state: 'ended', reason });
    await expect(scene.visitor.request('cobrowse.answer', { id, accept: true })).rejects.toMatchObject(
      refusal('NOT_FOUND'),
    );
  });

  test('both may end it later: revoked by the visitor, ended by the agent', async () => {
    scene = await SharingScene.open();
    const first = await scene.active();
    expect((await scene.visitor.request('cobrowse.end', { id: first })).session.reason).toBe('revoked');
    const second = await scene.active();
    expect((await scene.agent.request('cobrowse.end', { id: second })).session.reason).toBe('ended');
    expect(scene.house.cobrowsing.cobrowses.sessions.size).toBe(0);
  });
});

describe('[COB-3] who may ask whom', () => {
  test('nobody where the site has not switched it on', async () => {
    scene = await SharingScene.open();
    await settings({ enabled: false });
    const { visitorId } = scene.visitor.caller;
    const off = refusal('UNSUPPORTED');
    await expect(scene.agent.request('cobrowse.start', { visitorId })).rejects.toMatchObject(off);
    await expect(scene.agent.request('cobrowse.join', { code: '123456' })).rejects.toMatchObject(off);
    await expect(scene.visitor.request('cobrowse.share', {})).rejects.toMatchObject(off);
    await expect(scene.visitor.request('cobrowse.code', {})).rejects.toMatchObject(off);
  });

  test('a stranger, and a visitor who is another agent’s, are as if they were not there', async () => {
    scene = await SharingScene.open();
    const missing = refusal('NOT_FOUND');
    const stranger = newId<VisitorId>('v');
    await expect(scene.agent.request('cobrowse.start', { visitorId: stranger })).rejects.toMatchObject(missing);
    await assign(scene.visitor, 'ben@example.com');
    const { visitorId } = scene.visitor.caller;
    await expect(scene.agent.request('cobrowse.start', { visitorId })).rejects.toMatchObject(missing);
    const admin = await scene.house.agent('admin@example.com', { role: 'admin' });
    expect((await admin.request('cobrowse.start', { visitorId })).session.state).toBe('ringing');
  });

  test('of somebody who has only written, the row says whose they are', async () => {
    scene = await SharingScene.open();
    const page = await scene.house.visitor();
    const { visitorId } = page.caller;
    await expect(scene.agent.request('cobrowse.start', { visitorId })).rejects.toMatchObject(refusal('NOT_TAGGED'));
    await page.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
    const customer = await scene.house.store.customers.findByVisitor(demo, visitorId);
    if (!customer) throw new Error('there is one');
    await scene.house.store.customers.save({ ...customer, assignedUser: 'ben@example.com' }, undefined);
    await expect(scene.agent.request('cobrowse.start', { visitorId })).rejects.toMatchObject(refusal('NOT_FOUND'));
    const ben = await scene.house.agent('ben@example.com');
    expect((await ben.request('cobrowse.start', { visitorId })).session.state).toBe('ringing');
  });

  test('a visitor who has just left, and one who is asked or shares already', async () => {
    scene = await SharingScene.open();
    const { visitorId } = scene.visitor.caller;
    await scene.offered();
    const ben = await scene.house.agent('ben@example.com');
    await expect(ben.request('cobrowse.start', { visitorId })).rejects.toMatchObject(refusal('CALL_BUSY'));
    const left = await scene.house.visitor();
    await left.request('visitor.tag', { email: 'mary@example.com' });
    left.leave();
    await expect(ben.request('cobrowse.start', { visitorId: left.caller.visitorId })).rejects.toMatchObject(
      refusal('VISITOR_OFFLINE'),
    );
  });

  test('a session is nobody’s but the visitor’s and theirs who ask or watch', async () => {
    scene = await SharingScene.open();
    const id = await scene.shared();
    const other = await scene.house.visitor();
    const ben = await scene.house.agent('ben@example.com');
    const missing = refusal('NOT_FOUND');
    await expect(other.request('cobrowse.answer', { id, accept: true })).rejects.toMatchObject(missing);
    await expect(other.request('cobrowse.end', { id })).rejects.toMatchObject(missing);
    await expect(other.request('cobrowse.assets', { id, hashes: [] })).rejects.toMatchObject(missing);
    await expect(ben.request('cobrowse.end', { id })).rejects.toMatchObject(missing);
    await expect(ben.request('cobrowse.refresh', { id })).rejects.toMatchObject(missing);
    await expect(ben.request('cobrowse.askControl', { id, capabilities: ['type'] })).rejects.toMatchObject(missing);
    await expect(ben.request('cobrowse.mark', { id, mark: { mark: 'none' } })).rejects.toMatchObject(missing);
    expect((await scene.visitor.request('cobrowse.assets', { id, hashes: ['a'.repeat(64)] })).missing).toHaveLength(1);
  });
});

describe('[COB-4] a visitor shares without being asked', () => {
  const share = (page: VisitorPage = scene.visitor) => page.request('cobrowse.share', {});

  test('having consented: nobody is asked again, and the page records as soon as an agent watches', async () => {
    scene = await SharingScene.open();
    const { session } = await share();
    expect(session).toMatchObject({ state: 'connecting', startedBy: 'visitor', agent: { email: 'anna@example.com' } });
    await soon();
    expect(scene.visitor.all('cobrowse.offer')).toEqual([]);
    expect(scene.visitor.all('cobrowse.record')).toEqual([]);
    await scene.agent.request('cobrowse.join', { id: session.id });
    await soon();
    expect(scene.visitor.all('cobrowse.record')).toMatchObject([{ id: session.id, stream: 1 }]);
    await expect(share()).rejects.toMatchObject(refusal('CONFLICT'));
  });

  test('also somebody whom nothing is known of', async () => {
    scene = await SharingScene.open();
    const { session } = await share(await scene.house.visitor());
    expect((await scene.agent.request('cobrowse.join', { id: session.id })).session.id).toBe(session.id);
  });

  test('with the assigned agent, though others are less busy', async () => {
    scene = await SharingScene.open();
    await scene.house.agent('ben@example.com');
    await assign(scene.visitor, 'ben@example.com');
    expect((await share()).session.agent?.email).toBe('ben@example.com');
  });

  test('else with the agent of the conversation', async () => {
    scene = await SharingScene.open();
    await scene.house.agent('ben@example.com');
    const { conversationId } = await scene.visitor.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
    const admin = await scene.house.agent('admin@example.com', { role: 'admin' });
    await admin.request('conversation.assign', { conversationId, assignment: { user: 'ben@example.com' } });
    expect((await share()).session.agent?.email).toBe('ben@example.com');
  });

  test('else with the least busy one; who is away is not asked, and nobody is nobody', async () => {
    scene = await SharingScene.open();
    scene.house.agentPresence.setOpenChats(demo, new Map([['anna@example.com', 3]]));
    const ben = await scene.house.agent('ben@example.com');
    const { session } = await share();
    expect(session.agent?.email).toBe('ben@example.com');
    await scene.visitor.request('cobrowse.end', { id: session.id });
    await ben.request('agent.availability', { availability: 'away' });
    const again = await share();
    expect(again.session.agent?.email).toBe('anna@example.com');
    await scene.visitor.request('cobrowse.end', { id: again.session.id });
    await scene.agent.request('agent.availability', { availability: 'away' });
    await expect(share()).rejects.toMatchObject(refusal('AGENT_OFFLINE'));
  });

  test('a visitor of an agent who is not there is not shown to others', async () => {
    scene = await SharingScene.open();
    await assign(scene.visitor, 'ben@example.com');
    await expect(share()).rejects.toMatchObject(refusal('AGENT_OFFLINE'));
  });
});

describe('[COB-5] by six digits', () => {
  const code = async (page: VisitorPage = scene.visitor) => (await page.request('cobrowse.code', {})).code;

  test('the agent who types them asks the visitor; they are good once', async () => {
    scene = await SharingScene.open();
    const digits = await code();
    const { session } = await scene.agent.request('cobrowse.join', { code: digits });
    expect(session).toMatchObject({ state: 'ringing', startedBy: 'agent', agent: { email: 'anna@example.com' } });
    await soon();
    expect(scene.visitor.all('cobrowse.offer')).toMatchObject([{ session: { id: session.id } }]);
    const ben = await scene.house.agent('ben@example.com');
    await expect(ben.request('cobrowse.join', { code: digits })).rejects.toMatchObject(refusal('NOT_FOUND'));
  });

  test('whoever reads them out need not be known; while they share, the agent joins', async () => {
    scene = await SharingScene.open();
    const page = await scene.house.visitor();
    const { session } = await page.request('cobrowse.share', {});
    const joined = await scene.agent.request('cobrowse.join', { code: await code(page) });
    expect(joined.session.id).toBe(session.id);
    await soon();
    expect(scene.view(page).viewers).toMatchObject([{ email: 'anna@example.com' }]);
  });

  test('of two agents who type them at once one has it', async () => {
    scene = await SharingScene.open();
    const ben = await scene.house.agent('ben@example.com');
    const digits = await code();
    const tries = await Promise.allSettled(
      [scene.agent, ben].map((page) => page.request('cobrowse.join', { code: digits })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('open nothing for an agent who may not see the visitor, and stay good', async () => {
    scene = await SharingScene.open();
    await assign(scene.visitor, 'ben@example.com');
    const digits = await code();
    await expect(scene.agent.request('cobrowse.join', { code: digits })).rejects.toMatchObject(refusal('NOT_FOUND'));
    const ben = await scene.house.agent('ben@example.com');
    expect((await ben.request('cobrowse.join', { code: digits })).session.state).toBe('ringing');
  });

  test('and nothing to who guesses: after twenty tries nobody is asked for a while', async () => {
    scene = await SharingScene.open();
    const digits = await code();
    const wrong = digits === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 20; tries++) {
      await expect(scene.agent.request('cobrowse.join', { code: wrong })).rejects.toMatchObject(refusal('NOT_FOUND'));
    }
    await expect(scene.agent.request('cobrowse.join', { code: digits })).rejects.toMatchObject(refusal('RATE_LIMITED'));
    const ben = await scene.house.agent('ben@example.com');
    expect((await ben.request('cobrowse.join', { code: digits })).session.state).toBe('ringing');
  });

  test('end with who the visitor was', async () => {
    scene = await SharingScene.open();
    const digits = await code();
    await scene.visitor.request('visitor.reset', {});
    await expect(scene.agent.request('cobrowse.join', { code: digits })).rejects.toMatchObject(refusal('NOT_FOUND'));
  });
});

test('[COB-9] a visitor who becomes somebody else shares no more, at once', async () => {
  scene = await SharingScene.open();
  const id = await scene.active();
  const before = scene.agent.frames.length;
  await scene.visitor.request('visitor.reset', {});
  await soon();
  expect(scene.view()).toMatchObject({ id, state: 'ended', reason: 'revoked' });
  await scene.sendFull(scene.visitor);
  expect(scene.agent.frames).toHaveLength(before);
});

test('[COB-9] from the visitor’s word on nothing is relayed, nor read, nor asked for', async () => {
  scene = await SharingScene.open();
  const id = await scene.granted();
  const { sessions } = scene.house.cobrowsing.cobrowses;
  const { visitorId } = scene.visitor.caller;
  expect(sessions.shares(demo, id, visitorId)).toBe(true);
  expect(sessions.watches(demo, id, scene.agent.caller.agentId)).toBe(true);
  const revoked = scene.visitor.request('cobrowse.end', { id });
  // What was on its way comes while the end is still being written.
  await scene.sendFull();
  expect(scene.agent.frames).toHaveLength(1);
  expect(sessions.shares(demo, id, visitorId)).toBe(false);
  expect(sessions.watches(demo, id, scene.agent.caller.agentId)).toBe(false);
  const command = { id, n: 1, command: { do: 'go', to: 'reload' } } as const;
  await expect(scene.agent.request('cobrowse.command', command)).rejects.toMatchObject(refusal('NOT_FOUND'));
  await revoked;
  expect(scene.visitor.all('cobrowse.command')).toEqual([]);
});

test('[COB-17] of the visitor’s tabs nothing is told before consent, no secret part of an address, and nothing after the end', async () => {
  scene = await SharingScene.open();
  await scene.tab({ page: { url: 'http://shop.test/orders/mia@mail.example?token=secret#x', state: 'background' } });
  const id = await scene.offered();
  expect(scene.view()).toMatchObject({ state: 'ringing', tabs: [], viewers: [] });
  await scene.visitor.request('cobrowse.answer', { id, accept: true });
  await soon();
  expect(scene.view().tabs).toMatchObject([
    { url: 'http://shop.test/', front: true },
    { url: 'http://shop.test/orders/***', front: false },
  ]);
  const { session } = await scene.visitor.request('cobrowse.end', { id });
  expect(session).toMatchObject({ tabs: [], viewers: [] });
  const unknown = newId<CobrowseId>('cb');
  await expect(scene.agent.request('cobrowse.join', { id: unknown })).rejects.toMatchObject(refusal('NOT_FOUND'));
});
