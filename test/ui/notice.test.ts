import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EndReason } from '#protocol/calling.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { launchChromium } from '../browser/chromium.ts';
import { UiPage } from './UiPage.ts';
import { UiServer } from './UiServer.ts';

const sharing = { kind: 'sharing', agentOnline: true, connected: true };

describe('the visitor’s banner and last words', () => {
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
  });
  afterEach(() => ui.close());

  it('[UI-5] stays while sharing, names who watches, and stops with one click', async () => {
    await ui.visitor(sharing);
    await expect.poll(() => ui.part('status').innerText()).toBe('Anna Schmidt sees your screen');
    await ui.part('end').click();
    expect(await ui.called()).toEqual(['end']);
  });

  it('[UI-5] tells when the connection is lost or the agent is away', async () => {
    await ui.visitor({ ...sharing, connected: false });
    await expect.poll(() => ui.part('status').innerText()).toContain('Connection lost');
    expect(await ui.part('mirror-notice').getAttribute('data-state')).toBe('lost');
    await ui.visitor({ ...sharing, agentOnline: false });
    await expect.poll(() => ui.part('status').innerText()).toContain('Anna Schmidt lost the connection');
  });

  it('[UI-5] can be made small, but keeps its sign and its stop button', async () => {
    await ui.visitor(sharing);
    await ui.still();
    const before = await ui.part('mirror-notice').boundingBox();
    await ui.page.getByRole('button', { name: 'Make this smaller' }).click();
    await ui.still();
    const after = await ui.part('mirror-notice').boundingBox();
    expect(after?.width).toBeLessThan((before?.width ?? 0) / 1.7);
    expect(await ui.page.getByText('Live', { exact: true }).isVisible()).toBe(true);
    expect(await ui.page.getByRole('button', { name: 'Stop sharing' }).isVisible()).toBe(true);
  });

  it('[UI-5] moves by pointer and arrow keys, and never out of the window', async () => {
    await ui.visitor(sharing);
    await ui.still();
    const start = await ui.part('mirror-notice').boundingBox();
    const grip = ui.page.getByRole('button', { name: 'Move: drag' });
    await grip.press('ArrowUp');
    expect((await ui.part('mirror-notice').boundingBox())?.y).toBe((start?.y ?? 0) - 16);
    await grip.hover();
    await ui.page.mouse.down();
    await ui.page.mouse.move(5000, -5000);
    await ui.page.mouse.up();
    const end = await ui.part('mirror-notice').boundingBox();
    expect(end?.y).toBe(0);
    expect((end?.x ?? 0) + (end?.width ?? 0)).toBeLessThanOrEqual(1280);
    await ui.page.setViewportSize({ width: 700, height: 400 });
    // The page hears of its new size with its next frame.
    const rightEdge = async () => {
      const box = await ui.part('mirror-notice').boundingBox();
      return box ? box.x + box.width : Number.NaN;
    };
    await expect.poll(rightEdge).toBeLessThanOrEqual(700);
  });

  it('[UI-6] comes back when the page replaces its body, and again and again', async () => {
    await ui.visitor(sharing);
    for (const replace of [
      `document.body.replaceChildren('New')`,
      `document.body.replaceWith(document.createElement('body'))`,
      `document.querySelector('coview-widget').remove()`,
    ]) {
      await ui.page.evaluate(replace);
      await ui.part('end').click();
    }
    expect(await ui.called()).toEqual(['end', 'end', 'end']);
    expect(await ui.page.locator('coview-widget').count()).toBe(1);
  });

  it('[UI-6] a page that removes it each time does not freeze', async () => {
    await ui.page.evaluate(`new MutationObserver(() => document.querySelector('coview-widget')?.remove())
      .observe(document.documentElement, { childList: true, subtree: true })`);
    await ui.visitor(sharing);
    expect(await ui.page.evaluate('new Promise((done) => setTimeout(() => done("alive"), 100))')).toBe('alive');
  });

  it('[UI-6] stays in front of the page’s modal dialog, full screen and highest z-index, and can be used', async () => {
    await ui.visitor(sharing);
    await ui.page.evaluate(`document.querySelector('#dialog').showModal()`);
    await ui.part('end').click();
    await ui.page.evaluate(`document.querySelector('#dialog').close()`);
    await ui.part('end').click();
    await ui.page.evaluate(`{
      const cover = document.body.appendChild(document.createElement('div'));
      Object.assign(cover.style, { position: 'fixed', inset: 0, zIndex: 2147483647, background: 'white' });
    }`);
    await ui.part('end').click();
    await ui.page.evaluate(`document.querySelector('main').requestFullscreen()`);
    await untilTrue(ui.page, 'document.fullscreenElement');
    await ui.part('end').click();
    expect(await ui.called()).toHaveLength(4);
  });

  it('[UI-7] offers to share again after a change of page, by a click', async () => {
    await ui.visitor({ kind: 'share-again' });
    await ui.part('accept').click();
    await ui.part('end').click();
    expect(await ui.called()).toEqual(['accept', 'end']);
  });

  it('[UI-7] can be cancelled while the browser’s picker is open, and does not claim that anything is seen', async () => {
    await ui.visitor({ kind: 'choosing' });
    expect(await ui.part('mirror-notice').count()).toBe(0);
    await ui.part('end').click();
    expect(await ui.called()).toEqual(['cancel']);
  });

  it('[UI-8] tells every reason of an end in words of both languages', async () => {
    const german = await UiPage.open(browser, server, { locale: 'de-AT' });
    const texts = new Set<string>();
    for (const reason of EndReason.options) {
      for (const page of [ui, german]) {
        await page.visitor({ kind: 'over', reason });
        await expect
          .poll(() =>
            page
              .part('status')
              .innerText()
              .then((text) => !texts.has(text) && text.length),
          )
          .toBeGreaterThan(20);
        const text = await page.part('status').innerText();
        expect(text).not.toContain('undefined');
        texts.add(text);
      }
    }
    expect(texts.size).toBe(2 * EndReason.options.length);
    await german.close();
  });

  it('[UI-8] the last words have more room than those of a call that goes on', async () => {
    const room = () =>
      ui.page.evaluate<number>(`parseFloat(getComputedStyle(
        document.querySelector('coview-widget').shadowRoot.querySelector('[data-cv=status]')).maxInlineSize)`);
    await ui.visitor({ kind: 'choosing', agent: 'Anna' });
    const before = await room();
    await ui.visitor({ kind: 'over', reason: 'ended' });
    await expect.poll(room).toBeGreaterThan(before);
  });

  it('[UI-8] the last words go by themselves, but not while somebody is at them', async () => {
    await ui.page.clock.install();
    await ui.visitor({ kind: 'over', reason: 'ended' });
    await ui.page.getByRole('button', { name: 'Close' }).focus();
    await ui.page.clock.runFor(60_000);
    expect(await ui.called()).toEqual([]);
    await ui.page.evaluate(`document.querySelector('coview-widget').shadowRoot.activeElement.blur()`);
    await ui.page.clock.runFor(100);
    await ui.page.clock.runFor(60_000);
    expect(await ui.called()).toEqual(['dismiss']);
  });
});
