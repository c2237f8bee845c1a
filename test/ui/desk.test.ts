import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { DeskServer } from './DeskServer.ts';

describe('the agents’ desk', () => {
  let server: DeskServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  const open = async (address = '?site=demo#token=token-1&visitors', options: BrowserContextOptions = {}) => {
    await page?.context().close();
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url + address);
  };
  const hook = (name: string) => page.locator(`[data-test="${name}"]`);
  const row = (n: number) => page.locator(`tr[data-email="user${n}@example.com"]`);

  beforeAll(async () => {
    [server, browser] = await Promise.all([DeskServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(async () => {
    await open();
    await hook('users').waitFor();
  });
  afterEach(() => expect(complaints).toEqual([]));

  it('[DESK-1] a link logs in by itself, and its token is gone from the address bar at once', async () => {
    expect(page.url()).toBe(`${server.url}?site=demo#visitors`);
    expect(await hook('agent').innerText()).toContain('Anna Berg');
    expect(await page.evaluate('tokens')).toEqual(['token-1']);
    await page.reload();
    await hook('users').waitFor();
  });

  it('[DESK-1] a link that is not valid any more says so and asks for the password', async () => {
    await open('?site=demo#token=expired');
    await page.locator('[data-hint=link]').waitFor();
    expect(page.url()).not.toContain('expired');
  });

  it('[DESK-2] signs in by password, and out by revoking what the password gave', async () => {
    await open('?site=demo');
    await page.getByLabel('E-mail').fill('agent1@example.com');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-hint=wrong]').waitFor();
    await page.getByLabel('Password').fill('right-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await hook('view-visitors').click();
    await hook('users').waitFor();
    await hook('sign-out').click();
    await hook('login').waitFor();
    expect(server.asked).toContain('DELETE /rest/v1/auth/token Bearer token-by-password');
  });

  it('[DESK-2] signing out leaves alone a token that came by link, and forgets it', async () => {
    const before = server.asked.length;
    await hook('sign-out').click();
    await hook('login').waitFor();
    expect(server.asked.slice(before)).toEqual([]);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('[DESK-3] lists own customers first, then who came first, and follows changes', async () => {
    const order = () => hook('user').evaluateAll((rows) => rows.map((one) => one.dataset.email[4]).join(''));
    expect(await order()).toBe('45321');
    expect(await row(4).innerText()).toContain('Assigned to me');
    expect(await row(3).innerText()).toMatch(/In a call[\s\S]*In the background[\s\S]*3 min/);
    await page.evaluate('users.pop(); watch()');
    await expect.poll(order).toBe('4321');
  });

  it('[DESK-3] finds by name, page, label and data, and by the / key', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('gold pro');
    await expect.poll(() => hook('user').count()).toBe(1);
    await hook('search').fill('nobody at all');
    await page.getByRole('button', { name: 'Show everybody' }).click();
    expect(await hook('user').count()).toBe(5);
  });

  it('[DESK-4] says why a screen share cannot be started', async () => {
    expect(await row(2).locator('[data-test=start-reason]').innerText()).toBe('This browser cannot share its screen');
    expect(await row(3).locator('[data-test=start-reason]').innerText()).toBe('Already in a call');
    expect(await row(2).getByRole('button', { name: 'Start screen sharing with User No 2' }).isDisabled()).toBe(true);
  });

  it('[DESK-4] docks the call, lets nobody else be called meanwhile, and goes when its panel is closed', async () => {
    await row(1).locator('[data-test=start]').click();
    await hook('call-dock').locator('#panel', { hasText: 'v_1' }).waitFor();
    expect(await row(4).locator('[data-test=start-reason]').innerText()).toBe('You are in a call');
    await page.evaluate('finish()');
    await expect.poll(() => row(4).locator('[data-test=start]').isEnabled()).toBe(true);
    await page.evaluate(`document.querySelector('#panel').remove()`);
    await hook('call-dock').waitFor({ state: 'detached' });
  });

  it('[DESK-5] shows all that is known of a user, and makes no link of an address that is none', async () => {
    await row(4).getByRole('button', { name: 'User No 4' }).first().click();
    const detail = hook('detail');
    for (const known of ['user4@example.com', 'gold', 'plan', 'Pro', '/page/4?x=1']) {
      expect(await detail.innerText()).toContain(known);
    }
    expect(await detail.getByRole('link').getAttribute('rel')).toContain('noreferrer');
    await row(5).getByRole('button', { name: 'User No 5' }).first().click();
    await expect.poll(() => detail.innerText()).toContain('javascript:alert(1)');
    expect(await detail.getByRole('link').count()).toBe(0);
    await page.evaluate('users.pop(); watch()');
    await expect.poll(() => detail.innerText()).toContain('No longer on the site');
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  it('[DESK-6] helps where nobody is there yet', async () => {
    await page.evaluate('users.length = 0; watch()');
    await hook('empty').getByRole('link', { name: 'Open the demo shop' }).waitFor();
  });

  for (const options of [
    {},
    { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 375, height: 700 } },
  ] as const) {
    it(`[DESK-7] axe-core finds nothing to complain of, ${JSON.stringify(options)}`, async () => {
      await open('?site=demo', { ...options, bypassCSP: true });
      const check = async (what: string) => {
        await page.evaluate(axe.source);
        const found = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html.slice(0, 120))))`;
        expect(await page.evaluate(found), what).toEqual([]);
      };
      await hook('login').waitFor();
      await check('login');
      await open('?site=demo#token=token-1&visitors', { ...options, bypassCSP: true });
      await hook('users').waitFor();
      await check('list');
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      const widths = await hook('user').evaluateAll((rows) => rows.map((one) => one.offsetWidth));
      expect(Math.min(...widths)).toBeGreaterThan((page.viewportSize()?.width ?? 0) - 50);
      await row(4).locator('button.name').click();
      await check('detail');
    });
  }

  it('[DESK-7] speaks German to a German browser', async () => {
    await open('?site=demo#token=token-1&visitors', { locale: 'de-CH' });
    await page.getByRole('heading', { name: 'Aktive Personen' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  });
});
