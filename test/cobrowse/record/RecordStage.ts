import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '#test/browser/chromium.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { complaintsOf } from '#test/ui/complaintsOf.ts';
import { UiServer } from '#test/ui/UiServer.ts';
import type { Look, RecordedEvent } from './events.ts';

/** Rules by which everything is told. */
export const open = { unmask: ['html'] };

const sources = {
  recorded: `import '#test/cobrowse/record/page/recorded.ts'; window.ready = true;`,
  replayed: `import '#test/cobrowse/record/page/replayed.ts'; window.ready = true;`,
};

/** Pages that are recorded, each with the recorder itself, and a page that plays what was told. */
export class RecordStage {
  #browser!: Browser;
  #recorded!: UiServer;
  #replayed!: UiServer;
  readonly #contexts: BrowserContext[] = [];
  /** Uncaught errors, and what a page's console called errors. */
  readonly complaints: string[] = [];

  /** For the tests of a file or a group: there from the first to the last, cleared after each, which may leave no complaint. */
  static forTests(): RecordStage {
    const stage = new RecordStage();
    beforeAll(() => stage.#open());
    afterEach(async () => {
      await stage.#clear();
      // Who only plays what was told has nothing under an asset's number.
      const complaints = stage.complaints.splice(0).filter((one) => !one.includes('ERR_UNKNOWN_URL_SCHEME'));
      expect(complaints).toEqual([]);
    });
    afterAll(() => stage.#close());
    return stage;
  }

  get url(): string {
    return this.#recorded.url;
  }

  /** A page with this body, and a field by which it is known that everything was told. */
  async page(body: string, script = ''): Promise<Page> {
    const page = await this.#blank(this.#recorded, script);
    await page.evaluate((html) => {
      const within = globalThis as unknown as { document: { body: { innerHTML: string } } };
      within.document.body.innerHTML = `<input id="sentinel">${html}`;
    }, body);
    return page;
  }

  /** Starts to record, and waits for the whole page. */
  async record(page: Page, rules?: object): Promise<void> {
    await page.evaluate(`page.record(${JSON.stringify(rules)})`);
    await page.evaluate('page.settled()');
  }

  settled(page: Page): Promise<void> {
    return page.evaluate('page.settled()');
  }

  async events(page: Page): Promise<RecordedEvent[]> {
    return page.evaluate('page.events()');
  }

  /** Everything that is told from here on, once `act` and what it brings are told. */
  async after(page: Page, act: string): Promise<RecordedEvent[]> {
    const before = (await this.events(page)).length;
    await page.evaluate(act);
    await this.settled(page);
    return (await this.events(page)).slice(before);
  }

  /** How the page looks: to itself, as the events say, and in rrweb's player the same. */
  async look(page: Page): Promise<string> {
    await this.settled(page);
    const events = await this.events(page);
    const own = await page.evaluate<string>('page.shape()');
    expect(await this.applied(events, [events.length])).toEqual([own]);
    expect(await this.rrweb(events)).toBe(own);
    return own;
  }

  async applied(events: RecordedEvent[], counts: number[]): Promise<string[]> {
    const player = await this.#blank(this.#replayed);
    return player.evaluate(`page.applied(${JSON.stringify(events)}, ${JSON.stringify(counts)})`);
  }

  async rrweb(events: RecordedEvent[]): Promise<string> {
    const player = await this.#blank(this.#replayed);
    return player.evaluate(`page.rrweb(${JSON.stringify(events)})`);
  }

  async fuzz(page: Page, seed: number, moments: number, most: number): Promise<Look[]> {
    return page.evaluate(`page.fuzz(${seed}, ${moments}, ${most})`);
  }

  async #open(): Promise<void> {
    [this.#browser, this.#recorded, this.#replayed] = await Promise.all([
      launchChromium(),
      UiServer.start({ source: sources.recorded, policy: '', html: blank, files }),
      UiServer.start({ source: sources.replayed, policy: '', html: blank }),
    ]);
  }

  async #clear(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async #close(): Promise<void> {
    await this.#browser?.close();
    this.#recorded?.close();
    this.#replayed?.close();
  }

  async #blank(server: UiServer, script = ''): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1000, height: 700 } });
    this.#contexts.push(context);
    const page = await context.newPage();
    complaintsOf(page, this.complaints);
    if (script) await page.addInitScript(script);
    await page.goto(server.url);
    await untilTrue(page, 'window.ready');
    return page;
  }
}

const blank = `<!doctype html><html lang="en"><head><title>Page</title><script type="module" src="/ui.js"></script></head><body></body></html>`;

const files = {
  '/sheet.css': ['text/css', '.linked { color: rgb(1, 2, 3) }'],
  '/sheet.css?2': ['text/css', '.linked { color: rgb(4, 5, 6) }'],
  '/frame.html': ['text/html', '<!doctype html><p class="inside">In a frame</p><input value="f">'],
  '/frame.html?again': ['text/html', '<!doctype html><p>Another</p>'],
} as const;
