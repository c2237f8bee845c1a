import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { ActiveUser } from '#protocol/presence.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { SilentProxy } from '#test/support/SilentProxy.ts';
import { TestService, type TestServiceOptions } from '#test/support/TestService.ts';

/** The page itself is what gets captured, in place of a picker that nobody could click on. */
const captureThisTab = `{
  const devices = navigator.mediaDevices;
  const capture = devices?.getDisplayMedia.bind(devices);
  window.pickerOpened = 0;
  if (devices) devices.getDisplayMedia = async (options) => {
    window.pickerOpened++;
    return (window.captured = await capture({ ...options, preferCurrentTab: true }));
  };
}`;

export interface Login {
  email: string;
  token: string;
}

/** A box that moves and changes colour: what is captured is different at every frame. */
const movingPicture = `<style>
  @keyframes run { from { transform: translateX(0); background: #c00 } to { transform: translateX(900px); background: #00c } }
  #box { width: 200px; height: 200px; animation: run 1s linear infinite alternate }
</style><div id="box"></div>`;

/** A service behind a wire that can be cut, a customer's website, and a real browser. */
export class Stage {
  service: TestService;
  /** Uncaught errors and what the pages' consoles called errors, since the last `clear`. */
  readonly complaints: string[] = [];
  readonly wire: SilentProxy;
  readonly host: HostPage;
  readonly #browser: Browser;
  readonly #options: TestServiceOptions;
  readonly #contexts: BrowserContext[] = [];
  readonly #agents: string[] = [];
  #count = 0;

  private constructor(
    service: TestService,
    wire: SilentProxy,
    host: HostPage,
    browser: Browser,
    options: TestServiceOptions,
  ) {
    this.service = service;
    this.wire = wire;
    this.host = host;
    this.#browser = browser;
    this.#options = options;
  }

  static async open(options: TestServiceOptions = {}): Promise<Stage> {
    const service = await TestService.start(options);
    const wire = await SilentProxy.to(service.coview.port);
    const [host, browser] = await Promise.all([
      HostPage.start(`http://localhost:${wire.port}/cdn/js/demo.js`, { head: movingPicture }),
      launchChromium({
        args: ['--auto-accept-this-tab-capture'],
        // With this one Chromium would hand out a made-up screen.
        ignoreDefaultArgs: ['--use-fake-ui-for-media-stream'],
      }),
    ]);
    return new Stage(service, wire, host, browser, options);
  }

  /** A new person at a browser of their own. `script` runs before the page's. */
  async person(script = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
    this.#contexts.push(context);
    await context.addInitScript(captureThisTab);
    if (script) await context.addInitScript(script);
    context.on('weberror', (thrown) => this.complaints.push(String(thrown.error())));
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    return context.newPage();
  }

  /** The customer's website, loaded; in a page that exists or in another tab of the same browser. */
  async load(page: Page): Promise<Page> {
    await page.goto(this.host.url);
    await untilTrue(page, 'window.CVLoaded === true');
    return page;
  }

  async tab(page: Page): Promise<Page> {
    return this.load(await page.context().newPage());
  }

  async visitor(tag: object, script = ''): Promise<Page> {
    const page = await this.load(await this.person(script));
    await page.evaluate(`CV.user.tag(${JSON.stringify(tag)})`);
    return page;
  }

  async agent(login?: Login, script = ''): Promise<Page> {
    const { email, token } = login ?? (await this.login());
    const page = await this.load(await this.person(script));
    await page.evaluate(`CV.rest.auth(${JSON.stringify(email)}, ${JSON.stringify(token)})`);
    return page;
  }

  /** A new agent each time. */
  async login(name = 'Anna Berg'): Promise<Login> {
    const email = `agent-${++this.#count}@example.com`;
    this.#agents.push(email);
    await this.service.rest('POST', 'agents', { email, name });
    return { email, token: await this.token(email) };
  }

  async token(email: string): Promise<string> {
    const issued = await this.service.rest('POST', `agents/${email}/token`);
    return ((await issued.json()) as { token: string }).token;
  }

  /** A tag of somebody new. */
  somebody(): { email: string; firstname: string; lastname: string } {
    return { email: `john-${++this.#count}@example.com`, firstname: 'John', lastname: 'Doe' };
  }

  /** The agent starts a screen share with the person of this email; the call is `window.call` there. */
  async start(agent: Page, email: string): Promise<ActiveUser> {
    const user = (await agent.evaluate(`CV.user.status(${JSON.stringify(email)})`)) as ActiveUser;
    await agent.evaluate(`void (window.call = CV.calling.startScreen(${JSON.stringify(user.visitorId)}))`);
    return user;
  }

  /** One call, accepted and showing pictures. */
  async call(login?: Login): Promise<{ visitor: Page; agent: Page; email: string }> {
    const tag = this.somebody();
    const [visitor, agent] = await Promise.all([this.visitor(tag), this.agent(login)]);
    await this.start(agent, tag.email);
    await part(visitor, 'accept').click();
    await showsMotion(agent);
    return { visitor, agent, email: tag.email };
  }

  /** The service stops and starts again at the same place, over the same data. */
  async restart(): Promise<void> {
    const { port } = this.service.coview;
    await this.service.stop({ keepData: true });
    this.service = await TestService.start({ ...this.#options, data: this.service.data, port });
  }

  /** Everybody goes home, and no call goes on; the service stays. */
  async clear(): Promise<void> {
    this.wire.mend();
    this.wire.silent = false;
    // A removed agent is gone at once, without the grace of a reload.
    for (const email of this.#agents.splice(0)) await this.service.rest('DELETE', `agents/${email}`);
    for (const context of this.#contexts.splice(0)) await context.close();
    this.complaints.length = 0;
  }

  async close(): Promise<void> {
    await this.clear();
    await this.#browser.close();
    await this.host.close();
    await this.wire.close();
    await this.service.stop();
  }
}

/** An element of the widget by its fixed name. */
export const part = (page: Page, name: string): Locator => page.locator(`coview-widget [data-cv="${name}"]`);

interface FrameSource {
  requestVideoFrameCallback(look: () => void): void;
}
declare const document: {
  createElement(name: 'canvas'): {
    width: number;
    height: number;
    getContext(kind: '2d'): {
      drawImage(from: FrameSource, x: number, y: number, width: number, height: number): void;
      getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
    };
  };
};

/** Resolves when the agent's panel has decoded frames of two different contents. */
export async function showsMotion(agent: Page): Promise<void> {
  // A function and not a string: a string would be looked at, never called.
  const untilMotion = (video: FrameSource) =>
    new Promise<void>((resolve) => {
      const canvas = document.createElement('canvas');
      canvas.width = 64;
      canvas.height = 36;
      const context = canvas.getContext('2d');
      let first: string | undefined;
      const look = () => {
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const picture = context.getImageData(0, 0, canvas.width, canvas.height).data.join();
        first ??= picture;
        if (picture === first) video.requestVideoFrameCallback(look);
        else resolve();
      };
      video.requestVideoFrameCallback(look);
    });
  await part(agent, 'video').evaluate(untilMotion as unknown as (element: unknown) => Promise<void>);
}

/** Resolves when `window.call` of the agent's page is in this state. */
export async function callIs(agent: Page, state: string, reason?: string): Promise<void> {
  const wanted = JSON.stringify([state, ...(reason ? [reason] : [])]);
  await untilTrue(agent, `JSON.stringify([call.state, ...(call.reason ? [call.reason] : [])]) === '${wanted}'`);
}
