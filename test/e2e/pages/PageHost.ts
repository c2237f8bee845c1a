import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blockFont } from './blockFont.ts';

export interface PageFile {
  type: string;
  body: string | Buffer;
  /** Answered only to who has logged in. */
  walled?: boolean;
  /** Other origins may read it. */
  cors?: boolean;
}

/** What a page is made of, by path; `other` is the same server under another origin. */
export type PageFiles = (urls: { own: string; other: string }) => Record<string, PageFile>;

const COOKIE = 'session=only-the-visitor';

/** In the place of it the product’s script stands. */
const WIDGET = '<!--widget-->';

/** A page of the site, with the product in it. */
export const sitePage = (body: string, head = ''): PageFile => html(body, WIDGET + head);

export const html = (body: string, head = ''): PageFile => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>${head}</head><body>${body}</body></html>`,
});

export const script = (body: string): PageFile => ({ type: 'text/javascript; charset=utf-8', body });
export const css = (body: string): PageFile => ({ type: 'text/css; charset=utf-8', body });
export const font = (): PageFile => ({ type: 'font/ttf', body: blockFont() });

export const picture = (color: string, width = 120, height = 80): PageFile => ({
  type: 'image/svg+xml',
  body: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${color}"/><circle cx="40" cy="40" r="25" fill="#fff"/><path d="M60 70L110 10" stroke="#000" stroke-width="6"/></svg>`,
});

/** A customer’s website of many pages, under two origins, with a login. */
export class PageHost {
  readonly #server: Server;
  readonly #files: Record<string, PageFile>;
  readonly #widget: string;
  /** Every path that was asked for. */
  readonly asked: string[] = [];

  private constructor(server: Server, coview: string) {
    this.#server = server;
    this.#files = {};
    this.#widget = `<script async src="${coview}/cdn/js/demo.js"></script>`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async start(coview: string, pages: readonly PageFiles[]): Promise<PageHost> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = new PageHost(server, coview);
    for (const page of pages) Object.assign(host.#files, page({ own: host.url, other: host.otherUrl }));
    return host;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  get otherUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0] ?? '';
    const file = this.#files[path];
    this.asked.push(path);
    if (path === '/login') response.setHeader('set-cookie', `${COOKIE}; HttpOnly; SameSite=Strict`);
    if (file?.walled && !request.headers.cookie?.includes(COOKIE)) {
      response.writeHead(403).end();
      return;
    }
    if (file?.cors) response.setHeader('access-control-allow-origin', '*');
    response.writeHead(file ? 200 : path === '/login' ? 204 : 404, { 'content-type': file?.type ?? 'text/plain' });
    response.end(typeof file?.body === 'string' ? file.body.replace(WIDGET, this.#widget) : file?.body);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
