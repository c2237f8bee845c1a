import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../client/demo');
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The demo shop as a website of its own, which embeds CoView from its server. */
export class ShopServer {
  readonly url: string;
  readonly #server: Server;

  static async start(coview: string): Promise<ShopServer> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://shop');
      const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
      response.setHeader('content-type', `${types[extname(path)] ?? 'text/plain'}; charset=utf-8`);
      readFile(join(FOLDER, path)).then(
        (body) => response.end(path.endsWith('.html') ? body.toString().replaceAll('/cdn/', `${coview}/cdn/`) : body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((done) => server.listen(0, 'localhost', done));
    return new ShopServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
