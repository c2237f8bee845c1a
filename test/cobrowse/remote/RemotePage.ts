import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { CobrowseCapability, CobrowseCommand } from '#protocol/cobrowse.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { complaintsOf } from '#test/ui/complaintsOf.ts';
import { UiServer } from '#test/ui/UiServer.ts';

const all: CobrowseCapability[] = ['pointer', 'scroll', 'type', 'select', 'navigate'];

/** Remote control with the real rules of privacy, over a page; what the page is told of is kept in `window.heard`. */
const source = (app: string, rules: object) => `
  import { Privacy } from '#client/cobrowse/privacy/Privacy.ts';
  import { Remote } from '#client/cobrowse/remote/Remote.ts';
  const privacy = new Privacy({ maskAll: false, mask: [], unmask: [], block: [], ...${JSON.stringify(rules)} });
  const nodes = [];
  const find = (path) => path.split(' >>> ').reduce((root, part) => {
    const found = root.querySelector(part);
    return found?.shadowRoot ?? found?.contentDocument ?? found;
  }, document);
  const elementOf = (found) => (found instanceof ShadowRoot ? found.host : (found?.defaultView?.frameElement ?? found));
  window.numberOf = (path) => nodes.push(elementOf(find(path))) - 1;
  window.find = find;
  const recorder = { nodeOf: (id) => nodes[id], verdictOf: (node) => privacy.judge(node) };
  // However long commands take, one press soon follows another.
  window.remote = new Remote({ recorder, privacy, document, now: () => 0 });
  window.heard = [];
  window.hear = (types, describe = (event) => event.type) => {
    for (const type of types) document.addEventListener(type, (event) => window.heard.push(describe(event)), true);
  };
  ${app}
  window.ready = true;
`;

export class RemotePage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #server: UiServer;
  readonly complaints: string[];

  private constructor(page: Page, context: BrowserContext, server: UiServer) {
    this.page = page;
    this.#context = context;
    this.#server = server;
    this.complaints = complaintsOf(page);
  }

  /** `app` runs as a module after the page has been parsed. */
  static async open(browser: Browser, { html = '', app = '', rules = {} }): Promise<RemotePage> {
    const server = await UiServer.start({
      source: source(app, rules),
      policy: "default-src 'self' 'unsafe-inline' 'unsafe-eval'",
      html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><style>body { margin: 8px }</style></head><body>${html}
        <script type="module" src="/ui.js"></script></body></html>`,
    });
    const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    const made = new RemotePage(await context.newPage(), context, server);
    await made.page.goto(server.url);
    await untilTrue(made.page, 'window.ready');
    return made;
  }

  /** What a command about the element comes to; parts of the path go through shadow roots and frames. */
  run(path: string, command: Omit<CobrowseCommand, 'node'> | object, capabilities = all): Promise<string | undefined> {
    return this.page.evaluate(
      `remote.run({ ...${JSON.stringify(command)}, node: numberOf(${JSON.stringify(path)}) }, ${JSON.stringify(capabilities)})`,
    );
  }

  move(path: string, x = 0.5, y = 0.5) {
    return this.run(path, { do: 'move', at: { x, y } });
  }

  press(path: string, x = 0.5, y = 0.5, button = 0) {
    return this.run(path, { do: 'down', at: { x, y }, button, modifiers: [] });
  }

  release(path: string, x = 0.5, y = 0.5, button = 0) {
    return this.run(path, { do: 'up', at: { x, y }, button, modifiers: [] });
  }

  async click(path: string, button = 0): Promise<string | undefined> {
    await this.move(path);
    return (await this.press(path, 0.5, 0.5, button)) ?? (await this.release(path, 0.5, 0.5, button));
  }

  type(path: string, text: string) {
    return this.run(path, { do: 'text', text });
  }

  key(path: string, key: string, modifiers: string[] = []) {
    return this.run(path, { do: 'key', key, code: key, modifiers });
  }

  /** What an expression of the page gives. */
  // biome-ignore lint/suspicious/noExplicitAny: a test compares it with what it expects.
  get(expression: string): Promise<any> {
    return this.page.evaluate(expression);
  }

  /** What the page heard since it was last asked. */
  heard(): Promise<unknown[]> {
    return this.page.evaluate('heard.splice(0)');
  }

  async close(): Promise<void> {
    await this.#context.close();
    this.#server.close();
  }
}
