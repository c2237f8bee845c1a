import type { Browser, Page } from 'playwright-core';
import { UiServer } from '#test/ui/UiServer.ts';
import { shopMarkup } from './shopMarkup.ts';

export const PAGE_SIZES = [1_000, 10_000, 50_000];

/** Pages of these sizes, at `/SIZE`, that either can record. */
export function servePages(): Promise<UiServer> {
  const html = (size: number) =>
    `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${shopMarkup(size)}<script type="module" src="/ui.js"></script></body></html>`;
  return UiServer.start({
    source: `import '#bench/cobrowse/page/recorders.ts';`,
    policy: '',
    files: Object.fromEntries(PAGE_SIZES.map((size) => [`/${size}`, ['text/html', html(size)] as const])),
  });
}

/** In a context, and so in a process, of its own. */
export async function openPage(browser: Browser, pages: UiServer, size: number): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await page.goto(`${pages.url}${size}`);
  await page.waitForFunction('window.page');
  return page;
}
