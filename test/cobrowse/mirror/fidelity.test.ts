import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../../browser/chromium.ts';
import { differences } from './differences.ts';
import { type MirrorPage, MirrorStage } from './MirrorStage.ts';
import { SharedTab } from './SharedTab.ts';
import { assets, type Website, websites, wishes } from './websites.ts';

describe('the mirror beside the page', () => {
  let stage: MirrorStage;
  let site: SharedTab;
  let browser: Browser;
  let mirror: MirrorPage;
  beforeAll(async () => {
    const pages = Object.entries(websites).map(([name, { html }]) => [
      `/${encodeURIComponent(name)}`,
      ['text/html', html],
    ]);
    [stage, site, browser] = await Promise.all([
      MirrorStage.open(),
      SharedTab.serve({ ...Object.fromEntries(pages), ...assets, '/wishes': ['text/html', wishes] }),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await stage?.close();
  });
  beforeEach(async () => {
    mirror = await stage.page(browser, { viewport: { width: 800, height: 600 } });
  });
  afterEach(async () => {
    await mirror.close();
    await site.clear();
  });

  const alike = (visitor: Page, { tolerance, most = 20 }: Partial<Website>) =>
    expect
      .poll(
        async () => differences(mirror.page, await visitor.screenshot(), await mirror.page.screenshot(), tolerance),
        {
          timeout: 20_000,
        },
      )
      .toBeLessThan(most);

  it.each(Object.entries(websites))(
    '[MIRROR-11] has the same pixels, at first and as it changes: %s',
    async (name, website) => {
      const visitor = await site.open(browser, `/${encodeURIComponent(name)}`, mirror);
      await alike(visitor, website);
      await visitor.evaluate(website.change);
      await alike(visitor, website);
      expect(await mirror.told('gap')).toEqual([]);
      expect(mirror.foreign).toEqual([]);
      expect(mirror.complaints).toEqual([]);
    },
  );

  it('[MIRROR-31] What styles ask of a device and of wishes is the visitor’s, not the agent’s', async () => {
    const dark = { colorScheme: 'dark', reducedMotion: 'reduce' } as const;
    for (const [agent, its] of [
      [dark, {}],
      [{}, dark],
    ] as const) {
      await mirror.close();
      mirror = await stage.page(browser, { viewport: { width: 800, height: 600 }, ...agent });
      const visitor = await site.open(browser, '/wishes', mirror, {}, its);
      await alike(visitor, {});
      // What was asked for may change.
      await visitor.emulateMedia({ colorScheme: agent === dark ? 'dark' : 'light', reducedMotion: 'no-preference' });
      await alike(visitor, {});
      await site.clear();
    }
  });
});
