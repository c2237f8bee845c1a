import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import type { Connection } from '#client/core/Connection.ts';
import { FakePage } from './FakePage.ts';
import { type RealProxy, type RealService, startProxy, startService } from './realService.ts';

/** A server behind a network that can be cut, for a file's tests; each test has a page of its own. */
export class RealSite {
  service!: RealService;
  proxy!: RealProxy;
  page!: FakePage;
  /** Closed when the test ends. */
  readonly open: Connection[] = [];

  static forTests(): RealSite {
    const site = new RealSite();
    beforeAll(async () => {
      site.service = await startService();
      site.proxy = await startProxy(Number(new URL(site.service.url).port));
    });
    afterAll(async () => {
      await site.proxy?.close();
      await site.service?.stop();
    });
    beforeEach(() => {
      site.page = new FakePage();
    });
    afterEach(async () => {
      vi.useRealTimers();
      for (const connection of site.open.splice(0)) connection.close();
      site.proxy.mend();
      site.proxy.silent = false;
      await new Promise((resolve) => setTimeout(resolve));
      vi.unstubAllGlobals();
    });
    return site;
  }

  get host(): string {
    return `http://127.0.0.1:${this.proxy.port}`;
  }
}
