import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open({ messageRate: { perSecond: 4, burst: 8 } });
  chat = new ChatPage(stage);
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** A tagged person with the chat open, who has written this. */
async function writer(text: string, tag = stage.somebody()): Promise<{ visitor: Page; email: string }> {
  const visitor = await stage.visitor(tag);
  await chat.open(visitor);
  await chat.write(visitor, text);
  return { visitor, email: tag.email };
}

/** The title element's text, to the last blank. */
const titleOf = (page: Page) => page.evaluate(`document.querySelector('title').textContent`);

test('[E2ECHAT-1] what a visitor writes through silence, reloads and a restart arrives once and in order', async () => {
  const { visitor, email } = await writer('one');
  await chat.is(visitor, 'one', 'sent');
  const { desk } = await chat.deskOf();
  await chat.row(desk, 'one').waitFor();
  await chat.front(desk, 'hidden');
  await chat.openAtDesk(desk, 'one');
  await chat.is(visitor, 'one', 'delivered');
  await chat.front(desk, 'visible');
  await chat.is(visitor, 'one', 'read');

  stage.wire.silent = true;
  await chat.write(visitor, 'two');
  await chat.write(visitor, 'three');
  await chat.is(visitor, 'three', 'sending');
  await part(visitor, 'input').fill('half a thought');
  // The page goes down with the network, and comes back before it does: without CoView, for nothing can be loaded.
  stage.wire.cut();
  stage.wire.silent = false;
  await visitor.reload();
  expect(await chat.conversation(email)).toMatchObject({ lastSeq: 1 });
  stage.wire.mend();
  await visitor.reload();
  // Nobody opened the chat again: the window of the page before is there, with what stood in it.
  await chat.shows(visitor, ['one', 'two', 'three']);
  expect(await part(visitor, 'input').inputValue()).toBe('half a thought');
  await chat.is(visitor, 'three', 'read');

  const restarted = stage.restart();
  await chat.write(visitor, 'four');
  await chat.write(visitor, 'five');
  await restarted;
  const all = ['one', 'two', 'three', 'four', 'five'];
  await chat.is(visitor, 'five', 'read');
  expect(await chat.texts(visitor)).toEqual(all);
  await chat.deskShows(desk, all);
  expect(await chat.kept(await chat.conversation(email))).toEqual(all);
});

test('[E2ECHAT-2] what an agent writes without a network survives the page and arrives once and in order', async () => {
  const { visitor, email } = await writer('Is anybody there?');
  const { desk } = await chat.deskOf({ wired: true });
  await chat.openAtDesk(desk, 'Is anybody there?');
  await chat.answerAtDesk(desk, 'Yes.');
  await chat.shows(visitor, ['Is anybody there?', 'Yes.']);
  stage.wire.cut();
  await chat.answerAtDesk(desk, 'How can I help?');
  await chat.answerAtDesk(desk, 'I have time.');
  await chat.is(desk, 'I have time.', 'sending');
  const address = desk.url();
  await desk.goto('about:blank');
  await stage.restart();
  stage.wire.mend();
  await desk.goto(address);
  const all = ['Is anybody there?', 'Yes.', 'How can I help?', 'I have time.'];
  await chat.deskShows(desk, all);
  await chat.is(desk, 'I have time.', 'read');
  await chat.shows(visitor, all);
  expect(await chat.kept(await chat.conversation(email))).toEqual(all);
});

test('[E2ECHAT-3] two tabs of a visitor are one chat: what is on its way shows in both, and read in one is read in the other', async () => {
  const { visitor, email } = await writer('first');
  const other = await stage.tab(visitor);
  await chat.open(other);
  await chat.shows(other, ['first']);
  stage.wire.cut();
  await chat.write(visitor, 'from one tab');
  await chat.is(other, 'from one tab', 'sending');
  await chat.write(other, 'from the other');
  stage.wire.mend();
  const all = ['first', 'from one tab', 'from the other'];
  for (const tab of [visitor, other]) {
    await chat.is(tab, 'from one tab', 'sent');
    await chat.is(tab, 'from the other', 'sent');
    expect(await chat.texts(tab)).toEqual(all);
  }
  const conversation = await chat.conversation(email);
  expect(await chat.kept(conversation)).toEqual(all);

  for (const tab of [visitor, other]) await part(tab, 'close').click();
  await chat.say(conversation, 'An answer');
  for (const tab of [visitor, other]) await expect.poll(() => chat.badge(tab)).toBe('1');
  await chat.open(visitor);
  await expect.poll(() => chat.badge(other)).toBe('');

  // What a tab could not send before it was closed, the other one sends.
  await chat.open(other);
  stage.wire.cut();
  await chat.write(visitor, 'last words');
  await chat.is(other, 'last words', 'sending');
  await visitor.close();
  stage.wire.mend();
  await chat.is(other, 'last words', 'sent');
  expect(await chat.kept(conversation)).toEqual([...all, 'An answer', 'last words']);
});

test('[E2ECHAT-4] two browsers of one person are one conversation, live', async () => {
  const tag = stage.somebody();
  const { visitor: home } = await writer('from home', tag);
  const work = await stage.visitor({ email: tag.email });
  await chat.open(work);
  await chat.shows(work, ['from home']);
  await Promise.all([chat.write(home, 'home again'), chat.write(work, 'from work')]);
  await chat.is(home, 'from work', 'sent');
  await chat.is(work, 'home again', 'sent');
  const conversation = await chat.conversation(tag.email);
  const all = await chat.kept(conversation);
  expect([...all].sort()).toEqual(['from home', 'from work', 'home again']);
  await chat.shows(home, all);
  await chat.shows(work, all);
  await part(work, 'close').click();
  await part(home, 'close').click();
  await chat.say(conversation, 'An answer');
  await expect.poll(() => chat.badge(work)).toBe('1');
  await chat.open(home);
  await expect.poll(() => chat.badge(work)).toBe('');
});

test('[E2ECHAT-5] unread messages are counted at the launcher and, behind other tabs, in the title, which is restored as it was', async () => {
  const { visitor, email } = await writer('Hello');
  const conversation = await chat.conversation(email);
  await part(visitor, 'close').click();
  const title = '\n   Our  shop:\t(2) new “things”   ';
  await visitor.evaluate(`window.unreads = []; CV.on('unread', ({ unread }) => unreads.push(unread));
    document.querySelector('title').textContent = ${JSON.stringify(title)}`);
  await chat.front(visitor, 'hidden');
  await chat.say(conversation, 'One');
  await expect.poll(() => titleOf(visitor)).toBe(`(1) ${title}`);
  await chat.say(conversation, 'Two');
  await expect.poll(() => titleOf(visitor)).toBe(`(2) ${title}`);
  expect(await chat.badge(visitor)).toBe('2');
  expect(await part(visitor, 'launcher').getAttribute('aria-label')).toContain('Unread messages: 2');
  // What agents are told is the page's own title.
  const told = async () => {
    const { items } = (await (await stage.service.rest('GET', 'active-users')).json()) as {
      items: { email: string }[];
    };
    return items.find((user) => user.email === email);
  };
  await expect.poll(told).toMatchObject({ state: 'background', title: 'Our shop: (2) new “things”' });
  await visitor.evaluate(`document.title = 'Paid'`);
  await expect.poll(() => titleOf(visitor)).toBe('(2) Paid');
  await visitor.evaluate(`document.querySelector('title').textContent = ${JSON.stringify(title)}`);
  await expect.poll(() => titleOf(visitor)).toBe(`(2) ${title}`);
  await chat.front(visitor, 'visible');
  expect(await titleOf(visitor)).toBe(title);
  expect(await chat.badge(visitor)).toBe('2');
  await chat.open(visitor);
  await untilTrue(visitor, 'unreads.at(-1) === 0');
  expect(await visitor.evaluate('unreads')).toEqual([1, 2, 0]);
  await part(visitor, 'close').click();
  expect(await chat.badge(visitor)).toBe('');
  expect(await titleOf(visitor)).toBe(title);
});

test('[E2ECHAT-6] each side sees that the other types, until the message is there, and how far the other side is', async () => {
  const { visitor } = await writer('Do you have it in blue?');
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, 'in blue');
  const composer = desk.locator('[data-test="composer"]');
  await composer.pressSequentially('Let me');
  await part(visitor, 'typing').getByText('Anna Berg is typing').waitFor();
  await composer.press('Enter');
  await chat.shows(visitor, ['Do you have it in blue?', 'Let me']);
  await expect.poll(() => part(visitor, 'typing').innerText()).toBe('');
  await chat.is(desk, 'Let me', 'read');

  await part(visitor, 'input').pressSequentially('Tha');
  await desk.locator('[data-test="typing"]').getByText('John Doe is typing').waitFor();
  await part(visitor, 'input').fill('');
  await desk.locator('[data-test="typing"]').waitFor({ state: 'detached' });

  // A closed window has received, and not read; an open one behind another tab neither.
  await part(visitor, 'close').click();
  await chat.answerAtDesk(desk, 'We do.');
  await chat.is(desk, 'We do.', 'delivered');
  await chat.front(visitor, 'hidden');
  await chat.open(visitor);
  await chat.answerAtDesk(desk, 'In two blues.');
  await chat.is(desk, 'In two blues.', 'delivered');
  await chat.front(visitor, 'visible');
  await chat.is(desk, 'In two blues.', 'read');
  expect(stage.complaints).toEqual([]);
});

test('[E2ECHAT-38] more than a visitor may send at a time goes out little by little, in order, and none fails', async () => {
  const { visitor, email } = await writer('0');
  stage.wire.cut();
  const many = Array.from({ length: 12 }, (_, index) => String(index + 1));
  for (const text of many) await visitor.evaluate(`CV.chat.send('${text}')`);
  await visitor.evaluate(`window.states = new Set(); setInterval(() => {
    for (const { dataset } of document.querySelector('coview-widget').shadowRoot.querySelectorAll('[data-cv="message"]')) states.add(dataset.state);
  }, 20)`);
  stage.wire.mend();
  await expect.poll(async () => (await chat.conversation(email)).lastSeq).toBe(13);
  expect(await chat.kept(await chat.conversation(email))).toEqual(['0', ...many]);
  await chat.is(visitor, '12', 'sent');
  expect(await chat.texts(visitor)).toEqual(['0', ...many]);
  expect(await visitor.evaluate('[...states].sort()')).toEqual(['sending', 'sent']);
});
