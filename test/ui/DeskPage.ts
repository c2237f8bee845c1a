import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { atNoon } from './atNoon.ts';
import { complaintsOf } from './complaintsOf.ts';
import type { DeskServer } from './DeskServer.ts';
import { nextFrames } from './nextFrames.ts';

/** One browser with the desk in it, signed in where the address does so; what it complained of is kept. */
export class DeskPage {
  readonly page: Page;
  readonly complaints: string[];

  private constructor(page: Page) {
    this.page = page;
    this.complaints = complaintsOf(page);
  }

  static async open(
    browser: Browser,
    server: DeskServer,
    fragment = 'token=token-1',
    options: BrowserContextOptions = {},
    /** A script that runs before the desk's. */
    before = '',
  ): Promise<DeskPage> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options });
    const desk = new DeskPage(await context.newPage());
    await desk.page.addInitScript(atNoon);
    await desk.page.addInitScript(before);
    await desk.page.goto(`${server.url}?site=demo#${fragment}`);
    return desk;
  }

  part(name: string): Locator {
    return this.page.locator(`[data-test="${name}"]`);
  }

  row(n: number): Locator {
    return this.page.locator(`[data-conversation="cn_${n}"]`);
  }

  message(text: string): Locator {
    return this.page.locator('[data-test="message"]', { hasText: text });
  }

  /** Runs in the page; the fake page API's own names are there. */
  run<T = unknown>(script: string): Promise<T> {
    return this.page.evaluate(script) as Promise<T>;
  }

  /** Resolves when what came last has been drawn, and all that waits for that has run: what is not there by now never comes. */
  async settled(): Promise<void> {
    await this.page.evaluate(nextFrames);
  }

  /** What open conversations were told to do. */
  did(): Promise<string[]> {
    return this.run('window.did');
  }

  /** What was asked of REST. */
  asked(): Promise<string[]> {
    return this.run('window.asked');
  }

  async hasNoBarrier(what: string): Promise<void> {
    await this.page.evaluate(axe.source);
    const found = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html.slice(0, 140) + ' ' + n.any.map((a) => a.message))))`;
    expect(await this.page.evaluate(found), what).toEqual([]);
    expect(await this.page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${what}: width`).toBe(true);
  }

  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }
}
