import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { differences } from './differences.ts';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';

/** What would keep anything but the top layer from filling the window. */
const html = `<!doctype html><title>Gallery</title><style>
    body { margin: 0; font: 20px/1 sans-serif } #clip { transform: translate(2px, 0); overflow: hidden; width: 300px; height: 200px; background: #cde }
    #view { width: 100px; margin: 20px; border: 5px solid #264; padding: 10px; background: #fc8; color: #246 } #view:fullscreen { font-size: 60px }
    #inset:-webkit-full-screen::backdrop { background: #048 } #inset { max-width: 50px; background: #fff }
    #over { position: fixed; z-index: 2147483647; inset: 0 0 auto auto; background: #f00 } html:fullscreen body { background: #efe }</style>
  <div id="clip"><div id="view">View</div><div id="plain">Plain</div><canvas id="inset" width="60" height="60"></canvas>
    <iframe id="frame" src="/frame" allow="fullscreen" width="150" height="60"></iframe></div><p id="over">Over it</p>`;
const inner = `<!doctype html><title>Inner</title><style>body { margin: 0 } p { background: #d4f; width: 50px } p:fullscreen { color: #fff }</style><p>Inside`;

const scene = MirrorScene.forTests({ '/page': ['text/html', html], '/frame': ['text/html', inner] });
let mirror: MirrorPage;
beforeEach(async () => {
  mirror = await scene.mirror({ viewport: { width: 800, height: 600 } });
  // The visitor’s pointer is no part of the page.
  await mirror.page.evaluate(`mirror.element.shadowRoot.querySelector('.overlay').style.visibility = 'hidden'`);
});
afterEach(async () => {
  expect(mirror.foreign).toEqual([]);
  expect(mirror.complaints).toEqual([]);
  expect(await mirror.told('gap')).toEqual([]);
});

const alike = (visitor: Page) =>
  expect
    .poll(async () => differences(mirror.page, await visitor.screenshot(), await mirror.page.screenshot()), {
      timeout: 20_000,
    })
    .toBeLessThan(20);

it.each(['view', 'plain', 'inset', 'frame', 'clip'])(
  '[MIRROR-42] what fills the visitor’s screen fills the mirror, above all else, and no more afterwards: %s',
  async (id) => {
    const visitor = await scene.visitor('/page', mirror);
    await alike(visitor);
    await visitor.evaluate(`onclick = () => document.querySelector('#${id}').requestFullscreen()`);
    await visitor.mouse.click(700, 500);
    await untilTrue(visitor, 'document.fullscreenElement');
    await mirror.viewer.waitForSelector(`#${id}[cv-fullscreen]`);
    await alike(visitor);
    await visitor.evaluate('document.exitFullscreen()');
    await mirror.viewer.waitForSelector(`#${id}:not([cv-fullscreen])`);
    await alike(visitor);
    expect(await mirror.viewer.evaluate(`document.querySelector('#${id}').hasAttribute('popover')`)).toBe(false);
  },
);

it('[MIRROR-42] within a frame, and the page as a whole', async () => {
  const visitor = await scene.visitor('/page', mirror);
  for (const [what, by] of [
    [`document.querySelector('#frame').contentDocument.querySelector('p')`, '#frame[cv-fullscreen]'],
    ['document.documentElement', 'html[cv-fullscreen]'],
  ]) {
    await visitor.evaluate(`onclick = () => ${what}.requestFullscreen()`);
    await visitor.mouse.click(700, 500);
    await mirror.viewer.waitForSelector(by as string);
    await alike(visitor);
    await visitor.evaluate('document.exitFullscreen()');
    await mirror.viewer.waitForSelector(by as string, { state: 'detached' });
    await alike(visitor);
  }
});
