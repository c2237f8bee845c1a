import type { Frame, Page } from 'playwright-core';

/** Resolves when this is so in the page. What throws there, as a name that nobody has set yet, is not so yet. */
export async function untilTrue(page: Page | Frame, condition: string, timeout = 30_000): Promise<void> {
  const so = `(async () => { try { return !!(await (${condition})); } catch { return false; } })()`;
  await page.waitForFunction(so, undefined, { timeout }).catch(async (error: Error) => {
    const said = await page.evaluate(condition).catch(({ message }: Error) => message);
    throw new Error(`Not so: ${condition}. It says ${JSON.stringify(said)}. ${error.message}`, { cause: error });
  });
}
