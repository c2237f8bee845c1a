import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { fakeCV } from './fakeDeskCV.ts';

const csp =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The built desk behind the policy it is served with, its page API a fake. */
export class DeskServer {
  readonly #server: Server;
  /** `verb path` of what the desk asked of the REST API, with its authorization. */
  readonly asked: string[] = [];

  private constructor(files: ReadonlyMap<string, string | Uint8Array>) {
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const send = (status: number, type: string, body: string | Uint8Array) =>
        response.writeHead(status, { 'content-type': type, 'content-security-policy': csp }).end(body);
      if (path.startsWith('/rest/')) {
        this.asked.push(`${request.method} ${path} ${request.headers.authorization ?? ''}`.trim());
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          if (request.method === 'DELETE') return send(204, 'text/plain', '');
          return body.includes('right-password')
            ? send(201, 'application/json', '{"token":"token-by-password"}')
            : send(401, 'application/problem+json', '{"code":"UNAUTHENTICATED"}');
        });
        return;
      }
      if (path.startsWith('/files/')) return void send(200, 'image/png', Buffer.from(picture, 'base64'));
      if (path === '/cobrowse/viewer/') {
        const page =
          '<!doctype html><html><head><script src="/cobrowse/viewer.js"></script></head><body></body></html>';
        const policy =
          "default-src 'none'; script-src *; style-src 'unsafe-inline'; img-src blob: data:; frame-src 'self'; sandbox allow-scripts";
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
        return void response.end(page);
      }
      if (path === '/cobrowse/viewer.js') {
        viewer ??= bundleViewer();
        return void viewer.then((code) => send(200, 'text/javascript', code));
      }
      if (path === '/cdn/js/demo.js') return void send(200, 'text/javascript', fakeCV);
      const file = files.get(path === '/desk/' ? '/desk/index.html' : path);
      const type = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }[
        path === '/desk/' ? 'html' : (path.split('.').pop() ?? '')
      ];
      send(file ? 200 : 404, `${type ?? 'text/plain'}; charset=utf-8`, file ?? 'no such file');
    });
  }

  static async start(): Promise<DeskServer> {
    const made = new DeskServer(await bundle());
    await new Promise<void>((done) => made.#server.listen(0, '127.0.0.1', done));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/desk/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let viewer: Promise<string> | undefined;

/** What shows a mirrored page, for those tests that look at one. */
async function bundleViewer(): Promise<string> {
  const result = await build({
    root: fileURLToPath(new URL('../../client', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: 'cobrowse/mirror/viewer/start.ts', output: { format: 'iife' } },
    },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  return output[0].code;
}

async function bundle(): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    root: fileURLToPath(new URL('../../client/desk', import.meta.url)),
    base: '/desk/',
    configFile: false,
    logLevel: 'warn',
    // A test's NODE_ENV would bring JSX's development form.
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: { write: false, modulePreload: false },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  return new Map(output.map((file) => [`/desk/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]));
}
