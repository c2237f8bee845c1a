import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
const hosts: HostPage[] = [];
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
});
afterEach(async () => {
  await stage.clear();
  await stage.service.rest('PUT', 'site', { settings: { sessionIds: false } });
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => stage.close());

/** A customer's page of its own, without the stage's moving picture. */
async function host(options: Parameters<typeof HostPage.start>[1] = {}): Promise<HostPage> {
  const page = await HostPage.start(`${stage.service.url}/cdn/js/demo.js`, options);
  hosts.push(page);
  return page;
}

async function on(page: HostPage, script = '', options: BrowserContextOptions = {}): Promise<Page> {
  const visitor = await stage.person(script, options);
  await visitor.goto(page.url);
  await untilTrue(visitor, 'window.CVLoaded === true');
  return visitor;
}

const box = async (page: Page, name: string) => {
  const found = await part(page, name).boundingBox();
  if (!found) throw new Error(`${name} takes no room`);
  return found;
};

/** A real picture, as a person would paste it. */
const picture = async (page: Page) => ({
  name: 'shot.png',
  mimeType: 'image/png',
  buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } }),
});

test('[E2ECHAT-22] a whole chat with pictures keeps the strictest policy: a nonce, no inline style, trusted types', async () => {
  const origin = stage.service.url;
  const page = await host({
    nonce: 'n0nce',
    csp: `default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'nonce-n0nce'; img-src ${origin}; connect-src ${origin} ${origin.replace('http', 'ws')}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'`,
  });
  const visitor = await on(
    page,
    `window.violations = []; document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))`,
  );
  const { email } = stage.somebody();
  await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
  await chat.open(visitor);
  await chat.write(visitor, 'See https://example.com/');
  await visitor.locator('coview-widget input[type="file"]').setInputFiles(await picture(visitor));
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, email);
  await desk.locator('[data-test="file-picker"]').setInputFiles(await picture(visitor));
  await chat.answerAtDesk(desk, 'Seen');
  await chat.shows(visitor, ['See https://example.com/', 'Seen']);
  const images = part(visitor, 'message').locator('img');
  await expect.poll(() => images.count()).toBe(2);
  const widths = images.evaluateAll((all) =>
    Promise.all(all.map(async (image) => (await image.decode()) ?? image.naturalWidth)),
  );
  expect(await widths).toEqual([60, 60]);
  expect(await visitor.evaluate('violations')).toEqual([]);
  // Its styles were let in: without them the window would have no size of its own.
  expect(await box(visitor, 'panel')).toMatchObject({ width: 380 });
});

test('[E2ECHAT-23] a page whose styles undo everything changes nothing of the chat', async () => {
  const hostile = await host({
    head: `<style>
      * { all: unset !important; }
      html { font-size: 60px !important; letter-spacing: 9px !important; color: red !important; }
      div, section, form, button, span, p, li, textarea, coview-widget, [popover] { display: none !important; visibility: hidden !important; transform: scale(9) !important; }
      ::part(launcher) { border-radius: 50%; }
    </style>`,
  });
  const [plain, undone] = await Promise.all([on(await host()), on(hostile)]);
  const sizes = async (page: Page) => {
    const launcher = await box(page, 'launcher');
    await chat.open(page);
    await chat.write(page, 'Does it still look right?');
    await chat.is(page, 'Does it still look right?', 'sent');
    const style = await part(page, 'input').evaluate((element) => {
      const look = element.ownerDocument.defaultView.getComputedStyle(element);
      return [look.fontSize, look.letterSpacing, look.color, look.visibility];
    });
    return { launcher, panel: await box(page, 'panel'), input: await box(page, 'input'), style };
  };
  await Promise.all([part(undone, 'launcher').waitFor(), part(plain, 'launcher').waitFor()]);
  expect(await sizes(undone)).toEqual(await sizes(plain));
});

test('[E2ECHAT-24] a page in a frame has the chat; where the browser forbids the frame to keep anything, as long as it lives', async () => {
  const shop = await host();
  const head = `<iframe src="${shop.url}" width="900" height="600"></iframe>`;
  const within = async (outer: HostPage) => {
    const page = await stage.person();
    await page.goto(outer.url);
    const inside = (name: string) => page.frameLocator('iframe').locator(`coview-widget [data-cv="${name}"]`);
    await inside('launcher').click();
    await inside('input').fill('From within');
    await inside('send').click();
    await expect.poll(() => inside('message').getAttribute('data-state')).toBe('sent');
    await page.reload();
    return inside;
  };
  const inside = await within(await host({ head }));
  await inside('message').getByText('From within').waitFor();

  // To the browser this is a third party.
  const foreign = await within(await host({ head, hostname: '127.0.0.1' }));
  await foreign('launcher').click();
  await foreign('empty').waitFor();
});

test('[E2ECHAT-25] the chat stays while a single-page app changes address and body, and over a change of page', async () => {
  const shop = await host();
  const visitor = await on(shop);
  const { email } = stage.somebody();
  await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
  await chat.open(visitor);
  await chat.write(visitor, 'On the first page');
  await part(visitor, 'input').fill('half a tho');
  await visitor.evaluate(`history.pushState({}, '', '/basket'); document.title = 'Basket';
    document.body.replaceWith(Object.assign(document.createElement('body'), { textContent: 'Another view' }))`);
  await part(visitor, 'panel').waitFor();
  expect(await part(visitor, 'input').inputValue()).toBe('half a tho');
  await expect
    .poll(async () => (await chat.conversation(email)).present)
    .toMatchObject({ url: `${shop.url}basket`, title: 'Basket' });
  await visitor.goto(`${shop.url}checkout`);
  await chat.shows(visitor, ['On the first page']);
  expect(await part(visitor, 'input').inputValue()).toBe('half a tho');
  await part(visitor, 'input').press('Enter');
  await chat.shows(visitor, ['On the first page', 'half a tho']);
  await chat.is(visitor, 'half a tho', 'sent');
  await part(visitor, 'close').click();
  await visitor.goBack();
  await part(visitor, 'launcher').waitFor();
  expect(await part(visitor, 'panel').count()).toBe(0);
});

test('[E2ECHAT-26] with session-based ids two windows are two people, and each stays who it is over a reload', async () => {
  await stage.service.rest('PUT', 'site', { settings: { sessionIds: true } });
  const shop = await host();
  const one = await on(shop);
  const other = await one.context().newPage();
  await other.goto(shop.url);
  await chat.open(one);
  await chat.write(one, 'From one window');
  await chat.open(other);
  expect(await chat.texts(other)).toEqual([]);
  await chat.write(other, 'From the other');
  for (const [window, text] of [
    [one, 'From one window'],
    [other, 'From the other'],
  ] as const) {
    await chat.is(window, text, 'sent');
    await window.reload();
    await chat.shows(window, [text]);
  }
  const { email } = stage.somebody();
  await one.evaluate(`CV.user.tag({ email: '${email}' })`);
  await chat.shows(one, ['From one window']);
  expect(await chat.texts(other)).toEqual(['From the other']);
  expect(await chat.kept(await chat.conversation(email))).toEqual(['From one window']);
});

test('[E2ECHAT-27] an agent’s page offers no chat, not even for a moment after a reload', async () => {
  const agent = await stage.agent();
  await part(agent, 'launcher').waitFor({ state: 'detached' });
  await agent.evaluate('CV.chat.open()');
  await agent.addInitScript(`window.offered = 0;
    new MutationObserver(() => { if (document.querySelector('coview-widget')) offered++; }).observe(document, { childList: true, subtree: true })`);
  await agent.reload();
  await agent.evaluate('CV.user.list()');
  expect(await agent.evaluate('offered')).toBe(0);
  expect(await part(agent, 'panel').count()).toBe(0);
});

test('[E2ECHAT-28] [WCHAT-41] what cannot be is refused at once: a text too long, a listener that is none', async () => {
  const visitor = await on(
    await host(),
    `window.CV = { q: [['on', 'message'], ['on', 'ready', () => (window.isReady = true)]] }`,
  );
  await untilTrue(visitor, 'window.isReady');
  const codeOf = (attempt: string) =>
    visitor.evaluate(`(async () => ${attempt})().then(() => 'done', ({ code }) => code)`);
  for (const attempt of [
    `CV.on('message')`,
    `CV.user.onChange('x')`,
    `CV.chat.send('x'.repeat(10_001))`,
    `CV.chat.send(' ')`,
  ]) {
    expect(await codeOf(attempt), attempt).toBe('INVALID_INPUT');
  }
  await visitor.evaluate('CV.chat.open()');
  await part(visitor, 'input').waitFor();
  expect(await part(visitor, 'message').count()).toBe(0);
  expect(await codeOf(`CV.chat.send('x'.repeat(10_000))`)).toBe('done');
  await expect.poll(() => part(visitor, 'message').count()).toBe(1);
});

test('[E2ECHAT-28] CV.chat controls the window, and CV.on tells the page', async () => {
  const visitor = await on(
    await host(),
    `window.told = []; window.CVLoaded = () => {
      for (const event of ['ready', 'message', 'unread', 'identity', 'connection']) CV.on(event, (detail) => told.push([event, detail]));
      window.undo = CV.on('message', () => told.push(['undone']));
    }`,
  );
  const told = (event: string) =>
    visitor.evaluate(`told.filter(([name]) => name === '${event}').map(([, detail]) => detail)`);
  await visitor.evaluate('undo()');
  await expect.poll(() => told('ready')).toHaveLength(1);
  await visitor.evaluate('CV.chat.hide()');
  await part(visitor, 'launcher').waitFor({ state: 'detached' });
  await visitor.evaluate('CV.chat.show()');
  await part(visitor, 'launcher').waitFor();
  const { email } = stage.somebody();
  await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
  await visitor.evaluate(`CV.chat.send('Sent by the page')`);
  const conversation = await chat.conversation(email);
  await chat.say(conversation, 'An answer', 'agent1@example.com');
  await expect.poll(() => told('unread')).toEqual([{ unread: 1 }]);
  await visitor.evaluate('CV.chat.open()');
  await chat.shows(visitor, ['Sent by the page', 'An answer']);
  await expect.poll(() => told('unread')).toEqual([{ unread: 1 }, { unread: 0 }]);
  await visitor.evaluate('CV.chat.close()');
  await part(visitor, 'panel').waitFor({ state: 'detached' });
  expect(await told('message')).toMatchObject([
    { text: 'Sent by the page', own: true, author: { kind: 'visitor' } },
    { text: 'An answer', own: false, author: { kind: 'agent', name: 'Anna Berg' } },
  ]);
  expect(await told('identity')).toMatchObject([{ email }]);
  expect(await told('connection')).toEqual([{ connected: true }]);
  expect(await told('undone')).toEqual([]);
  const blank = `CV.chat.send('  ').then(() => 'sent', ({ code }) => code)`;
  expect(await visitor.evaluate(blank)).toBe('INVALID_INPUT');
});

test('[E2ECHAT-29] a German browser is spoken to in German, in the site’s own words where it has some', async () => {
  const texts = { de: { welcome: 'Grüezi! Womit können wir dienen?' } };
  await stage.service.rest('PUT', 'site', { settings: { widget: { texts } } });
  const german = await on(await host(), '', { locale: 'de-CH' });
  expect(await part(german, 'launcher').getAttribute('aria-label')).toBe('Chat öffnen');
  await chat.open(german);
  const { desk } = await chat.deskOf();
  await part(german, 'panel').getByText('Grüezi! Womit können wir dienen?').waitFor();
  await part(german, 'panel').getByText('Chatten Sie mit uns').waitFor();
  await chat.write(german, 'Guten Tag');
  await chat.openAtDesk(desk, 'Guten Tag');
  await part(german, 'message').getByText('Gelesen').waitFor();
  await desk.locator('[data-test="composer"]').pressSequentially('Grü');
  await part(german, 'typing').getByText('Anna Berg schreibt').waitFor();
  await stage.service.rest('PUT', 'site', { settings: { widget: { texts: {} } } });
});

test('[E2ECHAT-30] on a phone the chat fills the screen, hides its launcher, and leaves the page as it was', async () => {
  const shop = await host({
    head: '<meta name="viewport" content="width=device-width"><style>h1 { margin-bottom: 3000px }</style>',
  });
  const phone = await on(shop, '', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await phone.evaluate('scrollTo(0, 700)');
  await part(phone, 'launcher').tap();
  await part(phone, 'panel').waitFor();
  await expect.poll(() => box(phone, 'panel')).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  expect(await part(phone, 'launcher').isVisible()).toBe(false);
  for (const name of ['send', 'close', 'attach']) {
    const { width, height } = await box(phone, name);
    expect(Math.min(width, height), name).toBeGreaterThanOrEqual(44);
  }
  await part(phone, 'input').fill('From my phone');
  await part(phone, 'send').tap();
  await chat.is(phone, 'From my phone', 'sent');
  await part(phone, 'close').tap();
  await part(phone, 'launcher').waitFor();
  expect(await phone.evaluate('scrollY')).toBe(700);
});

test('[E2ECHAT-39] a part of the chat that did not load, or a file that it needs, is loaded at the next click', async () => {
  const visitor = await stage.person();
  const parts = ['VisitorChat', 'Thread', 'ChatUi', 'Icons', 'en'].map((name) => `**/app/${name}-*`);
  // However often: a pointer that comes near asks for them too.
  for (const missing of parts) await visitor.route(missing, (route) => route.abort());
  await visitor.goto((await host()).url);
  const failures: string[] = [];
  visitor.on('console', (message) => {
    if (message.text().startsWith('CoView:')) failures.push(message.text());
  });
  for (const [at, missing] of parts.entries()) {
    await part(visitor, 'launcher').click();
    await expect.poll(() => failures.length).toBe(at + 1);
    expect(await part(visitor, 'panel').count()).toBe(0);
    await visitor.unroute(missing);
  }
  await part(visitor, 'launcher').click();
  await part(visitor, 'panel').waitFor();
  await chat.write(visitor, 'At last');
  await chat.is(visitor, 'At last', 'sent');
});
