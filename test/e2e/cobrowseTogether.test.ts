import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { agentHtml, Mirrored } from './Mirrored.ts';
import { components } from './pages/components.ts';
import { order } from './pages/order.ts';
import { PageHost } from './pages/PageHost.ts';
import { react } from './pages/react.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let host: PageHost;
beforeAll(async () => {
  stage = await Stage.open();
  const { url } = stage.service;
  const agent = { type: 'text/html', body: agentHtml(url) };
  host = await PageHost.start(url, [components.files, react.files, order, () => ({ '/agent': agent })]);
  const privacy = { maskAll: false, mask: [], unmask: ['#search', '.order *'], block: [] };
  await stage.service.rest('PUT', 'site', { settings: { cobrowse: { privacy } } });
});
afterEach(() => stage.clear());
afterAll(async () => {
  await stage.close();
  await host.close();
});

async function open(path: string, page?: Page): Promise<Page> {
  const visitor = page ?? (await stage.person('', { viewport: { width: 800, height: 600 } }));
  await visitor.goto(`${host.url}${path}`);
  await untilTrue(visitor, 'window.CVLoaded === true');
  return visitor;
}

/** Headless browsers hold every tab for the one in front. */
const show = (page: Page, state: 'visible' | 'hidden') =>
  page.evaluate(`{
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }`);

test('[E2ECO-2] who comes late sees the same, also when the first has left', async () => {
  const visitor = await open('/react');
  const first = await Mirrored.share(stage, visitor, `${host.url}/agent`);
  await visitor.click('#birch button');
  await visitor.click('#turn');
  await visitor.mouse.move(790, 590);
  const second = await first.joined(stage, `${host.url}/agent`);
  await first.same('first');
  await second.same('late');
  await visitor.click('#open');
  await first.same('first, changed');
  await second.same('late, changed');
  await first.agent.evaluate('handle.leave()');
  await visitor.locator('#search').pressSequentially('a');
  await second.same('late, alone');
}, 120_000);

test('[E2ECO-3] the tab in front is shown, and the other again when it comes back', async () => {
  const visitor = await open('/react');
  const mirrored = await Mirrored.share(stage, visitor, `${host.url}/agent`);
  const other = await open('/components', await visitor.context().newPage());
  await other.setViewportSize({ width: 800, height: 600 });
  await show(visitor, 'hidden');
  await new Mirrored(other, mirrored.agent).same('other tab');
  await visitor.evaluate(`document.querySelector('#turn').click()`);
  await show(other, 'hidden');
  await show(visitor, 'visible');
  await mirrored.same('first tab again');
  await other.close();
  await visitor.click('#open');
  await mirrored.same('the only tab');
}, 120_000);

test('[E2ECO-4] an agent fills in a form by mouse and keyboard over the mirror, but for its password, and sends it', async () => {
  const visitor = await open('/order');
  const mirrored = await Mirrored.share(stage, visitor, `${host.url}/agent`);
  const { agent } = mirrored;
  await part(agent, 'ask-control').click();
  await part(agent, 'ask').click();
  await part(visitor, 'accept').click();
  await part(agent, 'release').waitFor();
  expect(await part(agent, 'cobrowse').innerText()).not.toContain('did not allow');
  const click = async (selector: string) => {
    const box = await mirrored.shown(selector).boundingBox();
    if (!box) throw new Error(`${selector} is not shown`);
    await agent.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  };
  const value = (name: string) => expect.poll(() => visitor.inputValue(`[name=${name}]`));
  await click('#name');
  await agent.keyboard.type('Jane Doe');
  await value('name').toBe('Jane Doe');
  await agent.keyboard.press('Backspace');
  await agent.keyboard.press('Home');
  await agent.keyboard.type('Dr. ');
  await value('name').toBe('Dr. Jane Do');
  await agent.keyboard.press('Tab');
  await agent.keyboard.type('Ring');
  await agent.keyboard.press('Enter');
  await agent.keyboard.type('twice');
  await value('note').toBe('Ring\ntwice');
  await click('#gift');
  await expect.poll(() => visitor.isChecked('[name=gift]')).toBe(true);
  await click('#day');
  await part(agent, 'mirror-field').waitFor();
  await part(agent, 'mirror-field').fill('2026-11-21');
  await value('day').toBe('2026-11-21');
  await click('#size');
  await agent.getByRole('option', { name: 'large' }).click();
  await value('size').toBe('large');
  await click('#password');
  await agent.keyboard.type('stolen');
  await visitor.mouse.move(790, 590);
  await mirrored.same('filled in', { masked: '[type=password]' });
  expect(await visitor.inputValue('[name=password]')).toBe('');
  await click('button');
  await visitor.waitForURL('**/thanks?*');
  const sent = Object.fromEntries(new URL(visitor.url()).searchParams);
  expect(sent).toEqual({
    name: 'Dr. Jane Do',
    note: 'Ring\r\ntwice',
    gift: 'yes',
    size: 'large',
    day: '2026-11-21',
    password: '',
  });
  await mirrored.shown('h1:text("Thank you")').waitFor();
}, 120_000);
