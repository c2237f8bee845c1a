import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '#test/browser/chromium.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { bundle } from '#test/ui/UiServer.ts';
import type { CorpusPage } from './corpus.ts';

const ORIGIN = 'http://localhost:9';
const HOST = 'http://coview.test';

const source = `
  import { AssetBook } from '#client/cobrowse/assets/AssetBook.ts';
  import { HiddenOverlay } from '#client/cobrowse/privacy/HiddenOverlay.ts';
  import { mayControl } from '#client/cobrowse/privacy/mayControl.ts';
  import { Privacy } from '#client/cobrowse/privacy/Privacy.ts';
  import { Recorder } from '#client/cobrowse/record/Recorder.ts';
  Object.assign(window, { Privacy, mayControl, HiddenOverlay, told: [], fulls: 0 });
  window.record = (rules) => {
    const assets = new AssetBook({
      host: '${HOST}', site: 's', session: 'cb_1', token: () => 't', missing: async (hashes) => hashes, on: () => {},
    });
    window.privacy = new Privacy(rules);
    window.recorder = new Recorder({
      document, privacy, assets,
      emit(events, kind, more) {
        told.push(JSON.stringify(events));
        if (kind === 'full' && !more) fulls++;
      },
    });
    recorder.start();
  };
  /** All that is in the page and what it is made of, hidden or not. */
  window.everything = () => {
    const parts = [document.title];
    const visit = (root) => {
      parts.push(root.innerHTML ?? root.documentElement.outerHTML);
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) visit(element.shadowRoot);
        if (element.contentDocument) visit(element.contentDocument);
      }
    };
    visit(document);
    return parts.join('\\n');
  };
`;

/** What left a page: all events, and all that was sent to the server beside them. */
interface Recorded {
  events: string;
  sent: string;
  /** The page itself, as a browser sees it. */
  page: string;
}

/** Serves pages of the corpus to a real browser and records them there. */
export class CorpusStage {
  #browser!: Browser;
  #context!: BrowserContext;
  #code = '';

  /** For the tests of a file: there from the first to the last. */
  static forTests(): CorpusStage {
    const stage = new CorpusStage();
    beforeAll(() => stage.#open());
    afterAll(() => stage.#browser?.close());
    return stage;
  }

  /** A page that has loaded, with the modules in it. */
  async show(html: string, sent: string[] = []): Promise<Page> {
    const page = await this.#context.newPage();
    await page.route('**/*', (route) => {
      const request = route.request();
      if (request.url().startsWith(HOST)) sent.push(`${request.url()} ${request.postData() ?? ''}`);
      if (request.url() !== `${ORIGIN}/`) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    });
    await page.goto(`${ORIGIN}/`, { waitUntil: 'load' });
    await page.addScriptTag({ type: 'module', content: this.#code });
    await untilTrue(page, 'window.record');
    return page;
  }

  /** Records it as it is, while its script changes it, and once more as a whole. */
  async record({ html, privacy, script = '' }: CorpusPage): Promise<Recorded> {
    const sent: string[] = [];
    const page = await this.show(html, sent);
    const told = () => page.evaluate<string>('told.join()');
    await page.evaluate(`record(${JSON.stringify(privacy)})`);
    await untilTrue(page, 'fulls === 1');
    await page.evaluate(`(async () => {
      await (async () => { ${script} })();
      document.documentElement.append(Object.assign(document.createElement('i'), { id: 'corpus-end' }));
    })()`);
    await untilTrue(page, `told.some((events) => events.includes('corpus-end'))`);
    // It may have been told as a whole meanwhile, too, as after a storm.
    await page.evaluate('fulls = 0; recorder.snapshot()');
    await untilTrue(page, 'fulls === 1');
    const recorded = { events: await told(), sent: sent.join('\n'), page: await page.evaluate<string>('everything()') };
    await page.close();
    return recorded;
  }

  async #open(): Promise<void> {
    this.#browser = await launchChromium();
    this.#context = await this.#browser.newContext();
    this.#code = (await bundle(source))[0]?.code ?? '';
  }
}
