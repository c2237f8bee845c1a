import type { Frame, Page } from 'playwright-core';

/**
 * Resolves when this is so in the page. What throws there, as a name that nobody has set yet, is not so yet. A promise
 * Playwright would take for true at once: `expect.poll` waits for what is asked.
 */
export async function untilTrue(page: Page | Frame, condition: string, timeout = 30_000): Promise<void> {
  const look = `() => {
    let so;
    try { so = ${condition}; } catch {}
    if (so instanceof Promise) throw new TypeError('A promise is always true.');
    return !!so;
  }`;
  await page.waitForFunction(look, undefined, { timeout }).catch(async (error: Error) => {
    const said = await page.evaluate(condition).catch(({ message }: Error) => message);
    throw new Error(`Not so: ${condition}. It says ${JSON.stringify(said)}. ${error.message}`, { cause: error });
  });
}
