import { afterEach, describe, expect, test } from 'vitest';
import { newId } from '#protocol/newId.ts';
import type { Store } from '#signaling/store/Store.ts';
import { demo } from '#test/support/House.ts';
import { SharingScene, soon } from './SharingScene.ts';

let scene: SharingScene;
afterEach(() => scene.house.close());

const refusal = (code: string) => ({ name: 'CvError', code });
const size = () => scene.house.cobrowsing.cobrowses.sessions.size;

/** A database that keeps one of its answers back for as long as it is told to, or fails with it. */
function holding<P extends 'chat' | 'customers' | 'cobrowses'>(part: P, method: keyof Store[P]) {
  let held: PromiseWithResolvers<void> | undefined;
  return {
    /** What is asked from now on waits; what it answers lets it go. */
    hold: () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      held = { promise, resolve, reject };
      return (error?: Error) => {
        if (held?.promise === promise) held = undefined;
        return error ? reject(error) : resolve();
      };
    },
    /** What is asked from now on does not wait. */
    pass: () => {
      held = undefined;
    },
    wrap: (store: Store): Store => {
      const real = (store[part][method] as (...args: unknown[]) => Promise<unknown>).bind(store[part]);
      const slow = async (...args: unknown[]) => {
        const wait = held?.promise;
        if (method === 'save') return wait ? wait.then(() => real(...args)) : real(...args);
        const answer = await real(...args);
        await wait;
        return answer;
      };
      return Object.assign(store, { [part]: Object.assign(store[part], { [method]: slow }) });
    },
  };
}

describe('[COB-9] while it is looked up whom a visitor shares with', () => {
  const database = () => holding('chat', 'findByCustomer');

  test('a visitor who has become somebody else, or is erased, shares nothing, and no row of theirs is made', async () => {
    const slow = database();
    scene = await SharingScene.open(slow);
    const { visitorId } = scene.visitor.caller;
    const release = slow.hold();
    const shared = scene.visitor.request('cobrowse.share', {});
    await soon();
    await scene.house.cobrowsing.cobrowses.endOfVisitor(demo, visitorId, 'site');
    scene.house.presence.forget(demo, visitorId);
    scene.visitor.leave();
    release();
    await expect(shared).rejects.toMatchObject(refusal('CONFLICT'));
    expect(size()).toBe(0);
    expect(await scene.house.store.cobrowses.listUnended()).toEqual([]);
  });

  test('a site that shares no pages any more begins none', async () => {
    const slow = database();
    scene = await SharingScene.open(slow);
    const release = slow.hold();
    const shared = scene.visitor.request('cobrowse.share', {});
    await soon();
    await scene.house.sites.update(demo, { settings: { cobrowse: { enabled: false } } });
    release();
    await expect(shared).rejects.toMatchObject(refusal('UNSUPPORTED'));
    expect(size()).toBe(0);
  });

  test('nor does a server that stops', async () => {
    const slow = database();
    scene = await SharingScene.open(slow);
    const release = slow.hold();
    const shared = scene.visitor.request('cobrowse.share', {});
    await soon();
    await scene.house.cobrowsing.cobrowses.close();
    release();
    await expect(shared).rejects.toMatchObject(refusal('UNAVAILABLE'));
    expect(size()).toBe(0);
  });

  test('a visitor who is another agent’s by then is not shown to the former one', async () => {
    const slow = database();
    scene = await SharingScene.open(slow);
    const release = slow.hold();
    const shared = scene.visitor.request('cobrowse.share', {});
    await soon();
    slow.pass();
    await scene.visitor.request('visitor.tag', { assignedUser: 'ben@example.com' });
    release();
    const { session } = await shared;
    await expect(scene.agent.request('cobrowse.join', { id: session.id })).rejects.toMatchObject(refusal('NOT_FOUND'));
  });
});

test('[COB-16] a site that is switched off while an agent’s question is looked up asks nobody', async () => {
  const slow = holding('customers', 'get');
  scene = await SharingScene.open(slow);
  const page = await scene.house.visitor();
  await page.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
  const release = slow.hold();
  const asked = scene.agent.request('cobrowse.start', { visitorId: page.caller.visitorId });
  await soon();
  await scene.house.sites.update(demo, { settings: { cobrowse: { enabled: false } } });
  release();
  await expect(asked).rejects.toMatchObject(refusal('UNSUPPORTED'));
  expect(size()).toBe(0);
});

describe('[COB-12] nothing counts before it is written', () => {
  test('an agent who comes sees nothing of the page, and reads nothing of it, until that is kept', async () => {
    const slow = holding('cobrowses', 'save');
    scene = await SharingScene.open(slow);
    const id = await scene.active();
    const ben = await scene.house.agent('ben@example.com');
    const { agentId } = ben.caller;
    const { sessions } = scene.house.cobrowsing.cobrowses;
    const release = slow.hold();
    const joined = ben.request('cobrowse.join', { id });
    await soon();
    await scene.sendFull(scene.visitor, { seq: 1 });
    expect(ben.frames).toEqual([]);
    expect(sessions.watches(demo, id, agentId)).toBe(false);
    expect(scene.view(scene.visitor).viewers).toMatchObject([{ email: 'anna@example.com' }]);
    release();
    await joined;
    await soon();
    expect(ben.frames.length).toBeGreaterThan(0);
    expect(sessions.watches(demo, id, agentId)).toBe(true);
    expect(scene.view(scene.visitor).viewers).toHaveLength(2);
  });

  test('an agent who leaves meanwhile and comes again is let in by the second coming alone', async () => {
    const slow = holding('cobrowses', 'save');
    scene = await SharingScene.open(slow);
    const id = await scene.active();
    const ben = await scene.house.agent('ben@example.com');
    const release = slow.hold();
    const first = ben.request('cobrowse.join', { id });
    await soon();
    await ben.request('cobrowse.leave', { id });
    release();
    await first;
    await soon();
    expect(ben.frames).toEqual([]);
    await ben.request('cobrowse.join', { id });
    await soon();
    expect(ben.frames.length).toBeGreaterThan(0);
  });

  test('an agent acts on no grant that is not kept yet', async () => {
    const slow = holding('cobrowses', 'save');
    scene = await SharingScene.open(slow);
    const id = await scene.active();
    await scene.agent.request('cobrowse.askControl', { id, capabilities: ['navigate'] });
    const release = slow.hold();
    const granted = scene.visitor.request('cobrowse.grant', {
      id,
      agent: 'anna@example.com',
      capabilities: ['navigate'],
    });
    await soon();
    const command = { id, n: 1, command: { do: 'go', to: 'reload' } } as const;
    await expect(scene.agent.request('cobrowse.command', command)).rejects.toMatchObject(refusal('FORBIDDEN'));
    expect(scene.view().control).toBeUndefined();
    // The agent would take it for a refusal.
    expect(scene.view().asked).toMatchObject({ agent: { email: 'anna@example.com' } });
    release();
    await granted;
    await soon();
    expect(scene.view().control).toMatchObject({ agent: { email: 'anna@example.com' } });
    expect(scene.view().asked).toBeUndefined();
    await scene.agent.request('cobrowse.command', command);
    expect(scene.visitor.all('cobrowse.command')).toHaveLength(1);
  });

  test('who heard of a session that then could not be kept hears that it is over', async () => {
    const slow = holding('cobrowses', 'save');
    scene = await SharingScene.open(slow);
    const { visitorId } = scene.visitor.caller;
    const release = slow.hold();
    const asked = scene.agent.request('cobrowse.start', { visitorId });
    await soon();
    const late = await scene.tab();
    await soon();
    release(new Error('the disk is full'));
    await expect(asked).rejects.toMatchObject({ code: 'INTERNAL' });
    await soon();
    expect(late.all('cobrowse.offer').length).toBe(late.all('cobrowse.changed').filter(ended).length);
  });
});

const ended = ({ session }: { session: { state: string } }) => session.state === 'ended';

test('[COB-7] an agent who came to be of another team while away is told nothing of the page', async () => {
  scene = await SharingScene.open({ graceMs: 0 });
  await scene.house.agents.update(demo, 'anna@example.com', { teams: ['Sales'] });
  const { store, visitors } = scene.house;
  const customer = await store.customers.findByVisitor(demo, scene.visitor.caller.visitorId);
  if (!customer) throw new Error('who was tagged is somebody');
  await visitors.change(demo, customer.customerId, (before) => ({ ...before, team: 'Sales' }));
  await scene.active();
  const { agentId } = scene.agent.caller;
  scene.agent.leave();
  await expect.poll(() => scene.house.agentPresence.teamsOf(demo, agentId)).toBeUndefined();
  await scene.house.agents.update(demo, 'anna@example.com', { teams: ['Billing'] });
  const again = await scene.house.agent('anna@example.com', { tab: scene.agent.tab });
  expect(again.last('agent.welcome').cobrowses).toEqual([]);
  await soon();
  expect(again.frames).toEqual([]);
});

test('[COB-7] of two answers about whom a visitor is for the later question’s counts', async () => {
  const slow = holding('customers', 'get');
  scene = await SharingScene.open(slow);
  const page = await scene.house.visitor();
  await page.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
  const { session } = await scene.agent.request('cobrowse.start', { visitorId: page.caller.visitorId });
  await page.request('cobrowse.answer', { id: session.id, accept: true });
  await soon();
  const { store, visitors, cobrowsing } = scene.house;
  const customerId = (await store.customers.findByVisitor(demo, page.caller.visitorId))?.customerId;
  if (!customerId) throw new Error('who has written is somebody');
  const release = slow.hold();
  cobrowsing.cobrowses.personChanged(demo, customerId);
  // Its answer is of before, and comes last.
  await new Promise(setImmediate);
  slow.pass();
  await visitors.change(demo, customerId, (before) => ({ ...before, assignedUser: 'ben@example.com' }));
  cobrowsing.cobrowses.personChanged(demo, customerId);
  await expect.poll(() => scene.view().state).toBe('ended');
  release();
  await new Promise(setImmediate);
  await expect(scene.agent.request('cobrowse.join', { id: session.id })).rejects.toMatchObject(refusal('NOT_FOUND'));
});

test('[COB-9] a page that nobody has looked at yet needs nothing of what it is made of', async () => {
  scene = await SharingScene.open();
  const { sessions } = scene.house.cobrowsing.cobrowses;
  const { visitorId } = scene.visitor.caller;
  const { session } = await scene.visitor.request('cobrowse.share', {});
  expect(sessions.shares(demo, session.id, visitorId)).toBe(false);
  await scene.agent.request('cobrowse.join', { id: session.id });
  await soon();
  expect(sessions.shares(demo, session.id, visitorId)).toBe(true);
  await scene.agent.request('cobrowse.leave', { id: session.id });
  await soon();
  // What is on its way then is needed when somebody comes again.
  expect(sessions.shares(demo, session.id, visitorId)).toBe(true);
});

test('[COB-19] who begins to share again and again is stopped', async () => {
  scene = await SharingScene.open();
  for (let shares = 0; shares < 30; shares++) {
    const { session } = await scene.visitor.request('cobrowse.share', {});
    await scene.visitor.request('cobrowse.end', { id: session.id });
  }
  await expect(scene.visitor.request('cobrowse.share', {})).rejects.toMatchObject(refusal('RATE_LIMITED'));
});
