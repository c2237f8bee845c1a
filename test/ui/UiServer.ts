import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const entry = 'virtual:ui';
const source = `
  import { VisitorUi } from '#client/ui/VisitorUi.tsx';
  import { AgentPanel } from '#client/ui/AgentPanel.tsx';
  Object.assign(window, { VisitorUi, AgentPanel, called: [] });
  window.note = (name) => () => window.called.push(name);
`;

/** A host page as strict and as hostile as they come: its styles must not get in, its CSP must not be broken. */
const page = `<!doctype html><html lang="en"><head><title>Host page</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css"><script type="module" src="/ui.js"></script></head>
<body><main><h1>Host page</h1><button id="before">A button of the page</button><div id="dock"></div>
<dialog id="dialog"><button id="inside">In the page’s dialog</button></dialog></main></body></html>`;
const css = `coview-widget { display: none; font-size: 60px; color: red; opacity: 0 }
  * { letter-spacing: 9px } button { display: none } #before, #inside { display: inline } main { height: 3000px }`;
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; media-src blob:; " +
  "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'";

/** Bundles the widget's UI as the product does and serves it on a page with a strict CSP. */
export class UiServer {
  readonly #server: Server;
  /** The bundle, for its size. */
  readonly code: string;

  private constructor(server: Server, code: string) {
    this.#server = server;
    this.code = code;
  }

  static async start(): Promise<UiServer> {
    const code = await bundle();
    const files: Record<string, [type: string, body: string]> = {
      '/': ['text/html', page],
      '/page.css': ['text/css', css],
      '/ui.js': ['text/javascript', code],
    };
    const server = createServer((request, response) => {
      const [type, body] = files[request.url ?? ''] ?? ['text/plain', ''];
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': csp }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new UiServer(server, code);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function bundle(): Promise<string> {
  const result = await build({
    root: fileURLToPath(new URL('../../client', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    // A test's NODE_ENV would bring JSX's development form.
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    plugins: [
      {
        name: 'ui-entry',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? source : undefined),
      },
    ],
    build: { write: false, modulePreload: false, rolldownOptions: { input: entry, output: { format: 'es' } } },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  return output[0].code;
}
