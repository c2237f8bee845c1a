import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CallId, TabId } from '#protocol/ids.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { callIs, part, Stage, showsMotion } from './Stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ env: { RTC_WORKERS: '2' } });
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** The agent's panel says this. */
const panelSays = (agent: Page, phase: string): Promise<void> =>
  agent.locator(`coview-widget [data-cv="call"][data-phase="${phase}"]`).waitFor();

/** The agent's panel said the one and says the other, however short the first was. */
async function panelWent(agent: Page, through: string, to: string, act: () => unknown): Promise<void> {
  await agent.evaluate(`{
    window.phases = [];
    const root = document.querySelector('coview-widget').shadowRoot;
    const look = () => phases.push(root.querySelector('[data-cv="call"]')?.dataset.phase);
    new MutationObserver(look).observe(root, { subtree: true, childList: true, attributeFilter: ['data-phase'] });
  }`);
  await act();
  await untilTrue(agent, `phases.includes('${through}') && phases.at(-1) === '${to}'`);
}

const captureOf = (visitor: Page) => visitor.evaluate('captured.getVideoTracks()[0].readyState');

/** From now on `seen` holds what the connection did, and `states` the call's. */
async function watched(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await page.evaluate(`window.seen = []; CV.on('connection', ({ connected }) => seen.push(connected));
      window.states = []; window.call?.on('state', (state) => states.push(state)); void 0`);
  }
}

const active = async (email: string): Promise<ActiveUser[]> => {
  const answer = await stage.service.rest('GET', 'active-users');
  const { items } = (await answer.json()) as { items: ActiveUser[] };
  return items.filter((user) => user.email === email);
};

const transports = async (): Promise<number> => {
  const { workers } = await stage.service.coview.sfu.stats();
  return workers.reduce((sum, worker) => sum + worker.transports, 0);
};

const codeOf = (page: Page, attempt: string) =>
  page.evaluate(`(${attempt}).then(() => 'fulfilled', ({ code }) => code)`);

describe('the network', () => {
  test('[FAULT-1] a network that falls silent is noticed by both sides; after it all goes on, and nobody clicked', async () => {
    const { visitor, agent } = await stage.call();
    await watched(visitor, agent);
    stage.wire.silent = true;
    const notice = (page: Page) => untilTrue(page, 'seen.includes(false)', 40_000);
    await Promise.all([notice(visitor), notice(agent), panelSays(agent, 'lost')]);
    stage.wire.silent = false;
    const back = (page: Page) => untilTrue(page, 'seen.at(-1) === true');
    await Promise.all([back(visitor), back(agent), panelSays(agent, 'live')]);
    await showsMotion(agent);
    await part(visitor, 'mirror-notice').waitFor();
    expect(await visitor.evaluate('pickerOpened')).toBe(1);
    expect(await agent.evaluate('states')).not.toContain('ended');
  }, 120_000);

  test('[FAULT-2] hanging up counts at once without a connection, and holds when it is back', async () => {
    const first = await stage.call();
    await watched(first.visitor);
    stage.wire.cut();
    await untilTrue(first.visitor, 'seen.includes(false)');
    await part(first.visitor, 'end').first().click();
    await part(first.visitor, 'mirror-notice').waitFor({ state: 'detached' });
    expect(await captureOf(first.visitor)).toBe('ended');
    stage.wire.mend();
    // Whose connection is back first decides whether the agent hears `ended` or finds the call gone.
    await untilTrue(first.agent, `call.state === 'ended'`);
    expect(await part(first.visitor, 'accept').count()).toBe(0);
    await stage.clear();

    const second = await stage.call();
    stage.wire.cut();
    await panelSays(second.agent, 'lost');
    await second.agent.evaluate('call.end()');
    await callIs(second.agent, 'ended', 'ended');
    await part(second.agent, 'dismiss').click();
    stage.wire.mend();
    await part(second.visitor, 'mirror-notice').waitFor({ state: 'detached' });
    expect(await captureOf(second.visitor)).toBe('ended');
    expect(await part(second.agent, 'call').count()).toBe(0);
  });

  test('[FAULT-3] a tag given during an outage arrives after it, and so does the list that an agent asked for', async () => {
    const { email } = stage.somebody();
    const [visitor, agent] = await Promise.all([stage.visitor({ email }), stage.agent()]);
    await watched(visitor, agent);
    stage.wire.cut();
    await Promise.all([visitor, agent].map((page) => untilTrue(page, 'seen.includes(false)')));
    await visitor.evaluate(`window.told = CV.user.tag({ labels: ['late'] }); void 0`);
    await agent.evaluate(`CV.user.onChange((users) => (window.users = users)); void 0`);
    expect(await agent.evaluate('window.users')).toBeUndefined();
    stage.wire.mend();
    await untilTrue(agent, `users.some(({ email, labels }) => email === '${email}' && labels.includes('late'))`);
    expect(await visitor.evaluate('told')).toMatchObject({ email, labels: ['late'] });
    expect(await active(email)).toMatchObject([{ labels: ['late'] }]);
  });
});

describe('the media server', () => {
  test('[FAULT-4] a media way that the server closed is replaced, of one side and of both', async () => {
    const { visitor, agent } = await stage.call();
    const { sfu } = stage.service.coview;
    const callId = (await agent.evaluate('call.id')) as CallId;
    const audit = (await (await stage.service.rest('GET', `audit?subject=${callId}`)).json()) as {
      items: { action: string; detail: { tab: TabId } }[];
    };
    const sharer = audit.items.find(({ action }) => action === 'call.accepted')?.detail.tab as TabId;
    await panelWent(agent, 'lost', 'live', () => sfu.closePeer(callId, sharer));
    await showsMotion(agent);

    await panelWent(agent, 'lost', 'live', () => {
      sfu.closeRoom(callId);
      return sfu.openRoom(callId);
    });
    await showsMotion(agent);
    expect(await visitor.evaluate('pickerOpened')).toBe(1);
  }, 120_000);

  test('[FAULT-5] a media way that does not come up again ends the call as failed, on both pages', async () => {
    const { visitor, agent } = await stage.call();
    stage.service.coview.sfu.closeRoom((await agent.evaluate('call.id')) as CallId);
    await callIs(agent, 'ended', 'failed');
    await panelSays(agent, 'ended');
    await part(visitor, 'mirror-notice').waitFor({ state: 'detached' });
    expect(await captureOf(visitor)).toBe('ended');
  }, 120_000);

  test('[FAULT-6] a media worker killed twice in a row costs the call nothing but time', async () => {
    const { visitor, agent } = await stage.call();
    await watched(agent);
    const { sfu } = stage.service.coview;
    const host = async () => (await sfu.stats()).workers.find(({ rooms }) => rooms > 0)?.pid;
    const first = (await host()) as number;
    process.kill(first, 'SIGKILL');
    await expect.poll(host, { interval: 5 }).not.toBeOneOf([first, undefined]);
    process.kill((await host()) as number, 'SIGKILL');
    await untilTrue(agent, `states.includes('connecting')`);
    await panelSays(agent, 'live');
    await showsMotion(agent);
    expect(await visitor.evaluate('pickerOpened')).toBe(1);
  }, 120_000);
});

describe('pages that go', () => {
  test('[FAULT-7] a sharing tab that is closed hands over to another tab of the visitor, for one click', async () => {
    const { visitor, agent } = await stage.call();
    const second = await stage.tab(visitor);
    await part(second, 'mirror-notice').waitFor();
    await visitor.close();
    await part(second, 'accept').waitFor();
    await panelSays(agent, 'again');
    await part(second, 'accept').click();
    await panelSays(agent, 'live');
    await showsMotion(agent);
    expect(await second.evaluate('pickerOpened')).toBe(1);
  });

  test('[FAULT-8] a restart of the service ends the call on both pages; visitor and agent are back by themselves', async () => {
    const { visitor, agent, email } = await stage.call();
    const [before] = await active(email);
    await visitor.evaluate(`CV.on('call', (call) => (window.lastCall = call)); void 0`);
    await agent.evaluate(`CV.user.onChange((users) => (window.users = users)); void 0`);
    await stage.restart();
    await callIs(agent, 'ended', 'disconnected');
    await untilTrue(visitor, `lastCall.state === 'ended' && lastCall.reason === 'disconnected'`);
    expect(await captureOf(visitor)).toBe('ended');
    await expect.poll(() => active(email)).toMatchObject([{ ...before, since: expect.any(String), busy: false }]);
    await untilTrue(agent, `users.some(({ visitorId }) => visitorId === '${before?.visitorId}')`);
    await stage.start(agent, email);
    await part(visitor, 'accept').click();
    await showsMotion(agent);
  });

  test('[FAULT-9] going back to a page reconnects; a tab in the background is told as such', async () => {
    const { email } = stage.somebody();
    const visitor = await stage.visitor({ email });
    const [{ visitorId }] = (await active(email)) as [ActiveUser];
    await visitor.goto(`${stage.host.url}basket`);
    await visitor.goBack();
    await expect.poll(() => active(email)).toMatchObject([{ visitorId, url: stage.host.url, state: 'active' }]);
    const show = (state: string) =>
      visitor.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await show('hidden');
    await expect.poll(() => active(email)).toMatchObject([{ visitorId, state: 'background' }]);
    await show('visible');
    await expect.poll(() => active(email)).toMatchObject([{ visitorId, state: 'active' }]);
  });

  test('[FAULT-10] a duplicated tab lives beside its original, each on one socket', async () => {
    const visitor = await stage.visitor(stage.somebody());
    const welcomes: string[] = [];
    const count = (page: Page, name: string) =>
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => {
          if (String(payload).includes('visitor.welcome')) welcomes.push(name);
        }),
      );
    count(visitor, 'original');
    visitor.context().on('page', (page) => count(page, 'duplicate'));
    const [duplicate] = await Promise.all([
      visitor.waitForEvent('popup'),
      visitor.evaluate('void open(location.href)'),
    ]);
    await untilTrue(duplicate, 'window.CVLoaded === true');
    await duplicate.evaluate(`CV.user.tag({ labels: ['two'] })`);
    await visitor.evaluate(`CV.user.tag({ labels: ['three'] })`);
    expect(welcomes).toEqual(['duplicate']);
  });
});

describe('agents', () => {
  test('[FAULT-11] a token revoked during a call ends it, logs the page out for good and stops the capture', async () => {
    const login = await stage.login();
    const { visitor, agent } = await stage.call(login);
    await stage.service.rest('DELETE', `agents/${login.email}/token`);
    await callIs(agent, 'ended', 'disconnected');
    await panelSays(agent, 'ended');
    await expect.poll(() => part(agent, 'status').innerText()).toContain('no longer signed in');
    await part(visitor, 'mirror-notice').waitFor({ state: 'detached' });
    expect(await captureOf(visitor)).toBe('ended');
    await expect.poll(() => codeOf(agent, 'CV.user.list()')).toBe('UNAUTHENTICATED');
    await stage.load(agent);
    expect(await codeOf(agent, 'CV.user.list()')).toBe('UNAUTHENTICATED');
  });

  test('[FAULT-12] auth: again, with another token, with a wrong email, kept or not; a reload gets its panel back once', async () => {
    const login = await stage.login();
    const { agent, email } = await stage.call(login);
    const auth = (to: string, token: string) => `CV.rest.auth('${to}', '${token}')`;
    await agent.evaluate(`${auth(login.email, login.token)}.then(() => ${auth(login.email, login.token)})`);
    await callIs(agent, 'active');
    expect(await part(agent, 'call').count()).toBe(1);

    // A page of seed 003 calls auth at every load, with the token it was given last time or with a fresh one.
    for (const token of [login.token, await stage.token(login.email)]) {
      await agent.reload();
      await agent.evaluate(`${auth(login.email, token)}.then(() => CV.user.list())`);
      await panelSays(agent, 'live');
      await showsMotion(agent);
      expect(await part(agent, 'call').count()).toBe(1);
    }

    await agent.evaluate(`CV.user.onChange((users) => (window.users = users)); void 0`);
    await untilTrue(agent, 'window.users');
    const other = await stage.login();
    expect(await codeOf(agent, auth(other.email, login.token))).toBe('UNAUTHENTICATED');
    expect(await codeOf(agent, 'CV.user.list()')).toBe('UNAUTHENTICATED');
    await agent.evaluate(`window.users = undefined; ${auth(other.email, other.token)}`);
    await untilTrue(agent, `window.users?.some((user) => user.email === '${email}')`);
    expect(await agent.evaluate(`CV.user.status('${email}').then(({ visitorId }) => typeof visitorId)`)).toBe('string');

    const reopened = async (persist: boolean) => {
      const page = await stage.load(await stage.person());
      await page.evaluate(`CV.rest.auth('${other.token}', ${persist})`);
      const tab = await page.context().newPage();
      await page.close();
      return codeOf(await stage.load(tab), 'CV.user.list()');
    };
    expect(await reopened(true)).toBe('fulfilled');
    expect(await reopened(false)).toBe('UNAUTHENTICATED');
  });

  test('[FAULT-13] a second call is CALL_BUSY and leaves the first alone; who is away or unknown is not rung', async () => {
    const [john, jane] = [stage.somebody(), stage.somebody()];
    const [visitor, gone, agent] = await Promise.all([stage.visitor(john), stage.visitor(jane), stage.agent()]);
    await agent.evaluate(`CV.user.status('${jane.email}').then(({ visitorId }) => (window.away = visitorId))`);
    await stage.start(agent, john.email);
    expect(await codeOf(agent, `CV.calling.startScreen(away).ready`)).toBe('CALL_BUSY');
    await callIs(agent, 'ringing');
    await part(visitor, 'accept').click();
    await agent.evaluate('call.ready');
    await agent.evaluate('call.end()');
    await gone.close();
    // Until the server knows, it rings there as it would at a page that reloads.
    await expect.poll(() => active(jane.email)).toEqual([]);
    expect(await codeOf(agent, 'CV.calling.startScreen(away).ready')).toMatch(/VISITOR_OFFLINE|NOT_FOUND/);
    await expect.poll(() => part(agent, 'call').count()).toBe(1);
  });

  test('[FAULT-14] a call taken back before it rings rings nobody; its events come in order, its panel docks and floats', async () => {
    const john = stage.somebody();
    const [visitor, agent] = await Promise.all([stage.visitor(john), stage.agent()]);
    const { visitorId } = (await agent.evaluate(`CV.user.status('${john.email}')`)) as ActiveUser;
    await visitor.evaluate(`window.calls = []; CV.on('call', ({ state }) => calls.push(state)); void 0`);
    await agent.evaluate(`window.call = CV.calling.startScreen('${visitorId}'); call.end()`);
    await callIs(agent, 'ended', 'cancelled');
    await expect.poll(async () => (await active(john.email))[0]?.busy).toBe(false);

    await agent.evaluate(`window.log = []; window.call = CV.calling.startScreen('${visitorId}');
      call.on('state', (state) => log.push(state)); call.on('ended', (reason) => log.push('reason: ' + reason));
      document.body.insertAdjacentHTML('beforeend', '<div id="dock"></div>'); call.attach(document.getElementById('dock'))`);
    await part(visitor, 'accept').click();
    await panelSays(agent, 'live');
    expect(await agent.locator('#dock > coview-widget').count()).toBe(1);
    await agent.evaluate('call.attach(null)');
    expect(await agent.locator('#dock > coview-widget').count()).toBe(0);
    await showsMotion(agent);
    await agent.evaluate('call.end()');
    expect(await agent.evaluate('log')).toEqual(['ringing', 'connecting', 'active', 'ended', 'reason: ended']);
    await untilTrue(visitor, 'calls.includes("active")');
  });

  test('[FAULT-15] who is assigned to one agent disappears live for another, and comes back', async () => {
    const john = stage.somebody();
    const [mine, theirs] = [await stage.login(), await stage.login()];
    const [visitor, anna, ben] = await Promise.all([stage.visitor(john), stage.agent(mine), stage.agent(theirs)]);
    const follow = `CV.user.onChange((users) => (window.here = users.some(({ email }) => email === '${john.email}'))); void 0`;
    for (const agent of [anna, ben]) {
      await agent.evaluate(follow);
      await untilTrue(agent, 'window.here === true');
    }
    await visitor.evaluate(`CV.user.tag({ assignedUser: '${mine.email}' })`);
    await untilTrue(ben, 'window.here === false');
    const listed = `CV.user.list().then((users) => users.some(({ email }) => email === '${john.email}'))`;
    expect([await anna.evaluate(listed), await ben.evaluate(listed)]).toEqual([true, false]);
    await visitor.evaluate('CV.user.tag({ assignedUser: null })');
    await untilTrue(ben, 'window.here === true');
  });
});

describe('the page', () => {
  test('[FAULT-16] reset followed at once by tag takes effect in this order, and the page is told', async () => {
    const [john, jane] = [stage.somebody(), stage.somebody()];
    const visitor = await stage.visitor(john);
    const [before] = await active(john.email);
    await visitor.evaluate(`window.told = []; CV.on('identity', (person) => told.push(person?.email)); void 0`);
    await visitor.evaluate(`CV.user.reset(); CV.user.tag(${JSON.stringify(jane)})`);
    expect(await visitor.evaluate('told')).toEqual([undefined, jane.email]);
    expect(await active(john.email)).toEqual([]);
    const [after] = await active(jane.email);
    expect(after?.visitorId).not.toBe(before?.visitorId);
  });

  test('[FAULT-17] a whole call leaves no complaint in either page’s console', async () => {
    const { visitor, agent } = await stage.call();
    await part(visitor, 'end').first().click();
    await callIs(agent, 'ended', 'ended');
    await part(agent, 'dismiss').click();
    await part(agent, 'call').waitFor({ state: 'detached' });
    expect(stage.complaints).toEqual([]);
  });

  test('[FAULT-18] twenty calls that were declined leave nothing behind, on the pages or the media server', async () => {
    const counted = `window.open_ = 0; const Native = RTCPeerConnection;
      window.RTCPeerConnection = class extends Native {
        constructor(...args) { super(...args); open_++ }
        close() { if (this.signalingState !== 'closed') open_--; super.close() }
      }`;
    const john = stage.somebody();
    const [visitor, agent] = await Promise.all([stage.visitor(john, counted), stage.agent(undefined, counted)]);
    for (let round = 0; round < 20; round++) {
      await stage.start(agent, john.email);
      await part(visitor, 'decline').click();
      await callIs(agent, 'ended', 'declined');
    }
    await expect.poll(() => part(agent, 'call').count()).toBe(1);
    await part(agent, 'dismiss').click();
    await visitor.evaluate('CV.chat.hide()');
    for (const page of [visitor, agent]) {
      await expect.poll(() => page.locator('coview-widget').count()).toBe(0);
      await expect.poll(() => page.evaluate('open_')).toBe(0);
    }
    await expect.poll(transports).toBe(0);
  });
});

describe('with little patience', () => {
  beforeAll(async () => {
    await stage.close();
    stage = await Stage.open({ callTimes: { absence: 3_000 } });
  });

  test('[FAULT-19] a visitor who goes for good is waited for, then the call ends as disconnected and its panel can be closed', async () => {
    const { visitor, agent } = await stage.call();
    await panelWent(agent, 'away', 'ended', () => visitor.close());
    await callIs(agent, 'ended', 'disconnected');
    await part(agent, 'dismiss').click();
    await part(agent, 'call').waitFor({ state: 'detached' });
  });
});
