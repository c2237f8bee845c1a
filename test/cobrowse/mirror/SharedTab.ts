import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { UiServer } from '../../ui/UiServer.ts';
import type { MirrorPage } from './MirrorStage.ts';

const source = `
  import { AssetBook } from '#client/cobrowse/assets/AssetBook.ts';
  import { FrameSender } from '#client/cobrowse/FrameSender.ts';
  import { Privacy } from '#client/cobrowse/privacy/Privacy.ts';
  import { Recorder } from '#client/cobrowse/record/Recorder.ts';
  const toBase64 = (bytes) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.readAsDataURL(new Blob([bytes]));
  });
  window.share = (rules = {}) => {
    const session = 'cb_' + 'A'.repeat(22);
    // Base64 takes its time: one after another.
    let last = Promise.resolve();
    const wire = {
      connected: true,
      waiting: 0,
      sendFrame: (bytes) => { last = last.then(async () => sendFrame(await toBase64(bytes))) },
    };
    const sender = new FrameSender({ wire, session, stream: 1, onBehind() {} });
    const assets = new AssetBook({
      host: location.origin, site: 'shop', session, token: () => 'x',
      missing: async (hashes) => hashes,
      on: (n, hash, type) => sender.send([{ type: 5, data: { tag: 'cv.asset', payload: { n, hash, type } }, timestamp: 1 }], 'delta'),
      fetch: async (input, init) => {
        const [, hash] = /\\/assets\\/([0-9a-f]{64})$/.exec(String(input)) ?? [];
        if (!hash) return fetch(input, init);
        const bytes = await new Response(init.body).arrayBuffer();
        await sendAsset(hash, new Headers(init.headers).get('content-type'), await toBase64(bytes));
        return new Response(null, { status: 201 });
      },
    });
    const privacy = new Privacy({ maskAll: false, mask: [], unmask: ['html'], block: [], ...rules });
    window.recorder = new Recorder({ document, privacy, assets, emit: (...all) => sender.send(...all) });
    window.idOf = (selector) => recorder.idOf(document.querySelector(selector));
    recorder.start();
  };
`;

export type Files = Readonly<Record<string, readonly [type: string, body: string | Buffer]>>;

/** Pages as a website has them, each recorded by the product’s own recorder straight into a mirror. */
export class SharedTab {
  readonly #server: UiServer;

  private constructor(server: UiServer) {
    this.#server = server;
  }

  static async serve(files: Files): Promise<SharedTab> {
    return new SharedTab(await UiServer.start({ source, policy: '', files }));
  }

  /** Opens a page and shares it, in a window as large as the mirror’s. */
  async open(
    browser: Browser,
    path: string,
    mirror: MirrorPage,
    rules: object = {},
    options: BrowserContextOptions = {},
  ): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 }, ...options });
    const page = await context.newPage();
    const assets = new Map<string, [mime: string, base64: string]>();
    await page.exposeFunction('sendFrame', (base64: string) => mirror.bytes(Buffer.from(base64, 'base64')));
    await page.exposeFunction('sendAsset', (hash: string, mime: string, base64: string) => {
      assets.set(hash, [mime, base64]);
    });
    await mirror.page.exposeFunction('assetOf', (hash: string) => assets.get(hash));
    await mirror.page.evaluate(`mirror.on('wants', async (hashes) => {
      for (const hash of hashes) {
        const [mime, base64] = await assetOf(hash);
        mirror.asset(hash, mime, Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer);
      }
    })`);
    await page.goto(new URL(path, this.#server.url).href);
    await page.addScriptTag({ type: 'module', url: '/ui.js' });
    await untilTrue(page, 'window.share');
    await page.evaluate(`share(${JSON.stringify(rules)})`);
    await mirror.until('shown');
    return page;
  }

  close(): void {
    this.#server.close();
  }
}
