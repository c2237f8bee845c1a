import type { Page } from 'playwright-core';

/** CSP violations, logged errors and uncaught ones of a page from now on, in the browser's own words. */
export function complaintsOf(page: Page, complaints: string[] = []): string[] {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}
