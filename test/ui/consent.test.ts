import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { UiPage } from './UiPage.ts';
import { UiServer } from './UiServer.ts';

describe('consent', () => {
  let server: UiServer;
  let browser: Browser;
  let ui: UiPage;

  beforeAll(async () => {
    [server, browser] = await Promise.all([UiServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(async () => {
    ui = await UiPage.open(browser, server);
    await ui.page.focus('#before');
    await ui.visitor({ kind: 'offer' });
  });
  afterEach(() => ui.close());

  it('[UI-1] names the agent and says what is seen, that it can be stopped, and that nothing is recorded', async () => {
    const dialog = ui.page.getByRole('alertdialog', { name: 'Anna Schmidt would like to see your screen' });
    await dialog.waitFor();
    const text = await dialog.innerText();
    for (const promise of ['one tab, one window or the whole screen', 'stop at any time', 'Nothing is recorded']) {
      expect(text).toContain(promise);
    }
    expect(await dialog.getAttribute('aria-describedby')).toBeTruthy();
  });

  it('[UI-1] nothing in a name turns what stands beside it', async () => {
    await ui.visitor({ kind: 'offer', agent: '\u202eannA' });
    await ui.page.getByRole('alertdialog', { name: /^annA would like/ }).waitFor();
  });

  it('[UI-1] counts down the time that is left', async () => {
    await ui.page.clock.install({ time: '2026-01-01' });
    await ui.page.clock.pauseAt('2026-01-02');
    await ui.visitor({ kind: 'hidden' });
    await ui.visitor({ kind: 'offer' });
    const left = () => ui.page.getByRole('timer').getAttribute('aria-label');
    expect(await left()).toBe('30 seconds left to answer');
    await ui.page.clock.runFor(3_100);
    expect(await left()).toBe('27 seconds left to answer');
  });

  it('[UI-2] accepts inside the click, while the browser would still open its picker', async () => {
    await ui.page.evaluate(`{
      addEventListener('click', () => called.push('click over'));
      const accept = () => called.push('accept:' + navigator.userActivation.isActive);
      visitorUi.show({ kind: 'offer', agent: 'Anna', ringMs: 30000, accept, decline() {} });
    }`);
    await ui.part('accept').click();
    expect(await ui.called()).toEqual(['accept:true', 'click over']);
  });

  it('[UI-3] takes the focus without a button, so that typing on does not consent, and keeps it', async () => {
    expect(await ui.focused()).toBe('consent');
    await ui.page.keyboard.press('Enter');
    await ui.page.keyboard.press('Space');
    expect(await ui.called()).toEqual([]);
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      await ui.page.keyboard.press('Tab');
      seen.push(await ui.focused());
    }
    expect(seen).toEqual(['decline', 'accept', 'decline', 'accept']);
    await ui.page.keyboard.press('Shift+Tab');
    await ui.page.keyboard.press('Shift+Tab');
    expect(await ui.focused()).toBe('accept');
  });

  it('[UI-3] Shift+Tab from the dialog itself goes to the last button', async () => {
    await ui.page.keyboard.press('Shift+Tab');
    expect(await ui.focused()).toBe('accept');
  });

  it('[UI-3] Escape declines, and the focus goes back to where it was', async () => {
    await ui.page.keyboard.press('Escape');
    expect(await ui.called()).toEqual(['decline']);
    await ui.visitor({ kind: 'hidden' });
    expect(await ui.focused()).toBe('before');
    expect(await ui.page.locator('coview-widget').count()).toBe(0);
  });

  it('[UI-3] the page’s own keyboard shortcuts stay out of it', async () => {
    await ui.page.evaluate(`document.addEventListener('keydown', (event) => called.push('page:' + event.key))`);
    await ui.page.keyboard.press('a');
    await ui.page.keyboard.press('Escape');
    expect(await ui.called()).toEqual(['decline']);
  });

  it('[UI-4] leaves the page scrollable and comes as a sheet at the bottom of a phone', async () => {
    await ui.close();
    ui = await UiPage.open(browser, server, { viewport: { width: 375, height: 667 }, hasTouch: true });
    await ui.visitor({ kind: 'offer' });
    await ui.still();
    const box = await ui.part('consent').boundingBox();
    expect(box).toMatchObject({ x: 0, width: 375 });
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(667, 0);
    for (const name of ['accept', 'decline']) {
      expect((await ui.part(name).boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
    await ui.page.mouse.move(100, 100);
    await ui.page.mouse.wheel(0, 400);
    await expect.poll(() => ui.page.evaluate('scrollY')).toBeGreaterThan(0);
  });
});
