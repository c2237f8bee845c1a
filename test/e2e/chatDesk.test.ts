import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ChatPage } from './ChatPage.ts';
import { part, Stage, showsMotion } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
});
afterEach(async () => {
  await stage.clear();
  await routing(true);
});
afterAll(() => stage.close());

async function routing(automatic: boolean): Promise<void> {
  const answer = await stage.service.rest('PUT', 'site', { settings: { routing: { automatic } } });
  expect(answer.status).toBe(200);
}

/** A tagged person who has written this. */
async function writer(text: string, tag = stage.somebody()): Promise<{ visitor: Page; email: string }> {
  const visitor = await stage.visitor(tag);
  await chat.open(visitor);
  await chat.write(visitor, text);
  await chat.is(visitor, text, 'sent');
  return { visitor, email: tag.email };
}

const at = (desk: Page, name: string) => desk.locator(`[data-test="${name}"]`);

/** Resolves when the site's own server sees it so. */
const stands = (email: string, fields: object) => expect.poll(() => chat.conversations(email)).toMatchObject([fields]);

test('[E2ECHAT-15] a conversation comes up by itself, is answered, noted on, done, and unread again when the visitor writes', async () => {
  await routing(false);
  await stage.service.rest('POST', 'canned-answers', { shortcut: 'hello', text: 'Hello, this is Anna.' });
  const { desk, login } = await chat.deskOf();
  await at(desk, 'filter-unassigned').click();
  await desk.mouse.move(900, 5);
  const { visitor, email } = await writer('Do you gift-wrap?');
  const row = chat.row(desk, 'Do you gift-wrap?');
  await row.waitFor();
  expect(await row.getAttribute('data-status')).toBe('UNREAD');
  expect(await row.locator('[data-test="unread"]').innerText()).toContain('1');
  await at(desk, 'filter-mine').click();
  await row.waitFor({ state: 'detached' });
  await at(desk, 'filter-all').click();
  await chat.openAtDesk(desk, 'Do you gift-wrap?');
  await expect.poll(() => row.getAttribute('data-status')).toBe('UNRESOLVED');

  const composer = at(desk, 'composer');
  await composer.pressSequentially('/hel');
  await at(desk, 'canned-popup').getByText('Hello, this is Anna.').waitFor();
  await composer.press('Enter');
  expect(await composer.inputValue()).toBe('Hello, this is Anna.');
  await composer.press('Enter');
  await chat.shows(visitor, ['Do you gift-wrap?', 'Hello, this is Anna.']);
  await stands(email, { assignee: login.email, status: 'UNRESOLVED' });
  await at(desk, 'filter-mine').click();
  await desk.mouse.move(900, 5);
  await chat.row(desk, 'Hello, this is Anna.').waitFor();

  await at(desk, 'mode-note').click();
  await chat.answerAtDesk(desk, 'Wants everything for free');
  await at(desk, 'note').getByText('Wants everything for free').waitFor();
  await at(desk, 'mode-reply').click();
  const colleague = await chat.deskOf();
  await at(colleague.desk, 'filter-all').click();
  await chat.openAtDesk(colleague.desk, 'Hello, this is Anna.');
  await at(colleague.desk, 'note').getByText('Wants everything for free').waitFor();
  await at(colleague.desk, 'mode-note').click();
  await chat.answerAtDesk(colleague.desk, 'So did his brother');
  await at(desk, 'note').getByText('So did his brother').waitFor();
  await at(colleague.desk, 'note').filter({ hasText: 'So did his brother' }).getByRole('button').click();
  await at(desk, 'note').getByText('So did his brother').waitFor({ state: 'detached' });
  await colleague.desk.close();
  await chat.answerAtDesk(desk, 'We do.');
  const all = ['Do you gift-wrap?', 'Hello, this is Anna.', 'We do.'];
  await chat.shows(visitor, all);
  await visitor.reload();
  await chat.shows(visitor, all);

  await at(desk, 'done').click();
  await chat.row(desk, 'We do.').waitFor({ state: 'detached' });
  await at(desk, 'work-done').click();
  await chat.row(desk, 'We do.').waitFor();
  await at(desk, 'work-open').click();
  await at(desk, 'view-visitors').click();
  await chat.write(visitor, 'And ribbons?');
  await expect.poll(() => at(desk, 'view-conversations').innerText()).toContain('1');
  await stands(email, { status: 'UNREAD', unread: 1, assignee: login.email });
  await at(desk, 'view-conversations').click();
  await desk.mouse.move(900, 5);
  await chat.openAtDesk(desk, 'And ribbons?');
  await chat.deskShows(desk, [...all, 'And ribbons?']);
  await chat.is(visitor, 'And ribbons?', 'read');
  expect(stage.complaints).toEqual([]);
});

test('[E2ECHAT-16] a conversation handed to a colleague moves there with what was said, and back', async () => {
  await routing(false);
  const [{ desk: anna }, { desk: ben, login }] = await Promise.all([
    chat.deskOf({ name: 'Anna Berg' }),
    chat.deskOf({ name: 'Ben Cole' }),
  ]);
  const { visitor, email } = await writer('A hard question');
  await chat.openAtDesk(anna, 'A hard question');
  await chat.answerAtDesk(anna, 'My colleague knows.');
  await stands(email, { lastMessage: { text: 'My colleague knows.' } });
  await at(ben, 'filter-mine').click();
  await ben.mouse.move(900, 5);
  await at(anna, 'filter-mine').click();
  await anna.mouse.move(900, 5);
  await chat.row(anna, 'My colleague knows.').waitFor();
  await at(anna, 'assign').click();
  await anna.getByRole('menuitemcheckbox').getByText('Ben Cole').click();
  await chat.row(anna, 'My colleague knows.').waitFor({ state: 'detached' });
  await chat.openAtDesk(ben, 'My colleague knows.');
  await chat.deskShows(ben, ['A hard question', 'My colleague knows.']);
  await chat.answerAtDesk(ben, 'I do.');
  await chat.shows(visitor, ['A hard question', 'My colleague knows.', 'I do.']);
  expect(await part(visitor, 'message').locator('.author').allInnerTexts()).toEqual(['Anna Berg', 'Ben Cole']);
  await stands(email, { assignee: login.email });
});

test('[E2ECHAT-17] new conversations go to whoever is there and not away; while nobody is they wait', async () => {
  const [{ desk: anna, login: a }, { desk: ben, login: b }] = await Promise.all([chat.deskOf(), chat.deskOf()]);
  const isOnline = (page: Page) => page.evaluate('CV.api.isAgentOnline()');
  const is = async ({ email }: { email: string }, state: string) => {
    const answer = await stage.service.rest('GET', `agents/${email}`);
    return ((await answer.json()) as { state: string }).state === state;
  };
  const goes = async (desk: Page, who: { email: string }, state: string) => {
    await at(desk, 'availability').click();
    await expect.poll(() => is(who, state)).toBe(true);
  };
  await goes(anna, a, 'away');
  const first = await writer('First');
  await stands(first.email, { assignee: b.email });
  expect(await isOnline(first.visitor)).toBe(true);
  await goes(ben, b, 'away');
  await expect.poll(() => isOnline(first.visitor)).toBe(false);
  const second = await writer('Second');
  await part(second.visitor, 'panel').getByText('We’ll answer here as soon as we’re back.').waitFor();
  expect((await chat.conversation(second.email)).assignee).toBeUndefined();
  await goes(anna, a, 'online');
  await stands(second.email, { assignee: a.email });
  await expect.poll(() => isOnline(first.visitor)).toBe(true);
  await part(second.visitor, 'panel').getByText('We’ll answer here').waitFor({ state: 'detached' });
});

test('[E2ECHAT-40] who writes while nobody is there leaves an email, over a reload too, and an agent sees it beside the chat', async () => {
  const visitor = await stage.load(await stage.person());
  await chat.open(visitor);
  await chat.write(visitor, 'Nobody here?');
  await part(visitor, 'contact').waitFor();
  await visitor.reload();
  await part(visitor, 'contact').getByLabel('Email').fill('erika@example.com');
  await part(visitor, 'contact').getByLabel('Name').fill('Erika Muster');
  await visitor.keyboard.press('Enter');
  await part(visitor, 'panel').getByText('Thank you').waitFor();
  await visitor.reload();
  await part(visitor, 'panel').waitFor();
  await chat.shows(visitor, ['Nobody here?']);
  expect(await part(visitor, 'contact').count()).toBe(0);
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, 'Nobody here?');
  const person = at(desk, 'person');
  await person.getByText('Answer by e-mail to').waitFor();
  await person.getByText('erika@example.com').waitFor();
  expect(await person.locator('#person-name').innerText()).toBe('Erika Muster');
  await person.getByText('Not verified').waitFor();
});

test('[E2ECHAT-18] the screen is shared out of the chat, which goes on beside it', async () => {
  const { desk } = await chat.deskOf();
  const { visitor } = await writer('I cannot find the button');
  await chat.openAtDesk(desk, 'I cannot find the button');
  await chat.answerAtDesk(desk, 'Will you show me?');
  await at(desk, 'start').click();
  await part(visitor, 'accept').click();
  await showsMotion(desk);
  await chat.write(visitor, 'Here');
  await chat.deskShows(desk, ['I cannot find the button', 'Will you show me?', 'Here']);
  await chat.answerAtDesk(desk, 'The green one.');
  await chat.shows(visitor, ['I cannot find the button', 'Will you show me?', 'Here', 'The green one.']);
  await part(visitor, 'end').first().click();
  await part(visitor, 'mirror-notice').waitFor({ state: 'detached' });
  await chat.write(visitor, 'Found it');
  await chat.is(visitor, 'Found it', 'read');
  expect(await visitor.evaluate('pickerOpened')).toBe(1);
});

test('[E2ECHAT-19] of two who follow an agent’s link one gets in, and its code is in no address', async () => {
  const { visitor, email } = await writer('Help');
  const { customerId } = await chat.conversation(email);
  const { email: agent } = await stage.login();
  const made = await stage.service.rest('POST', `conversations/${customerId}/agent-url`, { agent });
  const { url } = (await made.json()) as { url: string };
  const address = url.replace(/^https?:\/\/[^/]+/, stage.service.url);
  const pages = await Promise.all([stage.person(), stage.person()]);
  await Promise.all(pages.map((page) => page.goto(address)));
  const outcome = (page: Page) =>
    Promise.race([
      at(page, 'chat')
        .waitFor()
        .then(() => 'in'),
      at(page, 'spent-link')
        .waitFor()
        .then(() => 'spent'),
    ]);
  const outcomes = await Promise.all(pages.map(outcome));
  expect([...outcomes].sort()).toEqual(['in', 'spent']);
  for (const page of pages) expect(page.url()).not.toContain('code');
  const inside = pages[outcomes.indexOf('in')] as Page;
  await chat.answerAtDesk(inside, 'Coming.');
  await chat.shows(visitor, ['Help', 'Coming.']);
  await inside.reload();
  await chat.deskShows(inside, ['Help', 'Coming.']);
});

test('[E2ECHAT-20] who is erased from the desk sees it at once, and nothing comes back; before, all of it could be saved', async () => {
  const { visitor, email } = await writer('My number is 555-0199');
  const second = await stage.tab(visitor);
  await chat.open(second);
  await second.locator('coview-widget input[type="file"]').setInputFiles({
    name: 'passport.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('born in Cork'),
  });
  const desk = await chat.desk(stage.service.token('admin@example.com'));
  await chat.openAtDesk(desk, 'passport.txt');
  const file = await desk.locator('[data-test="file"]').getAttribute('href');
  expect(await (await fetch(stage.service.url + file)).text()).toBe('born in Cork');
  await at(desk, 'mode-note').click();
  await chat.answerAtDesk(desk, 'Calls herself John');

  const [saved] = await Promise.all([desk.waitForEvent('download'), at(desk, 'export').click()]);
  const { customerId } = await chat.conversation(email);
  expect(saved.suggestedFilename()).toBe(`${customerId}.json`);
  const exported = await readFile(await saved.path(), 'utf8');
  for (const known of [email, 'My number is 555-0199', 'passport.txt', 'Calls herself John']) {
    expect(exported).toContain(known);
  }

  await at(desk, 'erase').click();
  expect(await at(desk, 'erase-now').isDisabled()).toBe(true);
  await at(desk, 'erase-name').fill('john doe');
  await at(desk, 'erase-now').click();
  for (const tab of [visitor, second]) await expect.poll(() => part(tab, 'message').count()).toBe(0);
  await chat.row(desk, 'passport.txt').waitFor({ state: 'detached' });
  await visitor.reload();
  await part(visitor, 'panel').waitFor();
  await chat.write(visitor, 'Hello?');
  await chat.is(visitor, 'Hello?', 'sent');
  for (const tab of [visitor, second]) await chat.shows(tab, ['Hello?']);
  expect(await chat.conversations(email)).toEqual([]);
  expect((await fetch(stage.service.url + file)).status).toBe(404);
  expect((await stage.service.rest('GET', `customers/${customerId}/export`)).status).toBe(404);
  const anew = await stage.visitor({ email });
  await chat.open(anew);
  await chat.write(anew, 'It is me');
  await chat.is(anew, 'It is me', 'sent');
  expect(await chat.texts(anew)).toEqual(['It is me']);
});

test('[E2ECHAT-21] who is erased while the network is away comes back as somebody new, with nothing of before', async () => {
  const { visitor, email } = await writer('My number is 555-0199');
  const { customerId } = await chat.conversation(email);
  stage.wire.cut();
  await chat.write(visitor, 'And my address');
  expect((await stage.service.rest('DELETE', `customers/${customerId}`)).status).toBe(204);
  stage.wire.mend();
  await chat.shows(visitor, []);
  await visitor.reload();
  await part(visitor, 'panel').waitFor();
  await chat.write(visitor, 'Hello?');
  await chat.is(visitor, 'Hello?', 'sent');
  expect(await chat.texts(visitor)).toEqual(['Hello?']);
  const every = await Promise.all((await chat.conversations()).map((one) => chat.kept(one)));
  expect(every.flat()).not.toContain('And my address');
});
