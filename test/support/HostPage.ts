import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A customer's website on an origin of its own, which embeds the widget as the documentation says. */
export class HostPage {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, hostname: string) {
    this.#server = server;
    this.url = `http://${hostname}:${(server.address() as AddressInfo).port}/`;
  }

  /** `head` goes before the script, which has the `nonce`; every path answers the same page. */
  static async start(
    script: string,
    { head = '', csp = '', nonce = '', hostname = 'localhost' } = {},
  ): Promise<HostPage> {
    const server = createServer((request, response) => {
      const title = request.url === '/' ? 'Shop' : `Shop ${request.url}`;
      response.setHeader('content-type', 'text/html; charset=utf-8');
      if (csp) response.setHeader('content-security-policy', csp);
      response.end(
        `<!doctype html><html lang="en"><title>${title}</title>${head}<h1>Shop</h1>` +
          `<script async src="${script}"${nonce && ` nonce="${nonce}"`}></script>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
    return new HostPage(server, hostname);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
