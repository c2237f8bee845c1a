import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { CobrowsePage, sharing, startCobrowseServer } from './CobrowsePage.ts';
import type { UiServer } from './UiServer.ts';

const anna = 'Anna Schmidt';
const laser = (x: number, y: number) => ({ mark: 'laser', at: { x, y } });
const pen = (stroke: number, end: boolean, ...points: [number, number][]) => ({
  mark: 'pen',
  stroke,
  points: points.map(([x, y]) => ({ x, y })),
  end,
});

describe('what agents show on the visitor’s page', () => {
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

  const centre = async (name: string) => {
    const box = await ui.part(name).boundingBox();
    return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  };
  const pointer = (agent: string, x: number, y: number) =>
    ui.page.evaluate(`marks.pointer(${JSON.stringify(agent)}, { x: ${x}, y: ${y} })`);
  const points = () =>
    ui.page
      .locator('[data-cv="agent-pen"] polyline:last-child')
      .evaluateAll((lines) =>
        lines.map((line) => [...line.points].map(({ x, y }: { x: number; y: number }) => `${x} ${y}`).join(' L ')),
      );

  it('[COUI-10] a laser stands where the agent points on the page, by name, goes along with it, and fades', async () => {
    await ui.page.evaluate('scrollTo(0, 300)');
    await ui.mark(anna, laser(400, 500));
    expect(await centre('agent-laser')).toEqual({ x: 400, y: 200 });
    expect(await ui.part('agent-laser').innerText()).toBe(anna);
    await ui.page.evaluate('scrollTo(0, 350)');
    await expect.poll(() => centre('agent-laser')).toEqual({ x: 400, y: 150 });
    await ui.mark(anna, laser(420, 500));
    await expect.poll(() => centre('agent-laser')).toEqual({ x: 420, y: 150 });
    expect(await ui.part('agent-laser').count()).toBe(1);
    await ui.mark('Ben', laser(10, 400));
    expect(await ui.part('agent-laser').count()).toBe(2);
    await ui.mark('Ben', { mark: 'none' });
    expect(await ui.part('agent-laser').innerText()).toBe(anna);
    await ui.finish();
    await expect.poll(() => ui.page.locator('coview-widget').count()).toBe(0);
  });

  it('[COUI-10] a pen’s stroke grows piece by piece, stays while it is drawn, and fades after its end', async () => {
    await ui.mark(anna, pen(1, false, [100, 100], [110, 105]));
    await ui.mark(anna, pen(1, false, [120, 120]));
    await ui.mark('Ben', pen(1, true, [300, 300], [310, 310]));
    expect(await points()).toEqual(['100 100 L 110 105 L 120 120', '300 300 L 310 310']);
    const left = () =>
      ui.page
        .locator('[data-cv="agent-pen"]')
        .first()
        .evaluate((stroke) => stroke.getAnimations()[0].effect.getTiming().duration);
    const drawing = await left();
    await ui.mark(anna, pen(1, true, [130, 130]));
    expect(await left()).toBeLessThan(drawing);
    await ui.finish();
    await expect.poll(() => ui.page.locator('coview-widget').count()).toBe(0);
  });

  it('[COUI-10] a pen without end draws only so much', async () => {
    const many = Array.from({ length: 5_000 }, (_, n): [number, number] => [n % 500, n % 300]);
    await ui.mark(anna, pen(1, false, ...many));
    for (let stroke = 2; stroke < 60; stroke++) await ui.mark(anna, pen(stroke, false, [1, 1]));
    expect(await ui.part('agent-pen').count()).toBe(40);
    await ui.mark(anna, pen(99, false, ...many));
    expect(Math.max(...(await points()).map((line) => line.split(' L ').length))).toBe(4_000);
  });

  it('[COUI-11] a highlight frames its element wherever that goes, and asks for frames only while it does', async () => {
    const frame = () => ui.part('agent-highlight').boundingBox();
    await ui.mark(anna, { mark: 'highlight', node: 1 });
    const button = await ui.page.locator('#node1').boundingBox();
    const around = (dx: number, dy: number) => ({
      x: (button?.x ?? 0) - 4 + dx,
      y: (button?.y ?? 0) - 4 + dy,
      width: (button?.width ?? 0) + 8,
      height: (button?.height ?? 0) + 8,
    });
    expect(await frame()).toEqual(around(0, 0));
    await ui.page.evaluate('scrollTo(0, 40)');
    await expect.poll(frame).toEqual(around(0, -40));
    await ui.page.evaluate(`document.querySelector('#node1').remove()`);
    await expect.poll(() => ui.part('agent-highlight').count()).toBe(0);
    await ui.mark(anna, { mark: 'highlight', node: 77 });
    expect(await ui.page.locator('coview-widget').count()).toBe(0);
    await ui.mark(anna, laser(50, 50));
    await pointer(anna, 90, 90);
    const asked = await ui.page.evaluate<number>('frames');
    await ui.mark(anna, pen(3, true, [5, 5], [9, 9]));
    await ui.mark(anna, laser(60, 50));
    expect(await ui.page.evaluate('new Promise((done) => setTimeout(() => done(frames), 100))')).toBe(asked);
  });

  it('[COUI-12] the agent’s cursor stays by its name until nobody acts', async () => {
    await pointer('A\u202enna\n', 200, 150);
    await pointer('A\u202enna\n', 240, 160);
    const box = await ui.page.locator('[data-cv="agent-cursor"] svg').boundingBox();
    await expect
      .poll(async () => Math.round((await ui.page.locator('[data-cv="agent-cursor"] svg').boundingBox())?.x ?? 0))
      .toBe(239);
    expect(box).not.toBeNull();
    expect(await ui.part('agent-cursor').innerText()).toBe('Anna');
    await ui.mark(anna, laser(1, 1));
    await ui.page.evaluate('marks.clear()');
    expect(await ui.page.locator('coview-widget').count()).toBe(0);
  });

  it('[COUI-12] takes no click and no room from the page, and lies behind the banner', async () => {
    await ui.show(sharing);
    await ui.still();
    await ui.mark(anna, { mark: 'highlight', node: 1 });
    const moves = () => ui.part('mirror-notice').evaluate((banner) => banner.getAnimations().length);
    await ui.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    expect(await moves()).toBe(0);
    await ui.mark(anna, laser(120, 150));
    await ui.mark(anna, pen(1, true, [0, 0], [1000, 700]));
    await pointer(anna, 100, 140);
    await ui.page.evaluate(`document.querySelector('#node1').onclick = () => called.push('page')`);
    await ui.page.locator('#node1').click();
    await ui.part('revoke').click();
    expect(await ui.called()).toEqual(['page', 'end']);
    expect(await ui.page.evaluate('shifts')).toEqual([]);
    expect(await ui.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(ui.complaints).toEqual([]);
  });

  it('[COUI-12] who wants less motion sees nothing glide or fade', async () => {
    await ui.close();
    ui = await CobrowsePage.open(browser, server, { reducedMotion: 'reduce' });
    await pointer(anna, 100, 100);
    await pointer(anna, 500, 300);
    expect(Math.round((await ui.page.locator('[data-cv="agent-cursor"] svg').boundingBox())?.x ?? 0)).toBe(499);
    await ui.mark(anna, laser(10, 10));
    const last = await ui
      .part('agent-laser')
      .evaluate((dot) => dot.getAnimations()[0].effect.getKeyframes().at(-1).opacity);
    expect(last).toBe('1');
  });
});
