import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NewRule } from '#protocol/rules.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
});
afterEach(async () => {
  await stage.clear();
  await rules();
  await visibility('visible');
  await stage.service.rest('PUT', 'site', { settings: { openingHours: null } });
});
afterAll(() => stage.close());

const visibility = (visibility: 'visible' | 'hidden' | 'rules') =>
  stage.service.rest('PUT', 'webchat/visibility', { visibility });

/** The site has these rules and no others. */
async function rules(...all: Pick<NewRule, 'conditions' | 'actions'>[]): Promise<void> {
  const named = all.map((rule, position) => ({ name: `Rule ${position + 1}`, position, ...rule }));
  const answer = await stage.service.rest('POST', 'action-rules/import', { version: 1, rules: named, replace: true });
  expect(answer.status).toBe(201);
}

/** What a page is told by `CV.api.shouldShowWebchat`, by its callbacks. */
const shown = (page: Page) =>
  page.evaluate(`new Promise((done) => CV.api.shouldShowWebchat(() => done('yes'), () => done('no')))`);

const matched = (page: Page) => page.evaluate('CV.api.hasActionRuleMatched()');

/** Resolves when the rules are known, and what they wait for has happened. */
async function stuck(page: Page): Promise<void> {
  await matched(page);
  await page.evaluate(`dispatchEvent(new Event('stuck'))`);
}

test('[E2ECHAT-31] CV.api tells which agents are there, whether to show the chat and when, as agents come and go', async () => {
  await rules({ conditions: [{ type: 'agentOnline', not: false }], actions: [{ type: 'show' }] });
  await visibility('rules');
  const visitor = await stage.load(await stage.person());
  const api = () => visitor.evaluate(`CV.api.isAgentOnline()`);
  expect(await api()).toBe(false);
  expect(await shown(visitor)).toBe('no');
  expect(await part(visitor, 'launcher').count()).toBe(0);
  await visitor.evaluate(
    `window.asked = []; window.undo = CV.api.shouldShowWebchatInterval(() => asked.push('yes'), () => asked.push('no'));
      undo.then((show) => (window.answered = show));
      window.left = CV.api.shouldShowWebchatInterval(() => asked.push('too many')); left(); void 0`,
  );
  await untilTrue(visitor, `asked.length > 0`);

  const { desk, login } = await chat.deskOf();
  await part(visitor, 'launcher').waitFor();
  expect(await api()).toBe(true);
  expect(await shown(visitor)).toBe('yes');
  await untilTrue(visitor, `asked.includes('yes')`);
  expect(await visitor.evaluate('Promise.all([undo, left, window.answered])')).toEqual([true, false, true]);
  const asked = (await visitor.evaluate('asked')) as string[];
  expect(asked[0]).toBe('no');
  expect(asked.indexOf('yes')).toBe(asked.length - 1);

  await desk.locator('[data-test="availability"]').click();
  await part(visitor, 'launcher').waitFor({ state: 'detached' });
  expect(await api()).toBe(false);
  await desk.locator('[data-test="availability"]').click();
  await part(visitor, 'launcher').waitFor();
  // REST wins over the rules, live.
  await visibility('hidden');
  await part(visitor, 'launcher').waitFor({ state: 'detached' });
  await visibility('rules');
  await part(visitor, 'launcher').waitFor();
  // An open window does not go when the agent does.
  await chat.open(visitor);
  await stage.service.rest('DELETE', `agents/${login.email}`);
  await expect.poll(api).toBe(false);
  await chat.write(visitor, 'Still here?');
  await chat.is(visitor, 'Still here?', 'sent');
});

test('[E2ECHAT-32] after a minute on the page the chat opens with a greeting, which stands before the answer; once a page view', async () => {
  await rules({
    conditions: [{ type: 'secondsOnPage', seconds: 60, not: false }],
    actions: [{ type: 'greet', text: 'May I help you choose?' }, { type: 'open' }],
  });
  await visibility('rules');
  const visitor = await stage.person();
  // Its minute begins when it is loaded, however long that takes.
  const began = Date.parse('2026-01-01');
  await visitor.clock.install({ time: began });
  await stage.load(visitor);
  const { email } = stage.somebody();
  await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
  await part(visitor, 'launcher').waitFor();
  await visitor.clock.pauseAt(began + 50_000);
  await visitor.clock.runFor(2_000);
  expect(await part(visitor, 'panel').count()).toBe(0);
  await visitor.clock.fastForward(58_000);
  await visitor.clock.runFor(2_000);
  await visitor.clock.resume();
  await part(visitor, 'panel').waitFor();
  await chat.shows(visitor, ['May I help you choose?']);
  await part(visitor, 'close').click();
  await visitor.clock.runFor(70_000);
  expect(await part(visitor, 'panel').count()).toBe(0);
  await chat.open(visitor);
  await chat.write(visitor, 'Yes, please');
  await chat.shows(visitor, ['May I help you choose?', 'Yes, please']);
  await chat.is(visitor, 'Yes, please', 'sent');
  expect(await chat.kept(await chat.conversation(email))).toEqual(['May I help you choose?', 'Yes, please']);
});

test('[E2ECHAT-33] JavaScript events of the page, its address and visits decide, and the page is told which rules matched', async () => {
  await rules(
    { conditions: [{ type: 'javascriptEvent', name: 'basket-filled', not: false }], actions: [{ type: 'show' }] },
    {
      conditions: [
        { type: 'url', pattern: '*/checkout', not: false },
        { type: 'visits', count: 2, not: false },
      ],
      actions: [{ type: 'show' }, { type: 'greet', text: 'Stuck?' }],
    },
  );
  await visibility('rules');
  const visitor = await stage.load(await stage.person());
  await visitor.evaluate(`window.told = []; CV.on('rule', (detail) => told.push(detail)); void 0`);
  expect(await matched(visitor)).toEqual([]);
  expect(await shown(visitor)).toBe('no');
  await visitor.evaluate(`document.body.dispatchEvent(new Event('basket-filled', { bubbles: true }))`);
  expect(await matched(visitor)).toEqual([]);
  await visitor.evaluate(`dispatchEvent(new Event('basket-filled'))`);
  await part(visitor, 'launcher').waitFor();
  expect(await matched(visitor)).toEqual(['basket-filled']);
  expect(await visitor.evaluate('told')).toEqual([{ matched: ['basket-filled'] }]);

  // Another address is another view, where nothing has happened yet.
  await visitor.evaluate(`history.pushState({}, '', '/checkout')`);
  await part(visitor, 'launcher').waitFor({ state: 'detached' });
  await visitor.reload();
  await part(visitor, 'launcher').waitFor();
  await expect.poll(() => chat.badge(visitor)).toBe('1');
  await chat.open(visitor);
  await chat.shows(visitor, ['Stuck?']);
  await expect.poll(() => chat.badge(visitor)).toBe('');
  await visitor.goto(`${stage.host.url}checkout?step=2#top`);
  await part(visitor, 'panel').waitFor();
  expect(await shown(visitor)).toBe('yes');
});

test('[WRULE-31] rules greet and open, and tell the page, under the usual visibility; hidden they only tell', async () => {
  await rules({
    conditions: [{ type: 'javascriptEvent', name: 'stuck', not: false }],
    actions: [{ type: 'greet', text: 'Need a hand?' }, { type: 'open' }],
  });
  await visibility('hidden');
  const visitor = await stage.load(await stage.person());
  await stuck(visitor);
  expect(await matched(visitor)).toEqual(['stuck']);
  expect(await shown(visitor)).toBe('no');
  expect(await part(visitor, 'launcher').count()).toBe(0);
  await visibility('visible');
  await part(visitor, 'panel').waitFor();
  await chat.shows(visitor, ['Need a hand?']);
  expect(await matched(visitor)).toEqual(['stuck']);
  const other = await stage.load(await stage.person());
  await part(other, 'launcher').waitFor();
  await stuck(other);
  await part(other, 'panel').waitFor();
  await chat.shows(other, ['Need a hand?']);
});

test('[WRULE-34] a greeting waits while the page hides the chat', async () => {
  await rules({
    conditions: [{ type: 'javascriptEvent', name: 'stuck', not: false }],
    actions: [{ type: 'greet', text: 'Need a hand?' }, { type: 'open' }],
  });
  const visitor = await stage.load(await stage.person());
  await visitor.evaluate('CV.chat.hide()');
  await stuck(visitor);
  await expect.poll(() => matched(visitor)).toEqual(['stuck']);
  expect(await part(visitor, 'panel').count()).toBe(0);
  await visitor.evaluate('CV.chat.show()');
  await part(visitor, 'panel').waitFor();
  await chat.shows(visitor, ['Need a hand?']);
});

test('[WRULE-33] an event that the page dispatches before the rules have come counts', async () => {
  await rules({ conditions: [{ type: 'javascriptEvent', name: 'basket', not: false }], actions: [{ type: 'open' }] });
  const early = `window.CVLoaded = () => {
    dispatchEvent(new Event('basket'));
    window.known = window.CV.api.hasActionRuleMatched();
  }`;
  const visitor = await stage.load(await stage.person(early));
  expect(await visitor.evaluate('known')).toEqual(['basket']);
  await part(visitor, 'panel').waitFor();
});

test('[WRULE-30] a rule offers to share the page: the chat opens with the question, whose button asks for the consent; nothing where pages are not shared', async () => {
  await rules({
    conditions: [{ type: 'javascriptEvent', name: 'stuck', not: false }],
    actions: [{ type: 'offerCobrowse' }],
  });
  await visibility('rules');
  const { desk } = await chat.deskOf();
  const { email } = stage.somebody();
  const visitor = await stage.visitor({ email });
  await stuck(visitor);
  await part(visitor, 'share-offer').getByText('Show this page to our team?').waitFor();
  expect(await part(visitor, 'accept').count()).toBe(0);
  await part(visitor, 'share-offer-yes').click();
  await part(visitor, 'accept').waitFor();
  await part(visitor, 'decline').click();
  await part(visitor, 'accept').waitFor({ state: 'detached' });
  expect(await part(visitor, 'share-offer').count()).toBe(0);
  await stuck(visitor);
  expect(await part(visitor, 'share-offer').count()).toBe(0);

  // Another view of a page.
  await visitor.reload();
  await part(visitor, 'panel').waitFor();
  expect(await matched(visitor)).toEqual([]);
  expect(await part(visitor, 'share-offer').count()).toBe(0);
  await stuck(visitor);
  await part(visitor, 'share-offer-yes').click();
  await part(visitor, 'accept').click();
  await part(visitor, 'mirror-notice').waitFor();
  await desk.close();

  await stage.service.rest('PUT', 'site', { settings: { cobrowse: { enabled: false } } });
  const other = await stage.load(await stage.person());
  await stuck(other);
  await expect.poll(() => matched(other)).toEqual(['stuck']);
  expect(await part(other, 'panel').count()).toBe(0);
  await stage.service.rest('PUT', 'site', { settings: { cobrowse: { enabled: true } } });
});

test('[WRULE-30] the offer waits for an agent, goes when the page goes elsewhere, and comes no more after a refusal', async () => {
  await visibility('rules');
  const visitor = await stage.visitor({ email: stage.somebody().email });
  const home = await visitor.evaluate('location.href.split(/[?#]/)[0]');
  await rules({
    conditions: [{ type: 'url', pattern: String(home), not: false }],
    actions: [{ type: 'offerCobrowse' }],
  });
  expect(await visitor.evaluate('CV.api.isAgentOnline()')).toBe(false);
  const { desk } = await chat.deskOf();
  await part(visitor, 'share-offer').waitFor();
  await visitor.evaluate(`history.pushState(null, '', '/elsewhere')`);
  await part(visitor, 'share-offer').waitFor({ state: 'detached' });
  await visitor.evaluate(`history.pushState(null, '', '${home}')`);
  await part(visitor, 'share-offer-no').click();
  await visitor.evaluate('CV.chat.close()');
  await visitor.reload();
  await untilTrue(visitor, 'window.CVLoaded === true');
  expect(await visitor.evaluate('CV.api.isAgentOnline()')).toBe(true);
  expect(await matched(visitor)).toEqual([]);
  expect(await part(visitor, 'panel').count()).toBe(0);
  await visitor.evaluate('CV.chat.open()');
  await part(visitor, 'share-menu').waitFor();
  expect(await part(visitor, 'share-offer').count()).toBe(0);
  await desk.close();
});

test('[E2ECHAT-34] outside the opening hours the window says so, and takes messages all the same', async () => {
  const closed = { timeZone: 'UTC', week: {}, holidays: [] };
  const answer = await stage.service.rest('PUT', 'site', { settings: { openingHours: closed } });
  expect(answer.status).toBe(200);
  const visitor = await stage.load(await stage.person());
  await chat.open(visitor);
  await part(visitor, 'panel').getByText('Outside our opening hours').waitFor();
  await chat.write(visitor, 'Tomorrow, then');
  await chat.is(visitor, 'Tomorrow, then', 'sent');
  await stage.service.rest('PUT', 'site', { settings: { openingHours: null } });
  await part(visitor, 'panel').getByText('Outside our opening hours').waitFor({ state: 'detached' });
});
