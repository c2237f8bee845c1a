import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { complaintsOf } from './complaintsOf.ts';
import type { UiServer } from './UiServer.ts';

/** One page with the widget's UI on it; what the widget calls back is kept in `called`. */
export class UiPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** CSP violations and uncaught errors, in the browser's own words. */
  readonly complaints: string[];

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    this.complaints = complaintsOf(page);
  }

  static async open(browser: Browser, server: UiServer, options: BrowserContextOptions = {}): Promise<UiPage> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const made = new UiPage(await context.newPage(), context);
    await made.page.goto(server.url);
    await made.page.waitForFunction('window.AgentPanel');
    return made;
  }

  /** Shows a visitor's screen: its plain fields; every callback is noted by its name. */
  async visitor(fields: Record<string, unknown>): Promise<void> {
    await this.page.evaluate(`{
      const notes = Object.fromEntries(['accept', 'decline', 'cancel', 'end', 'dismiss'].map((n) => [n, note(n)]));
      window.visitorUi ??= new VisitorUi({ language: 'auto' });
      visitorUi.show({ ...notes, ...${JSON.stringify({ agent: 'Anna Schmidt', ringMs: 30_000, ...fields })} });
    }`);
  }

  async agent(fields: Record<string, unknown>): Promise<void> {
    const state = { title: 'John Doe', shareAgain: false, visitorOnline: true, connected: true, ...fields };
    await this.page.evaluate(`{
      window.panel ??= new AgentPanel({ language: 'auto' });
      panel.show({ end: note('end'), dismiss: note('dismiss'), ...${JSON.stringify(state)} });
    }`);
  }

  /** A picture that moves, 1280 × 800. */
  async stream(): Promise<void> {
    await this.page.evaluate(`{
      const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 800 });
      const pen = canvas.getContext('2d');
      setInterval(() => pen.fillRect(Math.random() * 1280, 0, 20, 800), 50);
      panel.setStream(canvas.captureStream(20));
    }`);
  }

  part(name: string) {
    return this.page.locator(`[data-cv="${name}"]`);
  }

  called(): Promise<string[]> {
    return this.page.evaluate('window.called');
  }

  /** The data-cv (or id) of what has the focus, shadow roots included. */
  focused(): Promise<string> {
    return this.page.evaluate(`(() => {
      let element = document.activeElement;
      while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element.dataset.cv || element.id || element.tagName;
    })()`);
  }

  /** Resolves when nothing moves any more but what moves for ever. */
  async still(): Promise<void> {
    await this.page.evaluate(`(async () => {
      const moves = (one) => one.effect.getComputedTiming().iterations === 1 && one.playState !== 'finished';
      const roots = () => [...document.querySelectorAll('coview-widget')].map(({ shadowRoot }) => shadowRoot);
      do await new Promise(requestAnimationFrame);
      while (roots().some((root) => root.getAnimations().some(moves)));
    })()`);
  }

  /** What axe-core finds against WCAG 2.2 AA, within the widget. */
  async axe(): Promise<string[]> {
    await this.still();
    await this.page.evaluate(axe.source);
    return this.page.evaluate(`axe.run('coview-widget', {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { region: { enabled: false } },
    }).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ': ' + nodes.map((n) => n.html.slice(0, 90) + ' ' + n.any.map((a) => a.message)).join(' | '),
    ))`);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
