import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { part, Stage } from './Stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const john = 'john.doe@example.com';

/** A customer who opens the shop and signs in by its own dialog. */
async function customer(): Promise<Page> {
  const page = await stage.person();
  await page.goto(`${stage.service.url}/demo/`);
  await page.click('#sign-in');
  await page.click('[data-account="1001"]');
  await page.waitForSelector('html[data-tagged]');
  return page;
}

async function openDesk(fragment = 'visitors', options = {}): Promise<Page> {
  const page = await stage.person('', options);
  await page.goto(`${stage.service.url}/desk/?site=demo#token=${stage.service.token()}&${fragment}`);
  return page;
}

/** Resolves when this stands in the visitor’s page, as the desk shows it. */
async function mirrored(desk: Page, text: string): Promise<void> {
  const shown = () => {
    const frames = desk.frames().filter((frame) => frame.url().includes('/cobrowse/viewer/'));
    const texts = frames.map((frame) => frame.evaluate<string>(`document.body?.innerText ?? ''`).catch(() => ''));
    return Promise.all(texts);
  };
  await expect.poll(async () => (await shown()).join('\n')).toContain(text);
}

test('[DESKCO-13] at the real desk: asked, declined, asked again, accepted, seen over navigation and reloads of both sides, helped in, revoked', async () => {
  const visitor = await customer();
  const desk = await openDesk();
  await desk.locator(`[data-email="${john}"] [data-test="cobrowse"]`).click();
  await part(visitor, 'decline').click();
  await part(desk, 'again').click();
  await part(visitor, 'accept').waitFor();
  expect(await part(desk, 'cobrowse').getAttribute('data-phase')).toBe('asking');
  await part(visitor, 'accept').click();
  await mirrored(desk, 'Tea');
  await expect.poll(() => part(desk, 'cobrowse').getAttribute('data-phase')).toBe('live');
  await visitor.goto(`${stage.service.url}/demo/cart.html`);
  await mirrored(desk, 'Your cart');
  await desk.reload();
  await mirrored(desk, 'Your cart');
  await part(desk, 'ask-control').click();
  await part(desk, 'ask').click();
  await part(visitor, 'accept').click();
  await part(desk, 'release').waitFor();
  await expect.poll(() => part(desk, 'cobrowse').getAttribute('data-mode')).toBe('control');
  await part(desk, 'address').fill('/demo/account.html');
  await part(desk, 'address').press('Enter');
  await visitor.waitForURL('**/demo/account.html');
  await mirrored(desk, 'Hello');
  await part(visitor, 'revoke').click();
  await expect.poll(() => part(desk, 'status').innerText()).toContain('stopped sharing');
}, 120_000);
