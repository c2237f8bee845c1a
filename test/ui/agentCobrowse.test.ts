import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CobrowseEndReason } from '#protocol/cobrowse.ts';
import { launchChromium } from '../browser/chromium.ts';
import { UiPage } from './UiPage.ts';
import { UiServer } from './UiServer.ts';

/** The panel around a stage that is no mirror: what it is told, it notes in `called`. */
const source = `
  import { CobrowsePanel } from '#client/ui/cobrowse/agent/CobrowsePanel.tsx';
  const stage = Object.assign(document.createElement('div'), { id: 'mirror' });
  stage.style.background = '#fff';
  window.called = [];
  const noted = ['end', 'leave', 'dismiss', 'setMode', 'setActual', 'askControl', 'release', 'command'];
  const notes = Object.fromEntries(noted.map((name) => [name, (...args) => {
    window.called.push([name, ...args.filter((arg) => !(arg instanceof Event))]);
  }]));
  const me = { email: 'anna@example.com', name: 'Anna Berg' };
  const session = {
    id: 'cb_1', state: 'active', visitorId: 'v_1', startedBy: 'agent', agent: me, viewers: [me],
    startedAt: '2026-01-01T00:00:00Z', activeAt: new Date(Date.now() - 125000).toISOString(), paused: false, online: true,
    tabs: [
      { tab: 't_1', url: 'https://shop.example/tea?size=100', title: 'Green tea', front: true },
      { tab: 't_2', url: 'https://shop.example/cart', title: 'Cart', front: false },
    ],
  };
  window.AgentPanel = true;
  window.show = ({ session: changes, ...fields } = {}) => {
    window.panel ??= new CobrowsePanel({ language: 'auto', stage });
    panel.show({
      ...notes, visitor: 'Jane Roe', state: 'active', email: me.email, connected: true, shown: true, paused: false,
      mode: 'view', actual: false, mayControl: true, session: { ...session, ...changes }, ...fields,
    });
  };
`;

const states: [name: string, fields: object, says: RegExp][] = [
  ['asking', { state: 'ringing', shown: false }, /Asking Jane Roe to share/],
  ['waiting', { state: 'connecting', shown: false }, /first picture is on its way/],
  ['waiting', { state: 'connecting', shown: false, progress: { done: 3, total: 8 } }, /first picture is on its way/],
  ['live', {}, /^Live/],
  ['paused', { paused: true }, /Catching up.*a moment ago/s],
  ['away', { session: { online: false } }, /Jane Roe is away.*by itself/s],
  ['lost', { connected: false }, /Reconnecting.*as it was before/s],
  ['ended', { state: 'ended', reason: 'revoked' }, /Jane Roe stopped sharing.*ask again/s],
  ['ended', { state: 'ended', error: 'x', errorCode: 'NOT_FOUND' }, /no such session or code.*new one/s],
];

describe('the agent’s panel of a session', () => {
  let server: UiServer;
  let browser: Browser;
  let ui: UiPage;

  const open = async (options?: BrowserContextOptions) => {
    ui = await UiPage.open(browser, server, options);
  };
  const show = (fields: object = {}) => ui.page.evaluate(`show(${JSON.stringify(fields)})`);
  const status = () => ui.part('status').innerText();
  const called = () => ui.page.evaluate('called') as Promise<unknown[][]>;

  beforeAll(async () => {
    [server, browser] = await Promise.all([UiServer.start({ source }), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(() => ui?.close());

  it('[AGCO-20] says what goes on at every moment, and is never just blank', async () => {
    await open();
    for (const [phase, fields, says] of states) {
      await show(fields);
      await expect.poll(status).toMatch(says);
      expect(await ui.part('cobrowse').getAttribute('data-phase')).toBe(phase);
    }
    await show({ state: 'connecting', shown: false, progress: { done: 3, total: 8 } });
    expect(await ui.page.getByRole('progressbar').getAttribute('value')).toBe('3');
    for (const reason of CobrowseEndReason.options) {
      await show({ state: 'ended', reason });
      await expect.poll(async () => (await status()).length, { message: reason }).toBeGreaterThan(15);
    }
  });

  it('[AGCO-20] shows nothing of the page before its first picture, nor when the session is over', async () => {
    await open();
    const visible = () => ui.page.locator('#mirror').isVisible();
    for (const [, fields] of states) {
      await show(fields);
      const { state = 'active', shown = true } = fields as { state?: string; shown?: boolean };
      await expect.poll(visible).toBe(shown && state !== 'ended');
    }
  });

  it('[AGCO-13] asks again by keyboard where that may help, and the focus goes along', async () => {
    await open();
    const again = ui.page.getByRole('button', { name: 'Ask again' });
    const step = (fields: object) =>
      ui.page.evaluate(`{ const fields = ${JSON.stringify(fields)}; fields.again = note('again'); show(fields) }`);
    await ui.page.evaluate('window.note = (name) => () => window.called.push([name])');
    await step({ state: 'ringing', shown: false });
    await ui.part('end').focus();
    await step({ state: 'ended', reason: 'declined' });
    await expect.poll(() => ui.focused()).toBe('again');
    await ui.page.keyboard.press('Enter');
    expect(await called()).toEqual([['again']]);
    await step({ state: 'ringing', shown: false });
    await expect.poll(() => ui.focused()).toBe('end');
    expect(await again.count()).toBe(0);
    await step({ state: 'ended', error: 'x', errorCode: 'NOT_FOUND' });
    await expect.poll(status).toMatch(/Jane Roe is not on the site/);
    await expect.poll(() => ui.focused()).toBe('again');
    await step({ state: 'ended', error: 'x', errorCode: 'NOT_TAGGED' });
    await expect.poll(() => ui.focused()).toBe('dismiss');
    expect(await again.count()).toBe(0);
    await show({ state: 'ended', reason: 'declined' });
    expect(await again.count()).toBe(0);
  });

  it('[AGCO-21] tools have names, tell which one is in hand, and are put down by a second click', async () => {
    await open();
    await show();
    expect(await ui.page.getByRole('button', { name: 'Control', exact: true }).count()).toBe(0);
    await ui.page.getByRole('button', { name: 'Laser' }).click();
    await show({ mode: 'laser' });
    const laser = ui.page.getByRole('button', { name: 'Laser', pressed: true });
    expect(await laser.getAttribute('title')).toContain('the visitor sees where you point');
    await laser.press('Enter');
    expect(await called()).toEqual([
      ['setMode', 'laser'],
      ['setMode', 'view'],
    ]);
    await show({ shown: false, state: 'connecting' });
    expect(await ui.page.getByRole('button', { name: 'Pen', exact: true }).isDisabled()).toBe(true);
  });

  it('[AGCO-22] asks for control by what the agent names, by keyboard alone', async () => {
    await open();
    await show();
    await ui.page.getByRole('button', { name: 'Ask for control' }).press('Enter');
    const pane = ui.page.getByRole('dialog', { name: 'What should Jane Roe allow you?' });
    await pane.waitFor();
    await ui.page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });
    await ui.page.keyboard.press('Enter');
    await pane.getByLabel(/^Open other pages/).press('Space');
    await pane.getByLabel(/^Type/).press('Space');
    await pane.getByRole('button', { name: 'Ask' }).press('Enter');
    expect(await called()).toEqual([['askControl', ['pointer', 'scroll', 'select']]]);
    await pane.waitFor({ state: 'detached' });
    await show({
      session: {
        asked: { agent: { email: 'anna@example.com', name: 'Anna Berg' }, here: true, capabilities: ['type'] },
      },
    });
    await ui.page.getByRole('button', { name: 'Stop asking' }).click();
    expect((await called()).at(-1)).toEqual(['release']);
  });

  it('[AGCO-22] control is given back; another agent’s is named; a site without it offers none', async () => {
    await open();
    const control = (email: string, here = {}) => ({
      session: { control: { agent: { email, name: 'Ben Cole' }, capabilities: ['type'], ...here } },
    });
    await show(control('anna@example.com', { here: true }));
    await ui.page.getByRole('button', { name: 'Give back' }).click();
    expect(await called()).toEqual([['release']]);
    await show(control('ben@example.com'));
    await ui.page.getByText('Ben Cole controls the page').waitFor();
    await show(control('anna@example.com'));
    await ui.page.getByText('You control it in another tab').waitFor();
    expect(await ui.page.getByRole('button', { name: 'Control', exact: true }).count()).toBe(0);
    await ui.page.getByRole('button', { name: 'Take over' }).click();
    await ui.page.getByRole('button', { name: 'Ask', exact: true }).click();
    expect((await called()).at(-1)?.[0]).toBe('askControl');
    await show({ session: { asked: { agent: { email: 'anna@example.com', name: 'Anna' }, capabilities: ['type'] } } });
    await ui.page.getByText('You are asking in another tab').waitFor();
    expect(await ui.page.getByRole('button', { name: /Take over|Stop asking|Ask/ }).count()).toBe(0);
    await show({ mayControl: false });
    expect(await ui.page.getByRole('button', { name: /control/i }).count()).toBe(0);
  });

  it('[AGCO-23] who may navigate goes back, forward and to addresses of the same website alone', async () => {
    await open();
    const control = { agent: { email: 'anna@example.com', name: 'Anna Berg' }, here: true, capabilities: ['navigate'] };
    await show({ page: { url: 'https://shop.example/tea' }, session: { control } });
    await ui.page.getByRole('button', { name: 'Back', exact: true }).click();
    const address = ui.page.getByLabel('Open another page of this website');
    await address.fill('https://elsewhere.example/');
    await address.press('Enter');
    await address.fill('/cart');
    await address.press('Enter');
    // Of what is not told nobody can say where it leads; what is there can be loaded again.
    await show({ page: { url: 'https://shop.example/orders/***' }, session: { control } });
    await address.fill('https://shop.example/orders/***/bill');
    await address.press('Enter');
    await address.fill('https://shop.example/orders/***');
    await address.press('Enter');
    expect(await called()).toEqual([
      ['command', { do: 'go', to: 'back' }],
      ['command', { do: 'go', to: 'https://shop.example/cart' }],
      ['command', { do: 'go', to: 'reload' }],
    ]);
    await show({ page: { url: 'https://shop.example/tea' } });
    expect(await address.count()).toBe(0);
    await ui.page.getByText('shop.example/tea', { exact: true }).waitFor();
  });

  it('[AGCO-24] tells which pages are open and which is shown, who watches, and what is hidden', async () => {
    await open();
    const viewers = [
      { email: 'anna@example.com', name: 'Anna Berg' },
      { email: 'ben@example.com', name: 'Ben Cole' },
    ];
    await show({ session: { viewers } });
    await ui.page.getByRole('button', { name: '2 pages open' }).click();
    expect(await ui.page.locator('[data-cv=tabs-pane] li').allInnerTexts()).toEqual([
      expect.stringMatching(/Green tea\s+shown/),
      expect.not.stringMatching(/shown/),
    ]);
    await ui.page.getByRole('button', { name: '2 people watch' }).click();
    expect(await ui.page.locator('[data-cv=tabs-pane]').count()).toBe(0);
    await expect
      .poll(() => ui.page.locator('[data-cv=viewers-pane]').innerText())
      .toMatch(/Anna Berg \(you\).*Ben Cole/s);
    await ui.page.getByRole('button', { name: 'What is hidden' }).click();
    await expect.poll(() => ui.page.locator('[data-cv=hidden-pane]').innerText()).toMatch(/Passwords and payment/);
    await ui.page.getByRole('button', { name: 'Leave', exact: true }).click();
    expect(await called()).toEqual([['leave']]);
  });

  it('[AGCO-25] says why something has not happened', async () => {
    await open();
    await show({ trouble: { n: 1, code: 'FORBIDDEN' } });
    await ui.page.getByText('the field is protected').waitFor();
    await show({ trouble: { n: 2, code: 'DECLINED' } });
    await ui.page.getByText('Jane Roe did not allow that').waitFor();
  });

  it.each<BrowserContextOptions>([
    {},
    { colorScheme: 'dark' },
    { locale: 'de-DE' },
    { locale: 'de-DE', colorScheme: 'dark', viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true },
  ])('[AGCO-26] no barriers in any state and pane, nothing cut off, %j', { timeout: 60_000 }, async (options) => {
    await open(options);
    const held = { agent: { email: 'anna@example.com', name: 'Anna Berg' }, capabilities: ['pointer', 'navigate'] };
    const control = { ...held, here: true };
    for (const [name, fields] of states) {
      await show(fields);
      await expect.poll(status).not.toBe('');
      expect(await ui.axe(), name).toEqual([]);
    }
    await show({ mode: 'control', session: { control }, trouble: { n: 1, code: 'FORBIDDEN' } });
    expect(await ui.axe(), 'control').toEqual([]);
    await show({ session: { control: held } });
    expect(await ui.axe(), 'elsewhere').toEqual([]);
    await ui.page.evaluate(`show({ state: 'ended', reason: 'declined', again() {} })`);
    expect(await ui.axe(), 'again').toEqual([]);
    await show();
    for (const name of ['ask-control', 'tabs', 'viewers', 'hidden']) {
      await ui.part(name).click();
      const pane = await ui.part(`${name}-pane`).boundingBox();
      const panel = await ui.part('cobrowse').boundingBox();
      if (!pane || !panel) throw new Error(`no ${name}`);
      expect(pane.x, name).toBeGreaterThanOrEqual(panel.x);
      expect(pane.x + pane.width, name).toBeLessThanOrEqual(panel.x + panel.width);
      expect(pane.y + pane.height, name).toBeLessThanOrEqual(panel.y + panel.height);
      expect(await ui.axe(), name).toEqual([]);
      await ui.page.keyboard.press('Escape');
    }
  });
});
