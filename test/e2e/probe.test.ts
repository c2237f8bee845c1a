import { afterAll, beforeAll, expect, test } from 'vitest';
import { HostPage } from '#test/support/HostPage.ts';
import { TestService } from '#test/support/TestService.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import type { Browser } from 'playwright-core';

let service: TestService, host: HostPage, browser: Browser;
beforeAll(async () => {
  service = await TestService.start();
  host = await HostPage.start(`${service.url}/cdn/js/demo.js`);
  browser = await launchChromium();
});
afterAll(async () => { await browser?.close(); await host?.close(); await service?.stop(); });

test('probe', async () => {
  const v = await (await browser.newContext()).newPage();
  const a = await (await browser.newContext()).newPage();
  for (const [n, p] of [['v', v], ['a', a]] as const) { p.on('console', (m) => console.log(n, m.type(), m.text())); p.on('pageerror', (e) => console.log(n, e)); }
  await v.goto(host.url);
  await a.goto(host.url);
  await v.waitForFunction('window.CV && window.CVLoaded');
  console.log(await v.evaluate(`CV.user.tag({email:'john@example.com', firstname:'John', lastname:'Doe'})`));
  await a.waitForFunction('window.CV');
  console.log(await a.evaluate(`CV.rest.auth('agent1@example.com', ${JSON.stringify(service.token())})`));
  const users: any = await a.evaluate(`CV.user.list()`);
  console.log(users);
  await a.evaluate(`void (window.call = CV.calling.startScreen(${JSON.stringify(users[0].visitorId)}))`);
  await v.locator('coview-widget [data-cv=accept]').waitFor();
  await v.screenshot({ path: '/tmp/v1.png' });
  await v.locator('coview-widget [data-cv=accept]').click();
  await a.evaluate(`call.ready`);
  const video = a.locator('coview-widget video[data-cv=video]');
  await video.waitFor();
  const frames = await video.evaluate((el: any) => new Promise((r) => { const f: any[] = []; const on = (_: any, m: any) => { f.push([m.width, m.height]); f.length > 5 ? r(f) : el.requestVideoFrameCallback(on); }; el.requestVideoFrameCallback(on); }));
  console.log(frames);
  await v.screenshot({ path: '/tmp/v2.png' });
  await a.screenshot({ path: '/tmp/a2.png' });
});
