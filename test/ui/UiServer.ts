import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const entry = 'virtual:ui';
const calls = `
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
  "default-src 'none'; script-src 'self'; style-src 'self'; media-src blob:; connect-src 'self'; " +
  "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'";

interface Served {
  source: string;
  files: Record<string, readonly [type: string, body: string | Buffer]>;
  policy: string;
  html: string;
}

/** Bundles the widget's UI as the product does and serves it on a page with a strict CSP. */
export class UiServer {
  readonly #server: Server;
  /** The bundle's chunks, the entry first, for their size. */
  readonly chunks: readonly string[];

  private constructor(server: Server, chunks: readonly string[]) {
    this.#server = server;
    this.chunks = chunks;
  }

  get code(): string {
    return this.chunks[0] ?? '';
  }

  /** With another `source` for the page's module, other `files` by path and another policy for the calls' own. */
  static async start({
    source = calls,
    files = {},
    policy = csp,
    html = page,
  }: Partial<Served> = {}): Promise<UiServer> {
    const chunks = await bundle(source);
    const [first] = chunks;
    if (!first) throw new Error('the build gave nothing');
    const all: Served['files'] = {
      '/': ['text/html', html],
      '/page.css': ['text/css', css],
      '/ui.js': ['text/javascript', `import './${basename(first.fileName)}';`],
      ...Object.fromEntries(
        chunks.map(({ fileName, code }) => [`/${basename(fileName)}`, ['text/javascript', code] as const]),
      ),
      ...files,
    };
    const server = createServer((request, response) => {
      const [type, body] = all[request.url ?? ''] ?? ['text/plain', ''];
      const headers = { 'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type };
      response.writeHead(200, { ...headers, 'content-security-policy': policy }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new UiServer(
      server,
      chunks.map(({ code }) => code),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Bundles a module as the product does; its own chunk first, then what it loads when needed. */
export async function bundle(source: string): Promise<Rolldown.OutputChunk[]> {
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
  return output.filter((part) => part.type === 'chunk');
}
