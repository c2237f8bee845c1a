import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ActiveUser } from '#protocol/presence.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { describePage, differentLines } from './describePage.ts';
import { type Box, differences } from './pictures.ts';
import { type Login, part, type Stage } from './Stage.ts';

const PLACE = '[scrollX, scrollY].map(Math.round)';

/** Where screenshots of both sides go, to be looked at. */
const folder = process.env['TEST_PICTURES'];

export interface Compared {
  /** A selector of what arrives as stars. */
  masked?: string;
  /** A selector of what cannot be the same: neither looked at nor into. */
  apart?: string;
  /** A selector of what is the same but for its finer colours. */
  rough?: string;
}

interface Root {
  shadowRoot: {
    querySelector(selector: string): { style: { visibility: string; outline: string }; getBoundingClientRect(): Box };
  };
}

/** An agent’s page with the panel in it, as wide as the mirror needs it. */
export const agentHtml = (coview: string): string =>
  `<!doctype html><html lang="en"><title>Agent</title><style>body { margin: 0 } #dock { width: 1100px; height: 860px }</style>
  <div id="dock"></div><script async src="${coview}/cdn/js/demo.js"></script>`;

/** A visitor’s page and one agent’s mirror of it. */
export class Mirrored {
  readonly visitor: Page;
  readonly agent: Page;

  constructor(visitor: Page, agent: Page) {
    this.visitor = visitor;
    this.agent = agent;
  }

  /** The agent asks, the visitor accepts, and the page is seen, one pixel for one. */
  static async share(stage: Stage, visitor: Page, agentUrl: string): Promise<Mirrored> {
    const tag = stage.somebody();
    await visitor.evaluate(`CV.user.tag(${JSON.stringify(tag)})`);
    return Mirrored.ask(visitor, await Mirrored.agent(stage, agentUrl), tag.email);
  }

  static async ask(visitor: Page, agent: Page, email: string): Promise<Mirrored> {
    const { visitorId } = (await agent.evaluate(`CV.user.status(${JSON.stringify(email)})`)) as ActiveUser;
    await agent.evaluate(`window.handle = CV.calling.startCobrowse(${JSON.stringify(visitorId)})`);
    await part(visitor, 'accept').click();
    return Mirrored.#shown(visitor, agent);
  }

  static async agent(stage: Stage, agentUrl: string, login?: Login): Promise<Page> {
    const { email, token } = login ?? (await stage.login());
    const agent = await stage.person('', { viewport: { width: 1300, height: 900 } });
    await agent.goto(agentUrl);
    await untilTrue(agent, 'window.CVLoaded === true');
    await agent.evaluate(`CV.rest.auth(${JSON.stringify(email)}, ${JSON.stringify(token)})`);
    return agent;
  }

  /** Another agent comes to watch. */
  async joined(stage: Stage, agentUrl: string): Promise<Mirrored> {
    const agent = await Mirrored.agent(stage, agentUrl);
    const id = await this.agent.evaluate('handle.id');
    await agent.evaluate(`window.handle = CV.cobrowse.join(${JSON.stringify(id)})`);
    return Mirrored.#shown(this.visitor, agent);
  }

  static async #shown(visitor: Page, agent: Page): Promise<Mirrored> {
    await agent.evaluate(`handle.attach(document.querySelector('#dock'))`);
    await agent.evaluate('handle.ready');
    await part(agent, 'zoom').click();
    await agent.mouse.move(1200, 880);
    return new Mirrored(visitor, agent);
  }

  /** The document with what was recorded, within one that only holds it. */
  get viewer(): Frame {
    const isViewer = (frame: Frame) => frame.url().includes('/cobrowse/viewer/');
    const holder = this.agent.mainFrame().childFrames().find(isViewer);
    const frame = holder?.childFrames().find((one) => one.url().endsWith('?1')) ?? holder;
    if (!frame) throw new Error('there is no mirror');
    return frame;
  }

  /** An element as it is shown to the agent. */
  shown(selector: string): Locator {
    return this.viewer.locator(selector);
  }

  /** Resolves when the mirror is what the page is, in its DOM and on screen. */
  async same(name: string, compared: Compared = {}): Promise<void> {
    await expect.poll(() => this.#differences(name, compared), { timeout: 100_000, interval: 100 }).toEqual([]);
  }

  async #differences(name: string, { masked = '', apart = '', rough = '' }: Compared): Promise<string[]> {
    try {
      // A large page that is looked at all the time cannot tell what it is: first what costs nothing.
      const places = await Promise.all([this.visitor, this.viewer].map((one) => one.evaluate<number[]>(PLACE)));
      if (String(places[0]) !== String(places[1])) return [`scrolled ${places.join(' | ')}`];
      const [page, mirror] = await Promise.all([
        describePage(this.visitor.mainFrame(), masked, apart),
        describePage(this.viewer, '', apart),
      ]);
      const lines = differentLines(page, mirror);
      if (lines.length > 0 && !folder) return lines;
      const [one, two] = await Promise.all([this.#pagePicture(), this.#mirrorPicture()]);
      if (folder) await keep(name, one, two);
      const blind = await this.#boxes([masked, apart].filter(Boolean).join());
      return [...lines, ...differences(one, two, blind, await this.#boxes(rough))];
    } catch (error) {
      // What is looked at may be on its way to another page.
      return [String(error)];
    }
  }

  /** Without the product’s own, which is not recorded. */
  async #pagePicture(): Promise<Buffer> {
    const own = async (style: string) => {
      const set = `for (const own of document.querySelectorAll('coview-widget')) for (const layer of own.shadowRoot.children) layer.style.cssText += '${style}'`;
      for (const frame of this.visitor.frames()) await frame.evaluate(set);
    };
    await own(';opacity:0!important');
    const picture = await this.visitor.screenshot({ caret: 'initial', animations: 'allow' });
    await own(';opacity:1!important');
    return picture;
  }

  /** Without the visitor’s pointer and the ring around what has the agent’s keyboard, which are no part of a page. */
  async #mirrorPicture(): Promise<Buffer> {
    const mirror = this.agent.locator('coview-widget [data-cv="mirror"]');
    const clip = await mirror.evaluate((element) => {
      const { shadowRoot } = element as unknown as Root;
      shadowRoot.querySelector('.overlay').style.visibility = 'hidden';
      shadowRoot.querySelector('.surface').style.outline = 'none';
      const { x, y, width, height } = shadowRoot.querySelector('iframe').getBoundingClientRect();
      return { x, y, width, height };
    });
    const picture = await this.agent.screenshot({ clip, caret: 'initial', animations: 'allow' });
    await mirror.evaluate((element) => {
      (element as unknown as Root).shadowRoot.querySelector('.overlay').style.visibility = '';
    });
    return picture;
  }

  #boxes(selector: string): Promise<Box[]> {
    if (!selector) return Promise.resolve([]);
    return this.visitor.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => element.getBoundingClientRect().toJSON())`,
    );
  }
}

async function keep(name: string, page: Buffer, mirror: Buffer): Promise<void> {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, name.replace(/[^\w-]+/g, '-'));
  await Promise.all([writeFile(`${file}-page.png`, page), writeFile(`${file}-mirror.png`, mirror)]);
}
