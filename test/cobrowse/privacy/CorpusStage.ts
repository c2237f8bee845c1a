import type { Browser, BrowserContext, Page } from 'playwright-core';
import { complaintsOf } from '#test/ui/complaintsOf.ts';
import { bundle } from '#test/ui/UiServer.ts';
import type { CorpusPage } from './corpus.ts';

const ORIGIN = 'http://localhost:9';

/** Serves pages of the corpus to a real browser, each with the modules that are to be tried on it. */
export class CorpusStage {
  readonly #context: BrowserContext;
  readonly #code: string;

  private constructor(context: BrowserContext, code: string) {
    this.#context = context;
    this.#code = code;
  }

  /** `source` is a module that puts what it has to offer into `window`. */
  static async open(browser: Browser, source: string): Promise<CorpusStage> {
    const chunks = await bundle(source);
    const context = await browser.newContext();
    return new CorpusStage(context, chunks[0]?.code ?? '');
  }

  /** A page that has loaded, with the modules in it, and whatever it complained of. */
  async show({ html }: Pick<CorpusPage, 'html'>): Promise<{ page: Page; complaints: string[] }> {
    const page = await this.#context.newPage();
    const complaints = complaintsOf(page);
    await page.route('**/*', (route) => {
      const isPage = route.request().url() === `${ORIGIN}/`;
      if (isPage) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
      return route.fulfill({ status: 404, body: '' });
    });
    await page.goto(`${ORIGIN}/`, { waitUntil: 'load' });
    await page.addScriptTag({ type: 'module', content: this.#code });
    await page.waitForFunction('window.ready');
    return { page, complaints };
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
