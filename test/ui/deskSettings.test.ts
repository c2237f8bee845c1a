import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { DeskPage } from './DeskPage.ts';
import { DeskServer } from './DeskServer.ts';

describe('the desk’s settings', () => {
  let server: DeskServer;
  let browser: Browser;
  let desk: DeskPage;

  const open = async (section: string, options?: BrowserContextOptions) => {
    desk = await DeskPage.open(browser, server, `token=token-admin&settings=${section}`, options);
    await desk.part('settings').waitFor();
    return desk;
  };
  const changes = async () => (await desk.asked()).filter((one) => !/^(GET|list)/.test(one));

  beforeAll(async () => {
    [server, browser] = await Promise.all([DeskServer.start(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  afterEach(() => desk?.close());

  it('[DESK-21] admins change the web chat; each change is kept at once, the rest stays', async () => {
    await open('webchat');
    await desk.page.getByLabel('As the action rules say').check();
    await desk.part('position').selectOption('left');
    await desk.page.getByLabel('Distance from the side').fill('40');
    await desk.page.getByLabel('Under the title').fill('We answer at once');
    await desk.page.getByLabel('Most chats').fill('5');
    await desk.page.getByLabel('Most chats').blur();
    await expect
      .poll(changes)
      .toEqual([
        'PUT site {"settings":{"chat":{"visibility":"rules"}}}',
        'PUT site {"settings":{"widget":{"position":"left"}}}',
        'PUT site {"settings":{"widget":{"offset":{"x":40,"y":20}}}}',
        'PUT site {"settings":{"widget":{"texts":{"en":{"title":"Ask us","subtitle":"We answer at once"}}}}}',
        'PUT site {"settings":{"routing":{"maxChats":5}}}',
      ]);
    await desk.part('outcome').getByText('Saved').waitFor();
  });

  it('[DESK-21] a change is shown before the server has it, and taken back if the server refuses', async () => {
    await open('webchat');
    await desk.run(`{
      const ask = CV.rest.request;
      window.held = [];
      CV.rest.request = (...args) => new Promise((answer, refuse) => held.push({ answer: () => answer(ask(...args)), refuse }));
    }`);
    const rules = desk.page.getByLabel('As the action rules say');
    await rules.check();
    await desk.part('position').selectOption('left');
    expect([await rules.isChecked(), await desk.part('position').inputValue()]).toEqual([true, 'left']);
    await desk.run('held.shift().answer()');
    await desk.page.waitForFunction('held.length === 1');
    expect([await rules.isChecked(), await desk.part('position').inputValue()]).toEqual([true, 'left']);
    await desk.run(`held.shift().refuse({ code: 'FORBIDDEN' })`);
    await expect.poll(() => desk.part('position').inputValue()).toBe('right');
    expect(await rules.isChecked()).toBe(true);
  });

  it('[DESK-21] opening hours by day with holidays; a time zone that is none is not sent', async () => {
    await open('hours');
    await desk.page.getByLabel('Always open').uncheck();
    await desk.page.getByLabel('Time zone').fill('Europe/Atlantis');
    await desk.part('save-hours').click();
    await desk.page.getByText('There is no such time zone').waitFor();
    expect(await changes()).toEqual([]);
    await desk.page.getByLabel('Time zone').fill('Europe/Berlin');
    await desk.page.getByRole('group', { name: 'Saturday' }).getByRole('button').click();
    await desk.page.getByRole('button', { name: 'Add a day' }).click();
    await desk.page.getByLabel('Date').fill('2026-12-25');
    await desk.part('save-hours').click();
    await expect.poll(changes).toHaveLength(1);
    const sent = JSON.parse((await changes())[0]?.slice('PUT site '.length) ?? '{}').settings.openingHours;
    const usual = [{ from: '09:00', to: '17:00' }];
    expect(sent).toMatchObject({
      timeZone: 'Europe/Berlin',
      week: { mon: usual, sat: usual },
      holidays: [{ date: '2026-12-25' }],
    });
    expect(sent.week.sun).toBeUndefined();
  });

  it('[DESK-22] action rules are written by rows, ordered, switched, exported and imported', async () => {
    await open('rules');
    await desk.part('rule').first().waitFor();
    expect(await desk.part('rule').first().innerText()).toContain(
      'Address matches */checkout*, On the page for 20 seconds →',
    );
    await desk.part('new-rule').click();
    const form = desk.part('rule-form');
    await form.getByLabel('Name').fill('Second visit');
    await form.getByRole('button', { name: 'Add a condition' }).click();
    await form.getByLabel('Condition').selectOption('visits');
    await form.getByLabel('Value').fill('3');
    await form.getByLabel('not').check();
    await form.getByLabel('Action').selectOption('greet');
    await form.getByLabel('Text of the greeting').fill('Welcome');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    expect(await changes()).toEqual([
      'POST action-rules {"name":"Second visit","enabled":true,"position":2,"conditions":[{"type":"visits","not":true,"count":3}],"actions":[{"type":"greet","text":"Welcome"}]}',
    ]);
    await desk.page.getByRole('button', { name: 'Move up: Hide at night' }).click();
    await expect.poll(changes).toContain('PATCH action-rules/r_1 {"position":1}');
    const file = desk.page.waitForEvent('download');
    await desk.part('export-rules').click();
    expect((await file).suggestedFilename()).toBe('coview-rules-demo.json');
    const json = (text: string) => ({ name: 'rules.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await desk.part('rules-file').setInputFiles(json('{"no":"rules"}'));
    await desk.page.getByText('This file holds no action rules.').waitFor();
    await desk.part('rules-file').setInputFiles(json('{"version":1,"rules":[]}'));
    await expect.poll(changes).toContain('POST action-rules/import {"version":1,"rules":[],"replace":false}');
  });

  it('[DESK-22] a webhook shows its secret once, its deliveries with what failed, and is tested', async () => {
    await open('webhooks');
    const hook = desk.part('webhook').first();
    await hook.getByText('410 Gone').waitFor();
    await hook.locator('[data-test=test-webhook]').click();
    await hook.getByText('Test: Given up. The address is private.').waitFor();
    await hook.locator('[data-test=deliveries]').click();
    await desk.part('delivery').getByText('The target answered 500.').waitFor();
    await hook.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(changes).toContain('POST webhooks/wh_1/deliveries/dl_1/retry');
    await desk.part('new-webhook').click();
    await desk.page.getByLabel('Address').fill('https://shop.example/two');
    await desk.part('webhook-form').getByRole('button', { name: 'Add' }).click();
    await desk.part('secret').getByText('whsec_only-once').waitFor();
    await desk.part('settings-agents').click();
    await desk.part('settings-webhooks').click();
    await desk.part('webhook').first().waitFor();
    expect(await desk.part('secret').count()).toBe(0);
    await desk.part('webhook').first().getByRole('button', { name: 'Delete' }).click();
    expect(await changes()).not.toContain('DELETE webhooks/wh_1');
    await desk.part('webhook').first().getByRole('button', { name: 'Delete for good?' }).click();
    await expect.poll(changes).toContain('DELETE webhooks/wh_1');
  });

  it('[DESK-22] an identity key shows its secret once; agents are listed with state and load', async () => {
    await open('keys');
    await desk.part('new-key').click();
    await desk.page.getByLabel('Key id').fill('shop-2027');
    await desk.page.getByRole('button', { name: 'Add' }).click();
    await desk.part('secret').waitFor();
    expect(await changes()).toContain('POST identity-keys {"kid":"shop-2027","algorithm":"HS256"}');
    await desk.part('settings-agents').click();
    await expect.poll(() => desk.part('agent-row').count()).toBe(4);
    expect(await desk.part('agent-row').nth(1).innerText()).toMatch(/Ben Cole[\s\S]*online · 1 chat/);
  });

  for (const options of [
    {},
    { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 390, height: 844 } },
  ] as const) {
    it(`[DESK-7] no barriers in the settings, ${JSON.stringify(options)}`, async () => {
      await open('webchat', { ...options, bypassCSP: true });
      await desk.part('color').waitFor();
      await desk.hasNoBarrier('webchat');
      await desk.part('settings-hours').click();
      await desk.page.getByRole('checkbox').first().uncheck();
      await desk.hasNoBarrier('hours');
      await desk.part('settings-rules').click();
      await desk.part('rule').first().getByRole('button').nth(2).click();
      await desk.hasNoBarrier('rules');
      await desk.part('settings-webhooks').click();
      await desk.part('deliveries').click();
      await desk.part('delivery').first().waitFor();
      await desk.part('new-webhook').click();
      await desk.hasNoBarrier('webhooks');
      for (const section of ['keys', 'canned', 'agents']) {
        await desk.part(`settings-${section}`).click();
        await desk.hasNoBarrier(section);
      }
    });
  }
});
