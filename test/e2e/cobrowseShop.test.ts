import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentHtml, Mirrored } from './Mirrored.ts';
import { PageHost } from './pages/PageHost.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let host: PageHost;
beforeAll(async () => {
  stage = await Stage.open();
  const { url } = stage.service;
  host = await PageHost.start(url, [() => ({ '/agent': { type: 'text/html', body: agentHtml(url) } })]);
});
afterAll(async () => {
  await stage.close();
  await host.close();
});

test('[E2ECO-1] the agent sees the demo shop as its customer does, from page to page', async () => {
  const visitor = await stage.person('', { viewport: { width: 800, height: 600 } });
  await visitor.goto(`${stage.service.url}/demo/`);
  await visitor.click('#sign-in');
  await visitor.click('[data-account="1001"]');
  await visitor.waitForSelector('html[data-tagged]');
  const login = { email: 'agent1@example.com', token: stage.service.token() };
  const agent = await Mirrored.agent(stage, `${host.url}/agent`, login);
  const mirrored = await Mirrored.ask(visitor, agent, 'john.doe@example.com');
  const same = (name: string) =>
    mirrored.same(`shop ${name}`, { masked: 'input:not([type=number]), textarea, select' });
  await visitor.mouse.move(795, 5);
  await same('home');
  await visitor.locator('[data-test=add-to-cart]').first().click();
  await same('put in');
  await visitor.evaluate(`document.querySelector('#products').scrollIntoView()`);
  await visitor.hover('article >> nth=1');
  await same('hovered');
  await visitor.click('article >> nth=1 >> a');
  await visitor.waitForSelector('#buy');
  await visitor.fill('[name=count]', '3');
  await visitor.click('[data-test=add-to-cart]');
  await visitor.waitForSelector('#added:not([hidden])');
  await same('product');
  await visitor.goto(`${stage.service.url}/demo/cart.html`);
  await same('cart');
  await visitor.setViewportSize({ width: 420, height: 700 });
  await same('on a phone');
  await visitor.click('#sign-out');
  await visitor.waitForSelector('#sign-in:not([hidden])');
  // Who signs out is somebody else: what was consented to is over.
  await expect.poll(() => mirrored.agent.evaluate('handle.reason')).toBeTruthy();
  expect(await part(visitor, 'revoke').count()).toBe(0);
}, 120_000);
