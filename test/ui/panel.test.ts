import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EndReason } from '#protocol/calling.ts';
import { launchChromium } from '../browser/chromium.ts';
import { UiPage } from './UiPage.ts';
import { UiServer } from './UiServer.ts';

describe('the agent’s panel', () => {
  let server: UiServer;
  let browser: Browser;
  let ui: UiPage;

  const box = async () => {
    const found = await ui.part('call').boundingBox();
    if (!found) throw new Error('the panel is not there');
    return found;
  };
  const status = () => ui.part('status').innerText();

  beforeAll(async () => {
    [server, browser] = await Promise.all([UiServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(async () => {
    ui = await UiPage.open(browser, server);
  });
  afterEach(() => ui.close());

  it('[UI-9] says what goes on at every moment of a call', async () => {
    await ui.agent({ state: 'ringing' });
    await expect.poll(status).toBe('Rings at John Doe…');
    await ui.part('end').click();
    expect(await ui.called()).toEqual(['end']);
    await ui.agent({ state: 'connecting' });
    await expect.poll(status).toContain('is choosing what to show');
    await ui.agent({ state: 'active', activeAt: new Date(Date.now() - 125_000).toISOString() });
    await expect.poll(status).toMatch(/Live\s*2:\d\d/);
    await ui.agent({ state: 'active', shareAgain: true });
    await expect.poll(status).toContain('has to click “Share again”');
    await ui.agent({ state: 'active', visitorOnline: false });
    await expect.poll(status).toContain('left the page');
    await ui.agent({ state: 'active', connected: false });
    await expect.poll(status).toContain('Reconnecting');
    await ui.agent({ state: 'ended', reason: 'declined' });
    await expect.poll(status).toContain('John Doe declined.');
    await ui.part('dismiss').click();
    expect(await ui.called()).toEqual(['end', 'dismiss']);
  });

  it('[UI-9] nothing in a name turns what stands beside it', async () => {
    await ui.agent({ state: 'ringing', title: '\u202enhoJ' });
    await expect.poll(status).toBe('Rings at nhoJ…');
    expect(await ui.part('call').getAttribute('aria-label')).not.toContain('\u202e');
  });

  it('[UI-9] shows every reason in full', async () => {
    await ui.page.setViewportSize({ width: 375, height: 667 });
    for (const reason of EndReason.options) {
      await ui.agent({ state: 'ended', reason });
      await expect.poll(() => status().then((text) => text.length)).toBeGreaterThan(15);
      const cut = await ui.part('status').evaluate((element) => element.scrollHeight > element.clientHeight + 1);
      expect(cut, reason).toBe(false);
    }
  });

  it('[UI-9] says why a call could not begin, in its own words where it knows the code', async () => {
    const failed = { state: 'ended', reason: 'failed', error: 'server words' };
    await ui.agent({ ...failed, errorCode: 'CALL_BUSY' });
    await expect.poll(status).toContain('John Doe or you are already in another call.');
    await ui.agent(failed);
    await expect.poll(status).toBe('server words');
  });

  it('[UI-10] moves and changes its size by pointer and keys, within the window', async () => {
    await ui.agent({ state: 'active' });
    await ui.still();
    const start = await box();
    expect(start.x + start.width).toBeCloseTo(1280 - 15, 0);
    const corner = ui.page.locator('.edge.nw');
    await corner.hover();
    await ui.page.mouse.down();
    await ui.page.mouse.move(start.x - 100, start.y - 50);
    await ui.page.mouse.up();
    const grown = await box();
    expect(grown.width).toBeGreaterThan(start.width + 90);
    expect(grown.height).toBeGreaterThan(start.height + 40);
    expect(grown.x + grown.width).toBeCloseTo(start.x + start.width, 0);
    await ui.page.mouse.move(grown.x + 90, grown.y + 20);
    await ui.page.mouse.down();
    await ui.page.mouse.move(-3000, -3000);
    await ui.page.mouse.up();
    expect(await box()).toMatchObject({ x: 0, y: 0 });
    const grip = ui.page.getByRole('button', { name: 'Move: drag' });
    await grip.press('ArrowRight');
    await grip.press('Shift+ArrowDown');
    expect(await box()).toMatchObject({ x: 16, y: 0, height: grown.height + 16 });
    for (let i = 0; i < 60; i++) await grip.press('Shift+ArrowLeft');
    expect((await box()).width).toBeGreaterThanOrEqual(300);
  });

  it('[UI-10] is a sheet of full width on a phone', async () => {
    await ui.page.setViewportSize({ width: 375, height: 667 });
    await ui.agent({ state: 'active' });
    await ui.still();
    expect(await box()).toMatchObject({ x: 0, width: 375 });
  });

  it('[UI-11] shows the picture whole, in its own size, and on the full screen', async () => {
    await ui.agent({ state: 'active' });
    await ui.stream();
    await expect.poll(() => ui.part('video').evaluate((video) => video.videoWidth)).toBe(1280);
    const whole = await ui.part('video').boundingBox();
    expect(whole?.width).toBeLessThanOrEqual(640);
    const zoom = ui.part('zoom');
    await zoom.click();
    expect(await zoom.getAttribute('aria-pressed')).toBe('true');
    expect((await ui.part('video').boundingBox())?.width).toBe(1280);
    const full = ui.part('fullscreen');
    await full.click();
    await ui.page.getByRole('button', { name: 'Leave full screen' }).waitFor();
    expect(await box()).toMatchObject({ x: 0, y: 0, width: 1280, height: 720 });
    expect(await ui.part('end').isVisible()).toBe(true);
    await full.click();
    await ui.page.getByRole('button', { name: 'Full screen', exact: true }).waitFor();
    expect((await box()).width).toBe(640);
  });

  it('[UI-12] docks in an element of the page and fills its width, with the picture going on', async () => {
    await ui.agent({ state: 'active' });
    await ui.stream();
    await ui.page.evaluate(`panel.attach(document.querySelector('#dock'))`);
    const dock = await ui.page.locator('#dock').boundingBox();
    expect(await box()).toMatchObject({ x: dock?.x, width: dock?.width });
    const stage = await ui.page.locator('.stage').boundingBox();
    expect(stage).toMatchObject({ x: dock?.x, width: dock?.width });
    expect((stage?.width ?? 0) / (stage?.height ?? 1)).toBeCloseTo(1.6, 1);
    const time = () => ui.part('video').evaluate((video) => video.currentTime) as Promise<number>;
    const before = await time();
    await expect.poll(time).toBeGreaterThan(before + 0.2);
    expect(await ui.page.locator('coview-widget').count()).toBe(1);
    await ui.page.evaluate('panel.attach(undefined)');
    expect((await box()).width).toBe(640);
  });

  it('[UI-12] fills a dock that has a height of its own', async () => {
    await ui.agent({ state: 'active' });
    await ui.page.evaluate(`{
      const dock = document.querySelector('#dock');
      Object.assign(dock.style, { width: '900px', height: '400px' });
      panel.attach(dock);
    }`);
    expect(await box()).toMatchObject({ width: 900, height: 400 });
    const stage = await ui.page.locator('.stage').boundingBox();
    expect(stage?.width).toBe(900);
    expect((stage?.y ?? 0) + (stage?.height ?? 0)).toBeCloseTo((await box()).y + 400, 0);
  });

  it('[UI-12] floats when its element leaves the page, and leaves nothing behind when closed', async () => {
    await ui.agent({ state: 'active' });
    await ui.page.evaluate(`panel.attach(document.querySelector('#dock')); document.querySelector('#dock').remove()`);
    await expect.poll(async () => (await box()).width).toBe(640);
    await ui.part('end').click();
    await ui.page.evaluate('panel.close(); panel.close()');
    expect(await ui.page.locator('coview-widget').count()).toBe(0);
  });

  it('[UI-13] who ends by key gets the focus on what closes the panel', async () => {
    await ui.agent({ state: 'active' });
    await ui.part('end').press('Enter');
    await ui.agent({ state: 'ended', reason: 'ended' });
    expect(await ui.focused()).toBe('dismiss');
  });
});
