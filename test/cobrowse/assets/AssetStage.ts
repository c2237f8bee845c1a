import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { bundle } from '#test/ui/UiServer.ts';

const source = `
  import { AssetBook } from '#client/cobrowse/assets/AssetBook.ts';
  window.told = [];
  window.open = (host, known = []) => new AssetBook({
    host, site: 'shop', session: 'cb_1', token: () => 'visitor-token',
    missing: async (hashes) => hashes.filter((hash) => !known.includes(hash)),
    on: (n, hash, type) => told.push([n, hash, type]),
  });
  window.ready = true;
`;

/** A small picture of one colour; what `n` says makes it another file. */
export const picture = (n: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect id="p${n}" width="8" height="8"/></svg>`,
  );
export const font = Buffer.concat([Buffer.from('wOF2'), Buffer.alloc(64, 7)]);
export const hashOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(hostname: string, answer: Answer): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  return server;
}

const origin = (server: Server, hostname: string) => `http://${hostname}:${(server.address() as AddressInfo).port}`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A shop behind a login, two other sites of which one may be read, and a server that takes assets. */
export class AssetStage {
  readonly shop: string;
  /** Answers with CORS headers under /open/, without under every other path. */
  readonly other: string;
  readonly host: string;
  /** What the server has by hash. */
  readonly stored = new Map<string, { type: string; bytes: Buffer }>();
  readonly uploads: string[] = [];
  /** Addresses that the server was asked to get. */
  readonly fetched: string[] = [];
  readonly wrong: string[] = [];
  /** Answers of the shop under /slow/ that wait, and the most there ever were. */
  readonly held: (() => void)[] = [];
  most = 0;
  readonly #servers: Server[] = [];
  #context: BrowserContext | undefined;
  /** The book’s modules by path, the entry first. */
  #code: Record<string, string> = {};

  private constructor(shop: Server, other: Server, host: Server) {
    this.#servers.push(shop, other, host);
    this.shop = origin(shop, 'localhost');
    this.other = origin(other, '127.0.0.1');
    this.host = origin(host, '127.0.0.1');
  }

  static async open(browser: Browser): Promise<AssetStage> {
    const shop = await listen('localhost', (request, response) => stage.#shop(request, response));
    const other = await listen('127.0.0.1', (request, response) => stage.#other(request, response));
    const host = await listen('127.0.0.1', (request, response) => void stage.#host(request, response));
    const stage = new AssetStage(shop, other, host);
    const chunks = await bundle(source);
    stage.#code = Object.fromEntries(chunks.map(({ fileName, code }) => [`/${basename(fileName)}`, code]));
    stage.#context = await browser.newContext();
    await stage.#context.addCookies([{ name: 'login', value: 'yes', url: stage.shop }]);
    return stage;
  }

  async page(before = ''): Promise<Page> {
    const page = await (this.#context as BrowserContext).newPage();
    if (before) await page.addInitScript(before);
    await page.goto(this.shop);
    await untilTrue(page, 'window.ready');
    return page;
  }

  /** Runs in the page with a book; answers what the body returns. */
  run<T>(page: Page, body: string, known: string[] = []): Promise<T> {
    return page.evaluate(`(async () => {
      const book = open('${this.host}', ${JSON.stringify(known)});
      window.book = book;
      ${body}
    })()`);
  }

  told(page: Page): Promise<[n: number, hash: string | null, type: string][]> {
    return page.evaluate('told');
  }

  async close(): Promise<void> {
    await this.#context?.close();
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  #shop(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', this.shop).pathname;
    const file = this.#files()[path];
    if (path === '/')
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><script type="module" src="${Object.keys(this.#code)[0]}"></script>`);
    else if (this.#code[path]) response.setHeader('content-type', 'text/javascript').end(this.#code[path]);
    else if (path.startsWith('/slow/')) this.#hold(path, response);
    else if (!/login=yes/.test(request.headers.cookie ?? ''))
      response.writeHead(403, { 'content-type': 'text/html' }).end('<p>Log in');
    else if (file) response.writeHead(200, { 'content-type': file[0] }).end(file[1]);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<p>Not here');
  }

  #hold(path: string, response: ServerResponse): void {
    this.held.push(() =>
      response
        .writeHead(200, { 'content-type': 'image/svg+xml' })
        .end(picture(path.length * 1000 + path.charCodeAt(6))),
    );
    this.most = Math.max(this.most, this.held.length);
  }

  #files(): Record<string, readonly [type: string, body: string | Buffer]> {
    return {
      '/a.svg': ['image/svg+xml', picture(1)],
      '/same.svg': ['image/svg+xml', picture(1)],
      '/b.svg': ['image/svg+xml', picture(2)],
      '/font.woff2': ['application/octet-stream', font],
      '/page.html': ['text/html', '<p>No picture'],
      '/huge.png': ['image/png', Buffer.alloc(5 * 1024 * 1024 + 1)],
      '/style/main.css': [
        'text/css',
        '@import "parts/one.css" screen; @font-face { font-family: f; src: url(../font.woff2) } b { background: url("../a.svg") }',
      ],
      '/style/parts/one.css': ['text/css', '@import url(two.css); i { background: url(../../b.svg) }'],
      '/style/parts/two.css': ['text/css', '@import "one.css"; u { color: red }'],
    };
  }

  #other(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    if (path.startsWith('/open/')) response.setHeader('access-control-allow-origin', '*');
    if (path.endsWith('.css')) response.setHeader('content-type', 'text/css').end('b { background: url(/open/c.svg) }');
    else response.setHeader('content-type', 'image/svg+xml').end(picture(path.length));
  }

  /** As the server of the product does; what is not as agreed is noted in `wrong`. */
  async #host(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const { authorization, cookie } = request.headers;
    const [, what, hash = ''] = /^\/cobrowse\/shop\/cb_1\/(assets|fetch)\/?(\w*)$/.exec(request.url ?? '') ?? [];
    if (authorization !== 'Bearer visitor-token' || cookie || !what)
      this.wrong.push(`${request.method} ${request.url}`);
    const body = await bodyOf(request);
    if (what === 'fetch') {
      const { url } = JSON.parse(body.toString()) as { url: string };
      this.fetched.push(url);
      const answer = await fetch(url);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get('content-type') ?? '';
      this.stored.set(hashOf(bytes), { type, bytes });
      return void response.end(JSON.stringify({ hash: hashOf(bytes), type }));
    }
    if (request.method === 'GET') return void response.end(this.stored.get(hash)?.bytes);
    if (hashOf(body) !== hash) this.wrong.push(`bytes of ${hash}`);
    this.uploads.push(hash);
    this.stored.set(hash, { type: request.headers['content-type'] ?? '', bytes: body });
    response.end('{}');
  }
}
