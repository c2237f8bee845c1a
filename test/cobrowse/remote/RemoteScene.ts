import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '#test/browser/chromium.ts';
import { RemotePage } from './RemotePage.ts';

/** A browser, and in it for each test a page that an agent acts in. */
export class RemoteScene {
  #browser!: Browser;
  #page: RemotePage | undefined;

  /** For the tests of a file: there from the first to the last; each page may leave no complaint. */
  static forTests(): RemoteScene {
    const scene = new RemoteScene();
    beforeAll(async () => {
      scene.#browser = await launchChromium();
    });
    afterEach(async () => {
      expect(scene.#page?.complaints).toEqual([]);
      await scene.#page?.close();
    });
    afterAll(() => scene.#browser?.close());
    return scene;
  }

  async open(options: Parameters<typeof RemotePage.open>[1]): Promise<RemotePage> {
    this.#page = await RemotePage.open(this.#browser, options);
    return this.#page;
  }
}
