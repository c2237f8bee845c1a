import type { Browser, BrowserContextOptions } from 'playwright-core';
import { untilTrue } from '#test/browser/untilTrue.ts';
import type { UiServer } from './UiServer.ts';
import { WidgetPage } from './WidgetPage.ts';

/** One page with the widget's UI on it; what the widget calls back is kept in `called`. */
export class UiPage extends WidgetPage {
  static async open(browser: Browser, server: UiServer, options: BrowserContextOptions = {}): Promise<UiPage> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const made = new UiPage(await context.newPage(), context);
    await made.page.goto(server.url);
    await untilTrue(made.page, 'window.AgentPanel');
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
}
