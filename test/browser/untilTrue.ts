import { setTimeout } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';

/** Between two looks, in milliseconds. */
const INTERVAL = 20;

/**
 * Resolves when this is so in the page. What throws there, as a name that nobody has set yet, is not so yet. Asked from
 * here: Playwright's `waitForFunction` takes promises and functions for true, and a page's strict policy stops it.
 */
export async function untilTrue(page: Page | Frame, condition: string, timeout = 30_000): Promise<void> {
  const look = `(async () => {
    try { return [!!(await (${condition}))]; } catch ({ message }) { return [false, message]; }
  })()`;
  const end = performance.now() + timeout;
  for (;;) {
    // A page that is on its way elsewhere does not answer.
    const looked = page.evaluate<[boolean, string?]>(look);
    const [isSo, said = isSo] = await looked.catch(({ message }: Error): [boolean, string] => [false, message]);
    if (isSo) return;
    if (performance.now() > end) throw new Error(`Not so within ${timeout} ms: ${condition}. It says: ${said}`);
    await setTimeout(INTERVAL);
  }
}
