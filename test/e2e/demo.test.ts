import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { part, Stage, showsMotion } from './Stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** A customer who opens the shop and signs in by its own dialog. */
async function customer(account: number): Promise<Page> {
  const page = await stage.person();
  await page.goto(`${stage.service.url}/demo/`);
  await page.click('#sign-in');
  await page.click(`[data-account="${account}"]`);
  await page.waitForSelector('html[data-tagged]');
  return page;
}

/** An agent who chooses who to be in the shop's back office. */
async function agent(email: string): Promise<Page> {
  const page = await stage.person();
  await page.goto(`${stage.service.url}/demo/agent/`);
  await page.click(`[data-agent="${email}"]`);
  await page.waitForSelector('#me:not([hidden])');
  return page;
}

/** The shop stands still; the picture of it has to change. */
const keepMoving = (page: Page) =>
  page.evaluate(
    `setInterval(() => (document.body.style.filter = 'hue-rotate(' + ((performance.now() / 5) % 360) + 'deg)'), 50)`,
  );

const john = 'john.doe@example.com';

test('[DEMO-1] seed 003’s table of active users starts a screen share with decoded, changing pictures', async () => {
  const [visitor, anna] = await Promise.all([customer(1001), agent('agent1@example.com')]);
  await anna.goto(`${stage.service.url}/demo/agent/users.html`);
  await anna.click(`tr[data-email="${john}"] [data-test="start"]`);
  await part(visitor, 'accept').click();
  await keepMoving(visitor);
  await showsMotion(anna);
  await anna.waitForSelector('#call-state[data-state="active"]');
  await part(visitor, 'end').first().click();
  await anna.waitForSelector('#call-state[data-state="ended"][data-reason="ended"]');
});

test('[DEMO-2] seed 003’s profile shows a Start button while the user is online, and the screen in the page', async () => {
  const anna = await agent('agent1@example.com');
  await anna.goto(`${stage.service.url}/demo/agent/profile.html?email=${john}`);
  await anna.waitForSelector('#offline:not([hidden])');
  expect(await anna.isVisible('#start')).toBe(false);
  const visitor = await customer(1001);
  await anna.click('#start');
  await part(visitor, 'accept').click();
  await keepMoving(visitor);
  await showsMotion(anna);
  expect(await anna.locator('#screen coview-widget').count()).toBe(1);
  await part(anna, 'end').first().click();
});

test('[DEMO-3] a customer assigned to another agent is not in the table; signing out takes the customer off it', async () => {
  const [visitor, ben] = await Promise.all([customer(1001), agent('agent2@example.com')]);
  const jane = await customer(1002);
  await ben.goto(`${stage.service.url}/demo/agent/users.html`);
  await ben.waitForSelector('tr[data-email="jane.roe@example.com"]');
  expect(await ben.locator(`tr[data-email="${john}"]`).count()).toBe(0);
  await jane.click('#sign-out');
  await ben.waitForSelector('tr[data-email="jane.roe@example.com"]', { state: 'detached' });
  await visitor.close();
});

test('[DESK-1] the link of the start page logs in by itself, hides its token, and the desk starts a share', async () => {
  const visitor = await customer(1002);
  const desk = await stage.person();
  await desk.goto(`${stage.service.url}/desk/?site=demo#token=${stage.service.token()}&visitors`);
  const row = desk.locator('[data-test="user"][data-email="jane.roe@example.com"]');
  await row.waitFor();
  expect(desk.url()).not.toContain('token');
  await row.locator('[data-test="start"]').click();
  await part(visitor, 'accept').click();
  await keepMoving(visitor);
  await showsMotion(desk);
  await desk.reload();
  await showsMotion(desk);
  await part(desk, 'end').first().click();
});
