import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';
import { custom } from './recorded.ts';
import { assets, type Website, websites, wishes } from './websites.ts';

describe('the mirror beside the page', () => {
  const pages = Object.entries(websites).map(([name, { html }]) => [
    `/${encodeURIComponent(name)}`,
    ['text/html', html],
  ]);
  const scene = MirrorScene.forTests({ ...Object.fromEntries(pages), ...assets, '/wishes': ['text/html', wishes] });
  let mirror: MirrorPage;
  beforeEach(async () => {
    mirror = await scene.mirror();
  });

  const alike = (visitor: Page, { tolerance, most = 20 }: Partial<Website>) =>
    expect
      .poll(async () => differences(mirror.page, await visitor.screenshot(), await mirror.page.screenshot(), tolerance))
      .toBeLessThan(most);

  it.each(Object.entries(websites))(
    '[MIRROR-11] has the same pixels, at first and as it changes: %s',
    async (name, website) => {
      const visitor = await scene.visitor(`/${encodeURIComponent(name)}`, mirror);
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
      await scene.clear();
      mirror = await scene.mirror(agent);
      const visitor = await scene.visitor('/wishes', mirror, {}, its);
      await alike(visitor, {});
      // What was asked for may change.
      await visitor.emulateMedia({ colorScheme: agent === dark ? 'dark' : 'light', reducedMotion: 'no-preference' });
      await alike(visitor, {});
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

  const scene = MirrorScene.forTests(
    { '/page': ['text/html', html], '/inner': ['text/html', `<!doctype html>${rows}`] },
    { ignoreDefaultArgs: ['--hide-scrollbars'] },
  );
  let mirror: MirrorPage;
  beforeEach(async () => {
    mirror = await scene.mirror();
  });

  it('[MIRROR-40] that lie above the page at the visitor take no room at the agent', async () => {
    const visitor = await scene.visitor('/page', mirror, {}, { isMobile: true, hasTouch: true });
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
    const visitor = await scene.visitor('/page', mirror);
    expect(await visitor.evaluate(room)).toEqual([15, 15, 5, 15]);
    await expect.poll(() => mirror.viewer.evaluate(room)).toEqual([15, 15, 5, 15]);
    await mirror.feed('pointer', [custom('cv.view', { width: 800, height: 600, scale: 1, dpr: 1, bar: 22 })]);
    await expect.poll(() => mirror.viewer.evaluate(room)).toEqual([22, 22, 5, 22]);
    await expect.poll(() => mirror.page.frames()[3]?.evaluate(room)).toEqual([22]);
  });
});
