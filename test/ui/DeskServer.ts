import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const csp =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** A page API of plain values: `users` is the list, `token-…` signs in, everything else is refused. */
const fakeCV = `
  const person = (n, more) => ({
    visitorId: 'v_' + n, id: String(n), email: 'user' + n + '@example.com', firstname: 'User', lastname: 'No ' + n, labels: [],
    additionalTaggingData: {}, verified: false, url: location.origin + '/page/' + n + '?x=1', title: 'Page ' + n,
    since: new Date(Date.now() - n * 60000 - 1000).toISOString(), state: 'active', screen: true, busy: false, ...more,
  });
  window.users = [
    person(1), person(2, { screen: false }), person(3, { busy: true, state: 'background' }),
    person(4, { assignedUser: 'agent1@example.com', labels: ['gold'], additionalTaggingData: { plan: 'Pro' }, verified: true }),
    person(5, { url: 'javascript:alert(1)' }),
  ];
  let watcher;
  window.watch = () => watcher?.([...window.users]);
  window.tokens = [];
  window.CV = {
    user: { list: async () => window.users, onChange: (fn) => { watcher = fn; fn([...window.users]); return () => {}; } },
    rest: {
      auth: async (token) => {
        window.tokens.push(token);
        if (!token.startsWith('token-')) throw { code: 'UNAUTHENTICATED' };
        return { id: 'a', email: 'agent1@example.com', name: 'Anna Berg', role: 'agent', active: true };
      },
    },
    calling: {
      startScreen: (visitorId) => {
        window.call = {
          visitorId, state: 'ringing', listeners: [],
          on: (event, fn) => window.call.listeners.push(fn),
          attach: (element) => element?.append(Object.assign(document.createElement('p'), { id: 'panel', textContent: visitorId })),
          end: () => window.finish(),
        };
        window.finish = () => { window.call.state = 'ended'; window.call.listeners.forEach((fn) => fn('ended')); };
        return window.call;
      },
    },
    on: () => () => {},
  };
  const waiting = window.CVLoaded;
  window.CVLoaded = true;
  waiting?.();
`;

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
