import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import type { FrameKind } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { type Running, start } from '../../http/harness.ts';
import { complaintsOf } from '../../ui/complaintsOf.ts';
import { bundle } from '../../ui/UiServer.ts';

const session = `cb_${'A'.repeat(22)}` as CobrowseId;

const agentSource = `
  import { MirrorFrame } from '#client/cobrowse/mirror/MirrorFrame.ts';
  window.open = (host) => {
    window.told = [];
    window.mirror = new MirrorFrame({ host, language: 'en' });
    for (const name of ['ready', 'shown', 'size', 'page', 'gap', 'paused', 'progress', 'wants', 'mark', 'command']) {
      mirror.on(name, (value) => told.push([name, value]));
    }
    document.querySelector('#stage').append(mirror.element);
  };
`;

const agentPage = `<!doctype html><title>Agent</title><style>
  body { margin: 0 } #stage { width: 100vw; height: 100vh }</style><div id="stage"></div>
  <script type="module" src="/agent.js"></script>`;

export interface StageOptions {
  /** Instead of the viewer’s own script, behind the viewer’s own policy. */
  viewer?: string;
  /** Neither policy nor sandbox: what holds then is what the viewer does by itself. */
  bare?: boolean;
}

const code = (source: string) => bundle(source).then(([chunk]) => chunk?.code ?? '');
let agentCode: Promise<string> | undefined;
let viewerCode: Promise<string> | undefined;

/** The viewer’s page as the server sends it, an agent’s page that frames it, and a server that notes who asks it. */
export class MirrorStage {
  readonly #house: Running;
  readonly #server: Server;
  /** What was asked of the server that nobody may ask. */
  readonly hits: string[];
  readonly #bare: boolean;

  private constructor(house: Running, server: Server, hits: string[], bare: boolean) {
    this.#house = house;
    this.#server = server;
    this.hits = hits;
    this.#bare = bare;
  }

  static async open({ viewer, bare = false }: StageOptions = {}): Promise<MirrorStage> {
    agentCode ??= code(agentSource);
    viewerCode ??= bundleViewer();
    const [agent, script] = await Promise.all([agentCode, viewer ?? viewerCode]);
    const built = {
      'cdn/manifest.json': '{"core":"app/core-1.js","viewer":"app/viewer-1.js"}',
      'cdn/app/viewer-1.js': script,
    };
    const house = await start({ built });
    const hits: string[] = [];
    const server = createServer((request, response) => {
      const path = request.url?.replace(/(?<=^\/cobrowse\/viewer\/)\?\d$/, '') ?? '';
      const plain = bare
        ? '<!doctype html><html><head><script src="/viewer.js"></script></head><body></body></html>'
        : '';
      const files: Record<string, [string, string]> = {
        '/': ['text/html', agentPage],
        '/agent.js': ['text/javascript', agent],
        '/favicon.ico': ['image/png', ''],
        '/viewer.js': ['text/javascript', script],
        '/cobrowse/viewer/': ['text/html', plain],
      };
      const [type, body] = files[path] ?? ['text/plain', ''];
      if (!files[path]) hits.push(path);
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'access-control-allow-origin': '*' });
      response.end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new MirrorStage(house, server, hits, bare);
  }

  /** Of the server that nobody may ask. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async page(browser: Browser, options: BrowserContextOptions = {}): Promise<MirrorPage> {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 }, ...options });
    const page = await context.newPage();
    if (this.#bare) {
      await page.addInitScript(`{
        const set = Element.prototype.setAttribute;
        Element.prototype.setAttribute = function (name, value) { if (name !== 'sandbox') set.call(this, name, value) };
      }`);
    }
    const host = this.#bare ? this.url : this.#house.url;
    const mirror = new MirrorPage(page, context, host);
    await page.goto(`${this.url}/`);
    await untilTrue(page, 'window.open.length === 1');
    await page.evaluate(`open(${JSON.stringify(host)})`);
    await mirror.until('ready');
    return mirror;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#house.close();
  }
}

/** An agent’s page with a mirror in it. */
export class MirrorPage {
  readonly page: Page;
  readonly complaints: string[];
  /** Every address that the browser asked for. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;
  readonly #host: string;
  #stream = 1;
  #seq = 0;

  constructor(page: Page, context: BrowserContext, host: string) {
    this.page = page;
    this.#context = context;
    this.#host = host;
    this.complaints = complaintsOf(page);

    page.on('request', (request) => this.requests.push(request.url()));
  }

  /** What the viewer is asked for beside itself. */
  get foreign(): string[] {
    const own = [`${this.#host}/cdn/app/viewer-1.js`, `${this.#host}/viewer.js`];
    return this.requests.filter(
      (url) =>
        !own.includes(url) &&
        !/^(data|blob):/.test(url) &&
        !/\/(agent\.js|favicon\.ico)?$|\/cobrowse\/viewer\/(\?\d)?$/.test(url),
    );
  }

  /** Events as one frame, or as many as `parts`. */
  async feed(kind: FrameKind, events: unknown): Promise<void> {
    await this.raw(kind, new TextEncoder().encode(JSON.stringify(events)));
  }

  async raw(
    kind: FrameKind,
    payload: Uint8Array,
    { deflated = false, more = false, stream = this.#stream, seq = this.#seq } = {},
  ): Promise<void> {
    const frame = writeFrame({ session, stream, seq, kind, deflated, more }, payload);
    if (kind !== 'pointer') this.#seq = seq + 1;
    await this.bytes(frame);
  }

  async bytes(frame: Uint8Array): Promise<void> {
    const base64 = Buffer.from(frame).toString('base64');
    await this.page.evaluate(`mirror.frame(Uint8Array.from(atob('${base64}'), (sign) => sign.charCodeAt(0)).buffer)`);
  }

  /** Another recording begins. */
  restart(): void {
    this.#stream++;
    this.#seq = 0;
  }

  async told<T = unknown>(name: string): Promise<T[]> {
    const all = await this.page.evaluate<[string, T][]>('told');
    return all.filter(([one]) => one === name).map(([, value]) => value);
  }

  /** Waits until so many of a name have been told. */
  async until(name: string, count = 1, timeout = 30_000): Promise<void> {
    const told = `told.filter(([one]) => one === '${name}').length >= ${count}`;
    await untilTrue(this.page, told, timeout);
  }

  async forget(): Promise<void> {
    await this.page.evaluate('told.length = 0');
  }

  /** The frame with the mirrored page: within the one that holds it. */
  get viewer(): Frame {
    const frame = this.page.frames().find((one) => one.parentFrame()?.parentFrame() === this.page.mainFrame());
    if (!frame) throw new Error('no viewer');
    return frame;
  }

  /** Resolves when everything has been laid out and drawn: what is to be loaded is asked for by then. */
  async settled(): Promise<void> {
    for (const frame of [this.viewer, this.page.mainFrame()]) {
      await frame.evaluate(`(async () => {
        const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        await drawn();
        await new Promise((done) => setTimeout(done));
        await drawn();
      })()`);
    }
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** As the product does. */
async function bundleViewer(): Promise<string> {
  const result = await build({
    root: fileURLToPath(new URL('../../../client', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('../../../client/cobrowse/mirror/viewer/start.ts', import.meta.url)),
        output: { format: 'iife' },
      },
    },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  return output[0].code;
}
