import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../../browser/chromium.ts';
import { differences } from './differences.ts';
import { type MirrorPage, MirrorStage } from './MirrorStage.ts';
import { custom } from './recorded.ts';
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

  it('[MIRROR-37] What styles ask of a device and of wishes is the visitor’s, not the agent’s', async () => {
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

describe('scrollbars', () => {
  const rows =
    '<p style="font-size:2vw">Some words that fill a line and wrap where it ends, as wide as that may be.</p>'.repeat(
      40,
    );
  const html = `<!doctype html><meta name="viewport" content="width=device-width"><style>
      body { margin: 0; font: 16px/1.3 sans-serif; text-align: justify } .wide { width: 100vw; height: 9px; background: teal }
      .box { height: 120px; overflow: auto; background: #def } .thin { height: 120px; overflow-y: scroll }
      .thin::-webkit-scrollbar { width: 5px } @media (min-width: 790px) { p { color: navy } }
      .fixed { position: fixed; right: 0; bottom: 0; width: 50%; background: gold }
    </style><div class="wide"></div><div class="box">${rows}</div><div class="thin">${rows}</div>${rows}
    <div class="fixed">Fixed</div><div id="host"><template shadowrootmode="open"><div style="height:50px;overflow:scroll"></div></template></div><iframe src="/inner" style="width:300px;height:90px"></iframe>`;
  const boxes = `(() => [...document.querySelectorAll('*')].flatMap((element) => {
    const { x, width, height } = element.getBoundingClientRect();
    return width > 0 ? [[element.localName, x, width, height]] : [];
  }))()`;
  const room = `[...document.querySelectorAll('html, .box, .thin'), ...(document.querySelector('#host')?.shadowRoot.children ?? [])].map((one) =>
    (one.localName === 'html' ? innerWidth : one.offsetWidth) - one.clientWidth)`;

  let stage: MirrorStage;
  let site: SharedTab;
  let browser: Browser;
  let mirror: MirrorPage;
  beforeAll(async () => {
    [stage, site, browser] = await Promise.all([
      MirrorStage.open(),
      SharedTab.serve({ '/page': ['text/html', html], '/inner': ['text/html', `<!doctype html>${rows}`] }),
      launchChromium({ ignoreDefaultArgs: ['--hide-scrollbars'] }),
    ]);
  });
  beforeEach(async () => {
    mirror = await stage.page(browser, { viewport: { width: 800, height: 600 } });
  });
  afterEach(async () => {
    await mirror.close();
    await site.clear();
  });
  afterAll(async () => {
    await site?.close();
    await browser?.close();
    await stage?.close();
  });

  it('[MIRROR-40] that lie above the page at the visitor take no room at the agent', async () => {
    const visitor = await site.open(browser, '/page', mirror, {}, { isMobile: true, hasTouch: true });
    expect(await visitor.evaluate(room)).toEqual([0, 0, 5, 0]);
    const wanted = await visitor.evaluate(boxes);
    await expect.poll(() => mirror.viewer.evaluate(boxes)).toEqual(wanted);
    const within = () => mirror.page.frames()[3]?.evaluate(boxes);
    await expect.poll(within).toEqual(await visitor.frames()[1]?.evaluate(boxes));
    const clip = { x: 0, y: 260, width: 780, height: 300 };
    const apart = async () =>
      differences(mirror.page, await visitor.screenshot({ clip }), await mirror.page.screenshot({ clip }));
    await expect.poll(apart).toBeLessThan(20);
  });

  it('[MIRROR-40] take as much room as at the visitor, also within frames', async () => {
    const visitor = await site.open(browser, '/page', mirror);
    expect(await visitor.evaluate(room)).toEqual([15, 15, 5, 15]);
    await expect.poll(() => mirror.viewer.evaluate(room)).toEqual([15, 15, 5, 15]);
    await mirror.feed('pointer', [custom('cv.view', { width: 800, height: 600, scale: 1, dpr: 1, bar: 22 })]);
    await expect.poll(() => mirror.viewer.evaluate(room)).toEqual([22, 22, 5, 22]);
    await expect.poll(() => mirror.page.frames()[3]?.evaluate(room)).toEqual([22]);
  });
});
