import type { Browser, BrowserContextOptions } from 'playwright-core';
import { UiServer } from './UiServer.ts';
import { WidgetPage } from './WidgetPage.ts';

/** Screens by their plain fields: every callback notes its name and what it is given. */
const source = `
  import { CobrowseUi } from '#client/ui/cobrowse/visitor/CobrowseUi.tsx';
  import { AgentMarks } from '#client/ui/cobrowse/visitor/AgentMarks.ts';
  import { VisitorUi } from '#client/ui/VisitorUi.tsx';
  const note = (name) => (...given) => void window.called.push([name, ...given].join(' '));
  const names = ['accept', 'decline', 'end', 'dismiss', 'toggleHidden', 'grant', 'refuse'];
  const notes = Object.fromEntries(names.map((name) => [name, note(name)]));
  const ofControl = { stop: note('stopControl'), seen: () => void window.seen++ };
  const controlOf = ({ control }) => control && { control: { ...control, ...ofControl } };
  window.ready = CobrowseUi.load('auto').then((share) => Object.assign(window, { share }));
  Object.assign(window, {
    called: [],
    frames: 0,
    shifts: [],
    marks: new AgentMarks(),
    call: new VisitorUi({ language: 'auto' }),
    seen: 0,
    show: (...screens) => share.show(...screens.map((screen) => ({ ...notes, ...screen, ...controlOf(screen) }))),
    /** What the styles let move is no part of it. */
    fading: () => [...document.querySelectorAll('coview-widget')].flatMap(({ shadowRoot }) => shadowRoot.getAnimations())
      .filter((one) => one.constructor === Animation),
    boxOf: (node) => document.querySelector('#node' + node)?.getBoundingClientRect(),
  });
  const next = requestAnimationFrame;
  window.requestAnimationFrame = (act) => next((now) => { window.frames++; act(now); });
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => shifts.push(value)))
    .observe({ type: 'layout-shift', buffered: true });
`;

const html = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css"><script type="module" src="/ui.js"></script></head>
<body><main><h1>Travel bags</h1><p>Light, and made to last.</p><button id="node1">Put into the basket</button>
<p><label>Your name <input id="before"></label></p><iframe id="frame" src="/frame.html" title="A frame"></iframe>
<section id="tall"></section><p id="node2">Further down</p></main></body></html>`;
const css = `coview-widget { display: none; font-size: 60px; color: red } p { color: #444 }
  html { background: #fff } main { height: 3000px; padding: 24px 40px; font: 18px sans-serif } #tall { height: 1200px }
  button { padding: 12px 20px } iframe { width: 300px; height: 60px }`;
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; connect-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";

export const startCobrowseServer = (): Promise<UiServer> =>
  UiServer.start({
    source,
    html,
    policy,
    files: {
      '/page.css': ['text/css', css],
      '/frame.html': ['text/html', '<!doctype html><title>Frame</title><label>In the frame <input id="inner"></label>'],
    },
  });

export const sharing = {
  kind: 'sharing',
  agents: ['Anna Schmidt'],
  waiting: false,
  thisTab: true,
  connected: true,
  paused: false,
  hiddenShown: false,
};
export const control = { agent: 'Anna Schmidt', capabilities: ['pointer', 'scroll', 'type'] };
export const asked = {
  kind: 'control-asked',
  agent: 'Anna Schmidt',
  capabilities: ['pointer', 'scroll', 'type', 'select', 'navigate'],
};

/** A page of a visitor with the faces of co-browsing on it. */
export class CobrowsePage extends WidgetPage {
  static async open(browser: Browser, server: UiServer, options: BrowserContextOptions = {}): Promise<CobrowsePage> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const made = new CobrowsePage(await context.newPage(), context);
    await made.page.goto(server.url);
    await made.page.evaluate('ready.then(() => {})');
    return made;
  }

  /** What is not always there comes with a module of its own. */
  async show(...screens: Record<string, unknown>[]): Promise<void> {
    await this.page.evaluate(`show(...${JSON.stringify(screens)})`);
    const late = screens.flatMap(({ kind, control, code, waiting, connected }) => [
      ...(kind === 'offer' ? ['consent'] : []),
      ...(kind === 'control-asked' ? ['control-consent'] : []),
      ...(kind === 'over' ? ['dismiss'] : []),
      ...(control ? ['control'] : []),
      ...(code && waiting && connected ? ['code'] : []),
    ]);
    for (const name of late) await this.part(name).waitFor();
  }

  /** What fades stays as it is until `finish`: how long the test takes to look at it is nothing that it tells of. */
  async mark(agent: string, mark: Record<string, unknown>): Promise<void> {
    await this.page.evaluate(`{
      marks.mark(${JSON.stringify(agent)}, ${JSON.stringify(mark)}, boxOf);
      fading().forEach((one) => one.pause());
    }`);
  }

  /** Lets what fades come to its end. */
  async finish(): Promise<void> {
    await this.page.evaluate('fading().forEach((one) => one.finish())');
  }
}
