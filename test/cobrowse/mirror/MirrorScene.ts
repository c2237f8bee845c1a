import type { Browser, BrowserContextOptions, LaunchOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchChromium } from '../../browser/chromium.ts';
import { type MirrorPage, MirrorStage } from './MirrorStage.ts';
import { type Files, SharedTab } from './SharedTab.ts';

/** What tests have in common: a browser, agents’ pages with a mirror in them, and a website whose pages visitors share. */
export class MirrorScene {
  #browser!: Browser;
  #stage!: MirrorStage;
  #site!: SharedTab;

  /** For the tests of a file or a group: there from the first to the last, and no page is left open after each. */
  static forTests(files: Files = {}, launch: LaunchOptions = {}): MirrorScene {
    const scene = new MirrorScene();
    beforeAll(async () => {
      [scene.#browser, scene.#stage, scene.#site] = await Promise.all([
        launchChromium(launch),
        MirrorStage.open(),
        SharedTab.serve(files),
      ]);
    });
    afterEach(() => scene.clear());
    afterAll(async () => {
      await scene.#browser?.close();
      await scene.#stage?.close();
      scene.#site?.close();
    });
    return scene;
  }

  get stage(): MirrorStage {
    return this.#stage;
  }

  mirror(options?: BrowserContextOptions): Promise<MirrorPage> {
    return this.#stage.page(this.#browser, options);
  }

  /** A visitor’s page that this mirror shows. */
  visitor(path: string, mirror: MirrorPage, rules?: object, options?: BrowserContextOptions): Promise<Page> {
    return this.#site.open(this.#browser, path, mirror, rules, options);
  }

  async clear(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }
}
