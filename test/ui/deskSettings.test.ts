import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
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
    await untilTrue(desk.page, 'held.length === 1');
    expect([await rules.isChecked(), await desk.part('position').inputValue()]).toEqual([true, 'left']);
    await desk.run(`held.shift().refuse({ code: 'FORBIDDEN' })`);
    await expect.poll(() => desk.part('position').inputValue()).toBe('right');
    expect(await rules.isChecked()).toBe(true);
  });

  it('[DESK-21] what is being typed stays when the answer to the change before it comes', async () => {
    await open('webchat');
    await desk.run(`{
      const ask = CV.rest.request;
      CV.rest.request = (...args) => new Promise((answer) => { window.reply = () => answer(ask(...args)); });
    }`);
    await desk.part('position').selectOption('left');
    const title = desk.page.getByLabel('Title', { exact: true });
    const distance = desk.page.getByLabel('Distance from the side');
    await title.fill('Ask Anna');
    await desk.run('reply()');
    await desk.part('outcome').getByText('Saved').waitFor();
    expect(await title.inputValue()).toBe('Ask Anna');
    await distance.fill('40');
    expect(await distance.inputValue()).toBe('40');
    await desk.run('reply()');
    await expect.poll(changes).toHaveLength(2);
    await desk.part('outcome').getByText('Saved').waitFor();
    expect(await distance.inputValue()).toBe('40');
    await distance.blur();
    await desk.run('reply()');
    await expect
      .poll(changes)
      .toEqual([
        'PUT site {"settings":{"widget":{"position":"left"}}}',
        'PUT site {"settings":{"widget":{"texts":{"en":{"title":"Ask Anna"}}}}}',
        'PUT site {"settings":{"widget":{"offset":{"x":40,"y":20}}}}',
      ]);
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

  it('[DESK-21] hours that end before they begin and a day that stands twice are told at their field', async () => {
    await open('hours');
    await desk.page.getByLabel('Always open').uncheck();
    const told = (field: Locator) => field.evaluate((input: { validationMessage: string }) => input.validationMessage);
    const end = desk.page.getByRole('group', { name: 'Monday' }).getByLabel('to', { exact: true });
    await end.fill('08:30');
    await desk.part('save-hours').click();
    expect(await told(end)).toBe('Has to be later than the beginning.');
    await end.fill('18:30');
    for (const at of [0, 1]) {
      await desk.page.getByRole('button', { name: 'Add a day' }).click();
      await desk.page.getByLabel('Date').nth(at).fill('2026-12-25');
    }
    await desk.part('save-hours').click();
    expect(await told(desk.page.getByLabel('Date').last())).toBe('This date stands there twice.');
    expect(await changes()).toEqual([]);
    await desk.page.getByLabel('Date').last().fill('2026-12-26');
    await desk.part('save-hours').click();
    await desk.part('outcome').getByText('Saved').waitFor();
  });

  it('[DESK-21] hours that could not be saved stay in the form', async () => {
    await open('hours');
    await desk.page.getByLabel('Always open').uncheck();
    await desk.page.getByLabel('Time zone').fill('Europe/Berlin');
    await desk.run(`window.put = rest['PUT site']; rest['PUT site'] = () => { throw { code: 'UNAVAILABLE' }; }`);
    await desk.part('save-hours').click();
    await desk.page.getByText('The server does not answer.').waitFor();
    expect(await desk.page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
    await desk.run(`rest['PUT site'] = put`);
    await desk.part('save-hours').click();
    await desk.part('outcome').getByText('Saved').waitFor();
    expect((await changes()).at(-1)).toContain('Europe/Berlin');
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
    await form.getByRole('button', { name: 'Add an action' }).click();
    await form.getByLabel('Action').last().selectOption('Offer co-browsing');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    expect(await changes()).toEqual([
      'POST action-rules {"name":"Second visit","enabled":true,"position":2,"conditions":[{"type":"visits","not":true,"count":3}],"actions":[{"type":"greet","text":"Welcome"},{"type":"offerCobrowse"}]}',
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

  it('[DESK-22] a rule cannot both show and hide; an address that the server refuses is told with what it has to be', async () => {
    await open('rules');
    await desk.part('new-rule').click();
    const form = desk.part('rule-form');
    await form.getByLabel('Name').fill('Both');
    await form.getByRole('button', { name: 'Add an action' }).click();
    const second = form.getByLabel('Action').last();
    await second.selectOption('hide');
    await form.getByRole('button', { name: 'Save' }).click();
    expect(await second.evaluate((field: { validationMessage: string }) => field.validationMessage)).toBe(
      'A rule cannot both show and hide the chat.',
    );
    expect(await changes()).toEqual([]);
    await desk.part('settings-webhooks').click();
    await desk.run(`rest['POST webhooks'] = () => { throw { code: 'INVALID_INPUT' }; }`);
    await desk.part('new-webhook').click();
    await desk.part('webhook-form').getByLabel('Address').fill('http://localhost/hook');
    await desk.part('webhook-form').getByRole('button', { name: 'Add' }).click();
    await desk.part('webhook-form').getByText('It has to begin with https://').waitFor();
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
    await desk.part('agent-row').first().waitFor();
    await desk.part('settings-webhooks').click();
    await desk.part('webhook').first().waitFor();
    expect(await desk.part('secret').count()).toBe(0);
    await desk.part('webhook').first().getByRole('button', { name: 'Delete' }).click();
    expect(await changes()).not.toContain('DELETE webhooks/wh_1');
    await desk.part('webhook').first().getByRole('button', { name: 'Delete for good?' }).click();
    await expect.poll(changes).toContain('DELETE webhooks/wh_1');
  });

  it('[DESK-24] a webhook’s address and events are changed in its place; the focus comes back', async () => {
    await open('webhooks');
    await desk.run(`{
      const { items } = rest['GET webhooks']();
      rest['GET webhooks'] = () => ({ items: items.map((one) => ({ ...one, events: [...one.events] })) });
      items[0].events = ['conversation.new', 'cobrowse.started', 'recording.ready'];
      rest['PATCH webhooks/wh_1'] = (body) => {
        if (body.url?.startsWith('http:')) throw { code: 'INVALID_INPUT' };
        return Object.assign(items[0], body);
      };
    }`);
    await desk.part('settings-keys').click();
    await desk.part('key').first().waitFor();
    await desk.part('settings-webhooks').click();
    const edit = desk.page.getByRole('button', { name: 'Edit https://shop.example/hook' });
    await edit.click();
    const form = desk.part('webhook-form');
    const address = form.getByLabel('Address');
    expect(await address.inputValue()).toBe('https://shop.example/hook');
    await form.locator('[name=url]:focus').waitFor();
    const checked = () =>
      form.locator('input:checked').evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    expect(await checked()).toEqual(['conversation.new', 'cobrowse.started', 'recording.ready']);
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'detached' });
    await desk.page.locator('[data-test=edit-webhook]:focus').waitFor();
    expect(await changes()).toEqual([]);

    await edit.press('Enter');
    await address.fill('http://shop.example/hook');
    await form.getByRole('checkbox', { name: 'call.ended' }).check();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('alert').getByText('The server does not accept this address.').waitFor();
    expect(await desk.page.getByText('The server does not accept this address.').count()).toBe(1);
    await address.fill('https://shop.example/new');
    await address.press('Enter');
    await form.waitFor({ state: 'detached' });
    expect((await changes()).at(-1)).toBe(
      'PATCH webhooks/wh_1 {"url":"https://shop.example/new","events":["conversation.new","call.ended","cobrowse.started","recording.ready"]}',
    );
    await desk.page.locator('[data-test=edit-webhook]:focus').press('Enter');
    for (const box of await form.getByRole('checkbox').all()) await box.uncheck();
    await form.getByRole('button', { name: 'Save' }).click();
    expect(await form.count()).toBe(1);
    const bubble = form.locator('[name=event]').first();
    expect(await bubble.evaluate((box) => (box as unknown as { validationMessage: string }).validationMessage)).toBe(
      'Choose at least one event.',
    );
    await form.getByRole('button', { name: 'Cancel' }).click();
    await desk.part('webhook').getByLabel('In force').check();
    await expect.poll(changes).toContain('PATCH webhooks/wh_1 {"enabled":true}');
  });

  it('[DESK-24] an open form tells of its own failures alone, and adds one webhook however often it is clicked', async () => {
    await open('webhooks');
    await desk.part('new-webhook').click();
    const form = desk.part('webhook-form');
    await desk.run(`
      rest['PATCH webhooks/wh_1'] = () => { throw { code: 'UNAVAILABLE' }; };
      const add = rest['POST webhooks'];
      rest['POST webhooks'] = (body) => new Promise((resolve) => { window.answerHook = () => resolve(add(body)); });`);
    await desk.part('webhook').getByLabel('In force').click();
    await desk.page.getByRole('alert').filter({ hasText: /./ }).waitFor();
    expect(await form.getByRole('alert').innerText()).toBe('');
    await form.getByLabel('Address').fill('https://shop.example/two');
    await form.getByRole('button', { name: 'Add' }).dblclick();
    expect(await form.getByRole('button', { name: 'Add' }).isDisabled()).toBe(true);
    await desk.run('answerHook()');
    await form.waitFor({ state: 'detached' });
    expect((await changes()).filter((one) => one.startsWith('POST webhooks'))).toHaveLength(1);
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
      await desk.part('edit-webhook').click();
      await desk.hasNoBarrier('a webhook that is edited');
      for (const section of ['keys', 'canned', 'agents']) {
        await desk.part(`settings-${section}`).click();
        await desk.hasNoBarrier(section);
      }
    });
  }
});
