import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { DeskPage } from './DeskPage.ts';
import { DeskServer } from './DeskServer.ts';

/** One server and one browser for a file's tests; each test's page ends with it. */
export class DeskStage {
  #server!: DeskServer;
  #browser!: Browser;
  #desk: DeskPage | undefined;

  static forTests(): DeskStage {
    const stage = new DeskStage();
    beforeAll(async () => {
      [stage.#server, stage.#browser] = await Promise.all([DeskServer.start(), launchChromium()]);
    });
    afterAll(async () => {
      await stage.#browser?.close();
      stage.#server?.close();
    });
    afterEach(() => stage.#desk?.close());
    return stage;
  }

  async open(fragment?: string, options?: BrowserContextOptions, before?: string): Promise<DeskPage> {
    this.#desk = await DeskPage.open(this.#browser, this.#server, fragment, options, before);
    return this.#desk;
  }

  /** The desk with a conversation open. */
  async chat(options?: BrowserContextOptions): Promise<DeskPage> {
    const desk = await this.open('token=token-1&conversation=cn_1', options);
    await desk.message('Where is my order?').waitFor();
    return desk;
  }
}
