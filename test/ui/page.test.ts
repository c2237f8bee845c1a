import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { UiPage } from './UiPage.ts';
import { UiServer } from './UiServer.ts';

const visitorScreens = [
  { kind: 'offer' },
  { kind: 'choosing' },
  { kind: 'sharing', agentOnline: true, connected: true },
  { kind: 'sharing', agentOnline: true, connected: false },
  { kind: 'share-again' },
  { kind: 'over', reason: 'failed' },
];
const panelStates = [
  { state: 'ringing' },
  { state: 'active' },
  { state: 'active', shareAgain: true },
  { state: 'ended', reason: 'missed' },
];

describe('the widget on somebody’s page', () => {
  let server: UiServer;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([UiServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`[UI-13] axe-core finds nothing to complain of, ${colorScheme}`, async () => {
      const ui = await UiPage.open(browser, server, { colorScheme, bypassCSP: true });
      for (const screen of visitorScreens) {
        await ui.visitor(screen);
        expect(await ui.axe(), JSON.stringify(screen)).toEqual([]);
      }
      await ui.visitor({ kind: 'hidden' });
      for (const state of panelStates) {
        await ui.agent(state);
        expect(await ui.axe(), JSON.stringify(state)).toEqual([]);
      }
      await ui.close();
    });
  }

  it('[UI-14] keeps a strict CSP with trusted types, and the page’s styles stay outside', async () => {
    const ui = await UiPage.open(browser, server);
    for (const screen of visitorScreens) await ui.visitor(screen);
    for (const state of panelStates) await ui.agent(state);
    await ui.stream();
    await ui.still();
    expect(ui.complaints).toEqual([]);
    const look = await ui
      .part('status')
      .last()
      .evaluate((element) => {
        const { letterSpacing, color, fontSize } = element.ownerDocument.defaultView.getComputedStyle(element);
        return { letterSpacing, red: color === 'rgb(255, 0, 0)', large: parseFloat(fontSize) > 20 };
      });
    expect(look).toEqual({ letterSpacing: 'normal', red: false, large: false });
    await ui.close();
  });

  it('[UI-14] a page’s accent colour stays legible, light or dark', async () => {
    const ui = await UiPage.open(browser, server);
    await ui.visitor({ kind: 'offer' });
    const ink = async (accent: string) => {
      await ui.page.evaluate(`document.documentElement.style.setProperty('--coview-accent', '${accent}')`);
      return ui.part('accept').evaluate((element) => {
        const pen = element.ownerDocument.createElement('canvas').getContext('2d');
        pen.fillStyle = element.ownerDocument.defaultView.getComputedStyle(element).color;
        pen.fillRect(0, 0, 1, 1);
        return pen.getImageData(0, 0, 1, 1).data[0];
      });
    };
    expect(await ink('#ffd400')).toBe(0);
    expect(await ink('#1d2f8f')).toBe(255);
    await ui.close();
  });

  it('[UI-15] speaks German to a German browser, in left-to-right and right-to-left pages alike', async () => {
    const ui = await UiPage.open(browser, server, { locale: 'de-DE' });
    await ui.page.evaluate(`document.documentElement.dir = 'rtl'`);
    await ui.visitor({ kind: 'sharing', agentOnline: true, connected: true });
    await expect.poll(() => ui.part('status').innerText()).toBe('Anna Schmidt sieht Ihren Bildschirm');
    await ui.still();
    const box = await ui.part('mirror-notice').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeGreaterThan(1200);
    await ui.close();
  });

  it('[UI-16] is small: both sides’ UI with Preact within 18 kB gzipped', () => {
    expect(gzipSync(server.code, { level: 9 }).length).toBeLessThan(18_000);
  });
});
