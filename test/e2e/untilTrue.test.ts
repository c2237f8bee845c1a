import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#test/browser/chromium.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage();
  // A page that forbids `eval`, as those with a strict policy do.
  await page.route('**', (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': "default-src 'none'" } }),
  );
  await page.goto('http://shop.test/');
});
afterAll(() => browser.close());

test('[HOUSE-6] a test that waits for what a page says goes on no sooner', async () => {
  await page.evaluate(`void setTimeout(() => (window.said = { done: true }), 300)`);
  await untilTrue(page, 'said.done');
  expect(await page.evaluate('said')).toEqual({ done: true });
  await untilTrue(page, `said.done && (() => true)`);
  await expect(untilTrue(page, 'said.done === false', 200)).rejects.toThrow('It says: false');
  await expect(untilTrue(page, 'nobody.said', 200)).rejects.toThrow('nobody is not defined');
  await expect(untilTrue(page, 'Promise.resolve(false)', 200)).rejects.toThrow('It says: false');
});

test('[HOUSE-6] it waits over a change of page', async () => {
  await page.evaluate(`void setTimeout(() => location.assign('/other'), 100)`);
  await untilTrue(page, `location.pathname === '/other'`);
  expect(page.url()).toBe('http://shop.test/other');
});
