import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { DeskPage } from './DeskPage.ts';
import { DeskServer } from './DeskServer.ts';

describe('the desk around its conversations', () => {
  let server: DeskServer;
  let browser: Browser;
  let desk: DeskPage;

  const open = async (fragment: string, options?: BrowserContextOptions) => {
    desk = await DeskPage.open(browser, server, fragment, options);
    return desk;
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([DeskServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(() => desk?.close());

  it('[DESK-16] says who it is and why, where they are, and makes links of web addresses only', async () => {
    await open('token=token-1&conversation=cn_1');
    const person = desk.part('person');
    await person.getByText('Your site’s own server vouched').waitFor();
    for (const known of ['jane@example.com', 'wholesale', 'FH-20340', '/shop/tea?size=100', '4 min']) {
      expect(await person.innerText()).toContain(known);
    }
    const links = await person.getByRole('link').evaluateAll((all) => all.map((link) => link.href));
    expect(links).toEqual([expect.stringContaining('/shop/tea'), 'https://shop.example/i/1']);
    await desk.row(2).click();
    await person.getByText('The name is made up').waitFor();
  });

  it('[DESK-16] starts a screen share beside the chat, and gives the person to an agent or a team', async () => {
    await open('token=token-1&conversation=cn_1');
    await desk.part('person').locator('[data-test=start]').click();
    await desk.part('call-dock').locator('#panel', { hasText: 'v_jane' }).waitFor();
    await desk.part('composer').fill('I can see your screen now');
    await desk.part('send').click();
    await desk.message('I can see your screen now').waitFor();
    await desk.part('show-person').click();
    await desk.part('belongs').selectOption({ label: 'Billing' });
    await expect.poll(() => desk.asked()).toContain('PUT customers/cu_1/assignment {"team":"Billing"}');
    await desk.part('belongs').selectOption({ label: 'Everybody' });
    await expect.poll(() => desk.asked()).toContain('PUT customers/cu_1/assignment {"user":null}');
  });

  it('[DESK-17] an admin exports a person, and erases one only by typing the name', async () => {
    await open('token=token-admin&conversation=cn_1');
    const file = desk.page.waitForEvent('download');
    await desk.part('export').click();
    expect((await file).suggestedFilename()).toBe('cu_1.json');
    await desk.part('erase').click();
    await desk.part('erase-dialog').getByText('cannot be undone').waitFor();
    expect(await desk.part('erase-now').isDisabled()).toBe(true);
    await desk.part('erase-name').fill('jane roe');
    await desk.part('erase-now').click();
    await desk.part('chat').waitFor({ state: 'detached' });
    expect(await desk.asked()).toContain('DELETE customers/cu_1');
  });

  it('[DESK-17] an agent who is no admin finds neither erasing nor settings', async () => {
    await open('token=token-1&conversation=cn_1');
    await desk.part('belongs').waitFor();
    expect(await desk.part('erase').count()).toBe(0);
    expect(await desk.part('view-settings').count()).toBe(0);
    await desk.run(`location.hash = 'settings=webhooks'`);
    await desk.settled();
    await desk.row(1).waitFor();
    expect(await desk.part('settings').count()).toBe(0);
  });

  it('[DESK-18] is online or away as the agent says, unless the server does not take it', async () => {
    await open('token=token-1');
    const state = desk.part('availability');
    await state.click();
    await expect.poll(() => state.innerText()).toBe('Away');
    expect(await state.getAttribute('aria-checked')).toBe('false');
    expect(await desk.did()).toContain('availability away');
    await desk.run('window.refuse = true');
    await state.click();
    await desk.part('connection').getByText('That did not work').waitFor();
    expect(await state.innerText()).toBe('Away');
  });

  it('[DESK-18] after two changes of which the server has taken neither, it is shown as before both', async () => {
    await open('token=token-1');
    await desk.run(
      `window.refusals = []; CV.agents.setAvailability = () => new Promise((_, refuse) => refusals.push(() => refuse({ code: 'TIMEOUT' })))`,
    );
    const state = desk.part('availability');
    await state.click();
    await state.click();
    await desk.run('refusals[0]()');
    await desk.run('refusals[1]()');
    await desk.part('connection').getByText('That did not work').waitFor();
    expect(await state.innerText()).toBe('Online');
  });

  it('[DESK-18] a lost connection is shown, and a revoked token asks to sign in', async () => {
    await open('token=token-1');
    await desk.row(1).waitFor();
    await desk.run(`emit('connection', { connected: false })`);
    await desk.part('connection').getByText('Connection lost').waitFor();
    await desk.run(`emit('signedOut')`);
    await desk.page.locator('[data-hint=revoked]').waitFor();
    expect(await desk.run('sessionStorage.length')).toBe(0);
  });

  it('[DESK-18] a new message counts in the title, and notifies only where a click allowed it', async () => {
    desk = await DeskPage.open(
      browser,
      server,
      'token=token-1',
      {},
      `
      window.shown = []; window.asks = 0;
      window.Notification = class { static permission = 'default'; constructor(title, { body }) { shown.push(title + ': ' + body); }
        static async requestPermission() { asks++; return 'granted'; } close() {} };
      document.hasFocus = () => false;`,
    );
    await desk.row(1).waitFor();
    await desk.run(`say('cn_2', 'Anybody?')`);
    expect(await desk.run('[asks, shown.length]')).toEqual([0, 0]);
    await desk.part('alerts').click();
    await desk.part('allow-notifications').click();
    await desk.page.getByText('Desktop notifications are on').waitFor();
    await desk.run(
      `conversations.push({ ...conversations[1], id: 'cn_old', updatedAt: '2020-01-01T00:00:00.000Z' }); tell('cn_old')`,
    );
    await desk.run(`say('cn_2', 'Hello?'); say('cn_3', 'Somebody else’s')`);
    expect(await desk.run('[asks, shown.length]')).toEqual([1, 1]);
    expect(await desk.run('shown[0]')).toMatch(/^New message from .+: Hello\?$/);
    expect(await desk.page.title()).toBe('(3) CoView Desk');
  });

  it('[DESK-19] a link with a code opens its conversation, and nothing of it stays in the address', async () => {
    await open('code=code-1');
    await desk.part('chat').waitFor();
    expect(desk.page.url()).toBe(`${server.url}?site=demo#conversation=cn_2`);
    expect((await desk.asked()).filter((one) => one.startsWith('redeem'))).toEqual(['redeem code-1']);
    await desk.page.reload();
    await desk.part('chat').waitFor();
    expect(await desk.run('tokens')).toEqual(['token-of-code']);
  });

  it('[DESK-19] a spent code says so and what helps; one that never arrived may be tried again', async () => {
    await open('code=spent');
    await desk.page.locator('[data-spent=true]').getByText('open a new one').waitFor();
    expect(desk.page.url()).toBe(`${server.url}?site=demo`);
    await desk.part('sign-in-instead').click();
    await desk.part('login').waitFor();
    await desk.close();
    await open('code=code-broken');
    await desk.page.locator('[data-spent=false]').waitFor();
    await desk.page.getByRole('button', { name: 'Try again' }).click();
    await desk.part('chat').waitFor();
  });

  it('[DESK-20] a link to a conversation opens it after login; J, K, Escape and Back go from one to another', async () => {
    await open('conversation=cn_3');
    await desk.page.getByLabel('E-mail').fill('agent1@example.com');
    await desk.page.getByLabel('Password').fill('right-password');
    await desk.page.getByRole('button', { name: 'Sign in' }).click();
    await desk.page.getByRole('heading', { name: '<b>Mia</b> Chen' }).filter({ visible: true }).first().waitFor();
    // Whose Escape leaves it, and nothing else.
    const typing = desk.page.locator('[data-test="composer"]:focus');
    await typing.waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.keyboard.press('k');
    await expect.poll(() => desk.page.url()).toContain('cn_2');
    await typing.waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.keyboard.press('j');
    await expect.poll(() => desk.page.url()).toContain('cn_3');
    await desk.page.goBack();
    await expect.poll(() => desk.page.url()).toContain('cn_2');
  });

  it('[DESK-3] [DESK-20] keys are heard as soon as there is what they are for, not after the next frame', async () => {
    // The page thinks that none is drawn.
    const undrawn = 'window.requestAnimationFrame = window.setTimeout = () => 0';
    desk = await DeskPage.open(browser, server, 'token=token-1', {}, undrawn);
    await desk.row(1).waitFor();
    await desk.page.keyboard.press('j');
    await expect.poll(() => desk.page.url()).toContain('cn_1');
    await desk.part('view-visitors').click();
    await desk.page.locator('tr[data-email="user1@example.com"] button.name').click();
    await desk.part('detail').waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.part('detail').waitFor({ state: 'detached' });
    await desk.page.keyboard.press('/');
    await desk.page.locator('[data-test=search]:focus').waitFor();
  });

  it('[DESK-20] Escape takes the person away before the chat, the focus goes along, and the next chat comes without', async () => {
    await open('token=token-1', { viewport: { width: 1024, height: 768 } });
    await desk.row(1).click();
    await desk.part('show-person').click();
    await desk.page.locator('.to-chat:focus').waitFor();
    await desk.page.keyboard.press('Escape');
    await desk.page.locator('[data-test=show-person]:focus').waitFor();
    expect(await desk.part('belongs').isVisible()).toBe(false);
    expect(await desk.part('chat').count()).toBe(1);
    await desk.part('show-person').click();
    await desk.row(2).click();
    await expect.poll(() => desk.page.url()).toContain('cn_2');
    expect(await desk.part('belongs').isVisible()).toBe(false);
    await desk.part('show-person').focus();
    await desk.page.keyboard.press('Escape');
    await desk.part('chat').waitFor({ state: 'detached' });
  });

  it('[DESK-20] on a phone list, chat and person come one after the other, and all of them are in sight', async () => {
    await open('token=token-1', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await desk.row(1).tap();
    await desk.message('Where is my order?').waitFor();
    expect(await desk.row(1).isVisible()).toBe(false);
    expect((await desk.page.locator('#chat-name > span').first().boundingBox())?.width).toBeGreaterThan(60);
    await desk.part('assign').tap();
    const menu = await desk.page.getByRole('menu').boundingBox();
    expect([menu && menu.x >= 0, menu && menu.x + menu.width <= 360]).toEqual([true, true]);
    await desk.page.keyboard.press('Escape');
    await desk.part('show-person').tap();
    await desk.part('belongs').waitFor();
    await desk.part('person').getByRole('button', { name: 'Close' }).tap();
    await desk.part('back').tap();
    await desk.row(1).waitFor();
    await desk.part('view-visitors').tap();
    await desk.part('users').waitFor();
  });

  it('[DESK-7] in a window as low as 400 % leave it, messages keep some room and all can be scrolled to', async () => {
    await open('token=token-1', { viewport: { width: 320, height: 256 } });
    await desk.row(1).click();
    await desk.message('Where is my order?').waitFor();
    expect((await desk.part('messages').boundingBox())?.height).toBeGreaterThan(90);
    for (const part of ['send', 'messages', 'back']) {
      await desk.part(part).scrollIntoViewIfNeeded();
      const box = await desk.part(part).boundingBox();
      expect(box && box.y >= 0 && box.y < 256, part).toBe(true);
    }
  });

  it('[DESK-7] in forced colours what is chosen differs from what is not', async () => {
    await open('token=token-1', { forcedColors: 'active' });
    await desk.row(1).click();
    await desk.part('mode-note').waitFor();
    await desk.page.mouse.move(900, 5);
    const look = (selector: string) =>
      desk.page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
    for (const [chosen, other] of [
      ['[data-test=filter-all]', '[data-test=filter-mine]'],
      ['[data-test=mode-reply]', '[data-test=mode-note]'],
      ['[data-conversation=cn_1]', '[data-conversation=cn_2]'],
      ['[data-test=view-conversations]', '[data-test=view-visitors]'],
    ] as const) {
      expect(await look(chosen), chosen).not.toBe(await look(other));
    }
  });
});
