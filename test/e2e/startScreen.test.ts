import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { callIs, part, Stage, showsMotion } from './Stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('[E2E-1] the agent sees the visitor’s real screen in motion, and ends it', async () => {
  const { visitor, agent } = await stage.call();
  await callIs(agent, 'active');
  await agent.evaluate('call.ready');
  await part(visitor, 'mirror-notice').waitFor();
  await part(agent, 'end').first().click();
  await callIs(agent, 'ended', 'ended');
  await part(visitor, 'mirror-notice').waitFor({ state: 'detached' });
  expect(await visitor.evaluate('captured.getVideoTracks()[0].readyState')).toBe('ended');
});

test('[E2E-2] the visitor ends it from the banner', async () => {
  const { visitor, agent } = await stage.call();
  await part(visitor, 'end').first().click();
  await callIs(agent, 'ended', 'ended');
});

test('[E2E-3] nothing is captured before the visitor accepts, and declining is told to the agent', async () => {
  const john = stage.somebody();
  const [visitor, agent] = await Promise.all([stage.visitor(john), stage.agent()]);
  await stage.start(agent, john.email);
  await part(visitor, 'decline').click();
  await callIs(agent, 'ended', 'declined');
  expect(await visitor.evaluate('pickerOpened')).toBe(0);
  await expect(agent.evaluate('call.ready')).rejects.toThrow(/declined/);
});

test('[E2E-4] a call that the agent takes back is cancelled', async () => {
  const john = stage.somebody();
  const [visitor, agent] = await Promise.all([stage.visitor(john), stage.agent()]);
  await stage.start(agent, john.email);
  await part(visitor, 'accept').waitFor();
  await agent.evaluate('call.end()');
  await callIs(agent, 'ended', 'cancelled');
  await part(visitor, 'accept').waitFor({ state: 'detached' });
});

test('[E2E-5] closing the browser’s picker, and its own “stop sharing”, end the call with their own reasons', async () => {
  const cancels = `navigator.mediaDevices.getDisplayMedia = async () => { throw new DOMException('', 'NotAllowedError') }`;
  const john = stage.somebody();
  const [visitor, agent] = await Promise.all([stage.visitor(john, cancels), stage.agent()]);
  await stage.start(agent, john.email);
  await part(visitor, 'accept').click();
  await callIs(agent, 'ended', 'picker-cancelled');
  await stage.clear();

  const second = await stage.call();
  await second.visitor.evaluate(`captured.getVideoTracks()[0].dispatchEvent(new Event('ended'))`);
  await callIs(second.agent, 'ended', 'track-ended');
});

test('[E2E-6] a browser that cannot share its screen is unsupported at once, without ringing', async () => {
  const phone = 'delete MediaDevices.prototype.getDisplayMedia; delete navigator.mediaDevices.getDisplayMedia';
  const john = stage.somebody();
  const [visitor, agent] = await Promise.all([stage.visitor(john, phone), stage.agent()]);
  const user = await stage.start(agent, john.email);
  expect(user.screen).toBe(false);
  await callIs(agent, 'ended', 'unsupported');
  expect(await part(visitor, 'consent').count()).toBe(0);
});

test('[E2E-7] both pages survive a reload: the panel comes back by itself, the visitor is asked for one click', async () => {
  const { visitor, agent } = await stage.call();
  await agent.reload();
  await showsMotion(agent);

  await visitor.reload();
  await part(visitor, 'accept').click();
  await showsMotion(agent);
  await part(visitor, 'mirror-notice').waitFor();
});

test('[E2E-8] a network that is down and comes back costs nobody a click', async () => {
  const { visitor, agent } = await stage.call();
  const log = `window.seen = []; CV.on('connection', ({ connected }) => seen.push(connected)); void 0`;
  await visitor.evaluate(log);
  await agent.evaluate(`window.states = []; call.on('state', (state) => states.push(state)); void 0`);
  stage.wire.cut();
  await untilTrue(visitor, 'seen.includes(false)');
  stage.wire.mend();
  await untilTrue(visitor, 'seen.at(-1) === true');
  await agent.evaluate('CV.user.list()');
  await showsMotion(agent);
  expect(await visitor.evaluate('pickerOpened')).toBe(1);
  expect(await agent.evaluate('states')).not.toContain('ended');
});

test('[E2E-9] a killed media worker’s call is back without anyone clicking', async () => {
  const { visitor, agent } = await stage.call();
  const [pid] = stage.service.coview.sfu.workerPids;
  await agent.evaluate(`window.states = []; call.on('state', (state) => states.push(state)); void 0`);
  process.kill(pid as number, 'SIGKILL');
  await untilTrue(agent, `states.includes('connecting') && states.at(-1) === 'active'`);
  await showsMotion(agent);
  expect(await visitor.evaluate('pickerOpened')).toBe(1);
});

test('[E2E-10] of two tabs that ring, the one that accepts shares; the other stops ringing and shows the banner', async () => {
  const john = stage.somebody();
  const [first, agent] = await Promise.all([stage.visitor(john), stage.agent()]);
  const second = await first.context().newPage();
  await second.goto(stage.host.url);
  await untilTrue(second, 'window.CVLoaded === true');
  const mine = `CV.user.list().then((users) => users.filter(({ email }) => email === '${john.email}').length)`;
  expect(await agent.evaluate(mine)).toBe(1);
  await stage.start(agent, john.email);
  await part(second, 'accept').waitFor();
  await first.bringToFront();
  await part(first, 'accept').click();
  await showsMotion(agent);
  await part(second, 'mirror-notice').waitFor();
  expect(await second.evaluate('pickerOpened')).toBe(0);
});

describe('with little patience', () => {
  beforeAll(async () => {
    await stage.close();
    stage = await Stage.open({ callTimes: { ring: 8_000 } });
  });

  test('[E2E-4] a call nobody answers is missed', async () => {
    const john = stage.somebody();
    const [visitor, agent] = await Promise.all([stage.visitor(john), stage.agent()]);
    await stage.start(agent, john.email);
    await part(visitor, 'accept').waitFor();
    await callIs(agent, 'ended', 'missed');
    await part(visitor, 'accept').waitFor({ state: 'detached' });
  });
});
