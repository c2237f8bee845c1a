import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What somebody does in the demo shop in about half a minute, at the pace of a hand. */
export async function shopVisit(page: Page): Promise<void> {
  await wander(page, 300, 200);
  await scroll(page, 500);
  await clickOn(page, '[data-product="morning-hill"] [data-test="add-to-cart"]');
  await wander(page, 900, 500);
  await clickOn(page, '[data-product="orchard"] [data-test="add-to-cart"]');
  await scroll(page, 400);
  await scroll(page, -300);
  await clickOn(page, '[data-product="garden-mint"] .name');
  await page.waitForURL('**/product.html*');
  await sleep(1500);
  await wander(page, 500, 300);
  await clickOn(page, 'input[name="count"]');
  await page.keyboard.press('ControlOrMeta+A');
  await write(page, '3');
  await clickOn(page, '[data-test="add-to-cart"]');
  await scroll(page, 200);
  await clickOn(page, 'nav a[href="cart.html"]');
  await page.waitForURL('**/cart.html');
  await sleep(1500);
  await wander(page, 700, 400);
  const fields = { name: 'Mia Chen', email: 'mia.chen@example.com', street: '88 Harbour Road', city: 'Dublin' };
  for (const [name, text] of Object.entries(fields)) {
    await clickOn(page, `#checkout [name="${name}"]`);
    await write(page, text);
  }
  await scroll(page, 300);
  await clickOn(page, '#checkout button[type="submit"]');
  await page.waitForSelector('#thanks:not([hidden])');
  await sleep(1000);
}

/** A hand takes its time, and the pointer tells of it some sixty times a second. */
async function wander(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(x - 200, y - 80);
  for (let step = 1; step <= 20; step++) {
    await page.mouse.move(x - 200 + (200 * step) / 20, y - 80 + 80 * Math.sin(step / 13));
    await sleep(16);
  }
}

async function scroll(page: Page, by: number): Promise<void> {
  for (let step = 0; step < 10; step++) {
    await page.mouse.wheel(0, by / 10);
    await sleep(50);
  }
  await sleep(300);
}

async function clickOn(page: Page, selector: string): Promise<void> {
  const target = page.locator(selector).first();
  await target.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, width = 0, height = 0 } = (await target.boundingBox()) ?? {};
  await wander(page, x + width / 2, y + height / 2);
  await target.click();
  await sleep(300);
}

async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text, { delay: 90 });
  await sleep(200);
}
