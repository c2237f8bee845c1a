import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CobrowseEndReason } from '#protocol/cobrowse.ts';
import { onFetch } from '#test/browser/brought.ts';
import { launchChromium } from '../browser/chromium.ts';
import { asked, CobrowsePage, control, sharing, startCobrowseServer } from './CobrowsePage.ts';
import type { UiServer } from './UiServer.ts';

const offer = { kind: 'offer', agent: 'Anna Schmidt', ringMs: 30_000, maskAll: false };
const phone = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };

describe('what the visitor sees of co-browsing', () => {
  let server: UiServer;
  let browser: Browser;
  let ui: CobrowsePage;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startCobrowseServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(async () => {
    ui = await CobrowsePage.open(browser, server);
  });
  afterEach(() => ui.close());

  const status = () => ui.part('status').innerText();
  const boxOf = async (name: string) => {
    const box = await ui.part(name).boundingBox();
    if (!box) throw new Error(`${name} is not there`);
    return { ...box, right: box.x + box.width, bottom: box.y + box.height };
  };

  describe('consent', () => {
    it('[COUI-1] says who sees what, what stays hidden, and that it can be stopped; counts down', async () => {
      await ui.page.clock.install({ time: '2026-01-01' });
      await ui.page.clock.pauseAt('2026-01-02');
      await ui.show(offer);
      const dialog = ui.page.getByRole('alertdialog', { name: 'Anna Schmidt would like to see this page' });
      const text = await dialog.innerText();
      for (const promise of [
        'pages of this website as you see them',
        'Never other tabs, programs or files',
        'Passwords and payment data always stay hidden, and so does what you type',
        'stop at any time',
        'Nobody can click or type here unless you allow that',
      ]) {
        expect(text).toContain(promise);
      }
      await ui.page.clock.runFor(2_100);
      expect(await ui.page.getByRole('timer').getAttribute('aria-label')).toBe('28 seconds left to answer');
    });

    it('[COUI-1] asks who began it by themselves just so, without a countdown, and knows of all text hidden', async () => {
      await ui.show({ kind: 'offer', maskAll: true });
      const dialog = ui.page.getByRole('alertdialog', { name: 'Share this page with our team?' });
      expect(await dialog.innerText()).toContain('All text stays hidden');
      expect(await ui.page.getByRole('timer').count()).toBe(0);
    });

    it('[COUI-2] typing on consents to nothing; Escape declines; the focus comes back', async () => {
      await ui.page.focus('#before');
      await ui.show(offer);
      expect(await ui.focused()).toBe('consent');
      await ui.page.keyboard.press('Enter');
      await ui.page.keyboard.press('Space');
      expect(await ui.called()).toEqual([]);
      await ui.page.keyboard.press('Escape');
      expect(await ui.called()).toEqual(['decline']);
      await ui.show({ kind: 'hidden' });
      expect(await ui.focused()).toBe('before');
      expect(await ui.page.locator('coview-widget').count()).toBe(0);
    });
  });

  describe('banner', () => {
    it.each([
      [{}, 'live', 'Anna Schmidt sees this page'],
      [{ agents: ['Anna', 'Ben'] }, 'live', 'Anna and Ben see this page'],
      [{ agents: ['Anna', 'Ben', 'Cem', 'Dora'] }, 'live', 'Anna, Ben and 2 others see this page'],
      [{ agents: [], waiting: true }, 'waiting', 'This page is shared. Nobody is looking yet.'],
      [{ thisTab: false }, 'elsewhere', 'Anna Schmidt sees another tab of yours, not this one'],
      [{ connected: false }, 'lost', 'Connection lost, nothing is being sent. Reconnecting…'],
      [{ paused: true }, 'live', 'This page changes faster than it can be sent. Catching up…'],
      [{ agents: ['A\u202enna\n'] }, 'live', 'Anna sees this page'],
    ])('[COUI-3] tells truly who sees what: %o', async (fields, state, text) => {
      await ui.show({ ...sharing, ...fields });
      await expect.poll(status).toBe(text);
      expect(await ui.part('mirror-notice').getAttribute('data-state')).toBe(state);
      expect(await ui.page.getByText('Live', { exact: true }).count()).toBe(state === 'live' ? 1 : 0);
    });

    it('[COUI-3] stops with one click, whatever goes on, and marks what is hidden when asked to', async () => {
      await ui.show({ ...sharing, control }, asked);
      await ui.part('revoke').click();
      const toggle = ui.page.getByRole('button', { name: 'What is hidden', pressed: false });
      await toggle.click();
      expect(await ui.called()).toEqual(['end', 'toggleHidden']);
      await ui.show({ ...sharing, hiddenShown: true });
      await ui.page.getByRole('button', { name: 'What is hidden', pressed: true }).waitFor();
    });

    it('[COUI-4] shows the code large, digit by digit to the ear, until somebody looks', async () => {
      await ui.show({ ...sharing, agents: [], waiting: true, code: '482913' });
      const shown = ui.page.locator('.digits [aria-hidden]');
      expect(await shown.innerText()).toBe('482\u2009913');
      const size = await shown.evaluate((digits) =>
        parseFloat(digits.ownerDocument.defaultView.getComputedStyle(digits).fontSize),
      );
      expect(size).toBeGreaterThan(28);
      expect(await ui.part('code').textContent()).toContain('4 8 2 9 1 3');
      await ui.show({ ...sharing, code: '482913' });
      expect(await ui.part('code').count()).toBe(0);
    });

    it('[COUI-5] made small it still says who sees the page, and stops with one click', async () => {
      await ui.show(sharing);
      await ui.still();
      const before = await boxOf('mirror-notice');
      await ui.page.getByRole('button', { name: 'Make this smaller' }).click();
      await ui.still();
      const after = await boxOf('mirror-notice');
      expect(after.width * after.height).toBeLessThan((before.width * before.height) / 2);
      expect(await ui.page.locator('.short').innerText()).toBe('Anna Schmidt');
      await ui.page.getByRole('button', { name: 'Stop sharing' }).click();
      expect(await ui.called()).toEqual(['end']);
      await ui.show({ ...sharing, control });
      expect(await ui.part('stop-control').isVisible()).toBe(true);
    });

    it('[COUI-5] starts small on a phone, with 44 px to touch and within the window whatever it says', async () => {
      await ui.close();
      ui = await CobrowsePage.open(browser, server, phone);
      await ui.show(sharing);
      await ui.still();
      expect((await boxOf('mirror-notice')).height).toBeLessThan(70);
      const name = 'Maximiliane-Alexandra Freifrau von Hohenzollern-Sigmaringen';
      for (const screens of [
        [sharing],
        [{ ...sharing, agents: [], waiting: true, code: '482913' }],
        [
          { ...sharing, agents: [name, name], control: { ...asked, agent: name } },
          { ...asked, agent: name },
        ],
      ]) {
        await ui.show(...screens);
        await ui.still();
        const buttons = await ui.page.locator('coview-widget').getByRole('button').all();
        for (const button of buttons) {
          const box = await button.boundingBox();
          expect(box?.height).toBeGreaterThanOrEqual(44);
          expect(box?.x).toBeGreaterThanOrEqual(0);
          expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(375);
          expect(box?.y).toBeGreaterThanOrEqual(0);
          expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(667);
        }
      }
    });

    it('[COUI-5] moves by pointer and keys, and what grows stays within the window', async () => {
      await ui.show(sharing);
      await ui.still();
      const start = await boxOf('mirror-notice');
      const grip = ui.page.getByRole('button', { name: 'Move: drag' });
      await grip.press('ArrowUp');
      expect((await boxOf('mirror-notice')).y).toBe(start.y - 16);
      await grip.hover();
      await ui.page.mouse.down();
      await ui.page.mouse.move(5000, 5000);
      await ui.page.mouse.up();
      expect((await boxOf('mirror-notice')).bottom).toBe(720);
      await ui.show({ ...sharing, control }, asked);
      await expect.poll(async () => (await boxOf('mirror-notice')).bottom).toBeLessThanOrEqual(720);
      expect((await boxOf('mirror-notice')).right).toBeLessThanOrEqual(1280);
      await ui.still();
      expect((await boxOf('control-consent')).y).toBeGreaterThanOrEqual(0);
      await grip.hover();
      await ui.page.mouse.down();
      await ui.page.mouse.move(5000, -5000);
      await ui.page.mouse.up();
      expect((await boxOf('mirror-notice')).y).toBe(0);
      expect((await boxOf('control-consent')).y).toBeGreaterThan((await boxOf('mirror-notice')).bottom);
      expect((await boxOf('control-consent')).bottom).toBeLessThanOrEqual(720);
    });

    it('[COUI-5] stands above the banner of a call, and in front of the page’s modal dialogs', async () => {
      await ui.page.evaluate(
        `call.show({ kind: 'sharing', agent: 'Anna', agentOnline: true, connected: true, end() {} })`,
      );
      await ui.show(sharing);
      await expect
        .poll(async () => {
          const [first, second] = await ui.part('mirror-notice').all();
          const [one, other] = [await first?.boundingBox(), await second?.boundingBox()];
          return other && one ? other.y + other.height < one.y : undefined;
        })
        .toBe(true);
      await ui.page.evaluate(`document.body.appendChild(document.createElement('dialog')).showModal()`);
      await ui.part('revoke').click();
      expect(await ui.called()).toEqual(['end']);
    });
  });

  describe('control', () => {
    it('[COUI-6] is asked for apart, one capability at a time; the banner and the page stay usable', async () => {
      await ui.page.focus('#before');
      await ui.show(sharing, asked);
      const dialog = ui.page.getByRole('alertdialog', { name: 'Anna Schmidt would like to act in this page' });
      await dialog.waitFor();
      expect(await ui.focused()).toBe('control-consent');
      await ui.page.keyboard.press('Enter');
      expect(await ui.called()).toEqual([]);
      await ui.still();
      expect((await boxOf('control-consent')).bottom).toBeLessThan((await boxOf('mirror-notice')).y);
      await dialog.getByRole('checkbox', { name: /^Type/ }).uncheck();
      await dialog.getByRole('checkbox', { name: /^Open other pages/ }).uncheck();
      // What changes meanwhile takes nothing back.
      await ui.show({ ...sharing, paused: true }, asked);
      await ui.part('accept').click();
      expect(await ui.called()).toEqual(['grant pointer,scroll,select']);
      await ui.show(sharing);
      expect(await ui.focused()).toBe('before');
      await ui.page.keyboard.type('Eva');
      expect(await ui.page.inputValue('#before')).toBe('Eva');
    });

    it('[COUI-6] nothing chosen cannot be allowed; Escape and Not now refuse', async () => {
      await ui.show(sharing, { ...asked, capabilities: ['scroll'] });
      expect(await ui.page.getByRole('checkbox').count()).toBe(1);
      await ui.page.getByRole('checkbox').uncheck();
      expect(await ui.part('accept').isDisabled()).toBe(true);
      await ui.part('decline').click();
      await ui.part('control-consent').press('Escape');
      expect(await ui.called()).toEqual(['refuse', 'refuse']);
    });

    it('[COUI-6] who asks for something else is asked about anew', async () => {
      await ui.show(sharing, { ...asked, capabilities: ['scroll'] });
      await ui.page.getByRole('checkbox').uncheck();
      await ui.show(sharing, { ...asked, capabilities: ['type'] });
      expect(await ui.page.getByRole('checkbox').isChecked()).toBe(true);
    });

    it('[COUI-17] what most sessions never show loads when it is to be shown, and is tried again until it is there', async () => {
      const asked: string[] = [];
      await onFetch(ui.page, 'moreParts', (route) => {
        asked.push(route.request().url());
        return asked.length <= 2 ? route.abort() : route.continue();
      });
      await ui.show(sharing);
      expect(asked).toEqual([]);
      await ui.show({ ...sharing, control });
      expect(await ui.page.getByRole('alert').innerText()).toContain('Anna Schmidt can act in this page');
      expect(asked).toHaveLength(3);
      await ui.show({ kind: 'over', reason: 'revoked' });
      expect(asked).toHaveLength(3);
      expect(ui.complaints.splice(0).join()).toContain('CoView:');
    });

    it('[COUI-7] says who acts with what, aloud, and ends with one click', async () => {
      await ui.show({ ...sharing, control });
      const said = ui.page.getByRole('alert');
      await said.waitFor();
      expect(await said.innerText()).toContain('Anna Schmidt can act in this page');
      expect(await said.innerText()).toContain('click, scroll, type');
      await ui.part('stop-control').click();
      expect(await ui.called()).toEqual(['stopControl']);
    });

    it('[COUI-7] is known as seen when it is, with all that ends it, and not before', async () => {
      const seen: unknown[] = [];
      await onFetch(ui.page, 'moreParts', async (route) => {
        seen.push(await ui.page.evaluate('seen'));
        await route.continue();
      });
      await ui.show({ ...sharing, control });
      expect(seen).toEqual([0]);
      expect(await ui.page.evaluate('seen')).toBeGreaterThan(0);
    });

    it('[COUI-7] ends by Escape, which the page does not get, wherever the focus is', async () => {
      await ui.page.evaluate(`addEventListener('keydown', ({ key }) => called.push('page ' + key))`);
      await ui.show({ ...sharing, control });
      await ui.page.focus('#before');
      await ui.page.keyboard.press('Escape');
      await ui.page.frameLocator('#frame').locator('#inner').press('Escape');
      await ui.page.evaluate(`new Promise((done) => {
        const frame = document.querySelector('#frame');
        frame.onload = done;
        frame.contentWindow.location.reload();
      })`);
      await ui.page.frameLocator('#frame').locator('#inner').press('Escape');
      expect(await ui.called()).toEqual(['stopControl', 'stopControl', 'stopControl']);
    });

    it('[COUI-7] an agent’s Escape is for the page, and so is everybody’s when nobody acts', async () => {
      await ui.page.evaluate(`addEventListener('keydown', ({ key }) => called.push('page ' + key))`);
      await ui.show({ ...sharing, control });
      await ui.page.evaluate(
        `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))`,
      );
      await ui.show(sharing);
      await ui.page.keyboard.press('Escape');
      await ui.page.frameLocator('#frame').locator('#inner').press('Escape');
      expect(await ui.called()).toEqual(['page Escape', 'page Escape']);
    });
  });

  describe('everywhere', () => {
    const screens = [
      [offer],
      [{ ...sharing, agents: [], waiting: true, code: '482913' }],
      [{ ...sharing, hiddenShown: true }],
      [{ ...sharing, connected: false }],
      [sharing],
      [sharing, asked],
      [sharing],
      [{ ...sharing, control }],
      [{ kind: 'over', reason: 'missed', agent: 'Anna' }],
    ];

    it.each([
      ['light', {}],
      ['dark', { colorScheme: 'dark' }],
      ['phone', phone],
      ['German', { locale: 'de-DE' }],
    ] as const)('[COUI-8] axe-core finds nothing to complain of: %s', async (_, options) => {
      await ui.close();
      ui = await CobrowsePage.open(browser, server, { bypassCSP: true, ...options });
      for (const shown of screens) {
        await ui.show(...shown);
        expect(await ui.axe(), JSON.stringify(shown)).toEqual([]);
      }
    });

    it('[COUI-8] keeps a strict CSP with trusted types, moves nothing of the page, and takes none of its styles', async () => {
      for (const shown of screens) {
        await ui.show(...shown);
        await ui.still();
      }
      expect(ui.complaints).toEqual([]);
      // What shifts within the banner by its words is little; the page's own shifts not at all.
      const shifts = await ui.page.evaluate<number[]>('shifts');
      expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
      await ui.show(sharing);
      const size = await ui
        .part('revoke')
        .evaluate((button) => parseFloat(button.ownerDocument.defaultView.getComputedStyle(button).fontSize));
      expect(size).toBeLessThan(20);
    });

    it('[COUI-9] tells every reason of an end in words of both languages, with and without a name', async () => {
      const german = await CobrowsePage.open(browser, server, { locale: 'de-AT' });
      const texts = new Set<string>();
      for (const reason of CobrowseEndReason.options) {
        for (const page of [ui, german]) {
          for (const agent of [undefined, 'Anna Schmidt']) {
            await page.show({ kind: 'over', reason, ...(agent && { agent }) });
            const said = page.part('status');
            await expect.poll(async () => (await said.innerText()).length).toBeGreaterThan(20);
            const text = await said.innerText();
            expect(text).not.toMatch(/undefined|null/);
            texts.add(text);
            // Else it goes by itself in the end, as if somebody had dismissed it.
            await page.show({ kind: 'hidden' });
          }
        }
      }
      // Neither who declined, nor a lost connection or page, is told by name.
      expect(texts.size).toBe(2 * (2 * CobrowseEndReason.options.length - 3));
      await german.close();
      await ui.show({ kind: 'over', reason: 'missed' });
      await ui.part('dismiss').click();
      expect(await ui.called()).toEqual(['dismiss']);
    });
  });
});
