import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../../browser/chromium.ts';
import { type MirrorPage, MirrorStage } from './MirrorStage.ts';
import { add, BODY, el, page } from './recorded.ts';

describe('the mirror', () => {
  let stage: MirrorStage;
  let browser: Browser;
  let mirror: MirrorPage;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([MirrorStage.open(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });
  beforeEach(async () => {
    mirror = await stage.page(browser);
  });
  afterEach(() => mirror.close());

  const show = async (...given: Parameters<typeof page>) => {
    await mirror.feed('full', page(...given));
    await mirror.until('shown');
  };

  it('shows a page', async () => {
    await show([el('h1', { class: 'a' }, ['Hello'])], [el('style', {}, ['h1{color:rgb(1,2,3)}'])]);
    expect(await mirror.viewer.evaluate('getComputedStyle(document.querySelector("h1")).color')).toBe('rgb(1, 2, 3)');
    expect(mirror.complaints).toEqual([]);
    expect(mirror.foreign).toEqual([]);
    expect(await mirror.told('size')).toEqual([{ width: 800, height: 600 }]);
    await mirror.feed('delta', [add(BODY, el('p', { id: 'p' }, ['World']))]);
    await expect.poll(() => mirror.viewer.evaluate('document.querySelector("#p")?.textContent')).toBe('World');
    expect(await mirror.told('gap')).toEqual([]);
  });

  it('lays out as the visitor’s browser does', async () => {
    await show([el('p', {}, ['x'])], [], { compatMode: 'BackCompat' });
    expect(await mirror.viewer.evaluate('document.compatMode')).toBe('BackCompat');
    await mirror.forget();
    await show([el('p', {}, ['x'])]);
    expect(await mirror.viewer.evaluate('document.compatMode')).toBe('CSS1Compat');
    expect(await mirror.viewer.evaluate('document.body.textContent')).toBe('x');
    expect(mirror.complaints).toEqual([]);
  });
});
