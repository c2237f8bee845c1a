import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { ChatPage, startChatServer } from './ChatPage.ts';
import type { UiServer } from './UiServer.ts';

/** One server and one browser for a file's tests; each test's page ends with it. */
export class ChatStage {
  #server!: UiServer;
  #browser!: Browser;
  #ui: ChatPage | undefined;

  static forTests(): ChatStage {
    const stage = new ChatStage();
    beforeAll(async () => {
      [stage.#server, stage.#browser] = await Promise.all([startChatServer(), launchChromium()]);
    });
    afterAll(async () => {
      await stage.#browser?.close();
      stage.#server?.close();
    });
    afterEach(() => stage.#ui?.close());
    return stage;
  }

  async open(options?: Parameters<typeof ChatPage.open>[2]): Promise<ChatPage> {
    this.#ui = await ChatPage.open(this.#browser, this.#server, options);
    return this.#ui;
  }
}
