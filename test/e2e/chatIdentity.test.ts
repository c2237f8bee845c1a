import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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
  await mode('open');
});
afterAll(() => stage.close());

async function mode(mode: 'open' | 'signed'): Promise<void> {
  const answer = await stage.service.rest('PUT', 'site', { settings: { identity: { mode } } });
  expect(answer.status).toBe(200);
}

async function addKey(kid: string): Promise<string> {
  const answer = await stage.service.rest('POST', 'identity-keys', { kid });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { secret: string }).secret;
}

/** A JSON Web Token as the site's own server makes it. */
function sign(claims: object, secret: string, header: object = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

/** What the page is told of its tag: ok, or the code of the refusal. */
const tag = (page: Page, fields: object) =>
  page.evaluate(`CV.user.tag(${JSON.stringify(fields)}).then(() => 'ok', ({ code }) => code)`);

async function anonymous(): Promise<Page> {
  const page = await stage.load(await stage.person());
  await chat.open(page);
  return page;
}

test('[E2ECHAT-11] what is written before the login goes behind the history; the agent who has it open is led over', async () => {
  const person = stage.somebody();
  const before = await stage.visitor(person);
  await chat.open(before);
  await chat.write(before, 'I was here before');
  await chat.is(before, 'I was here before', 'sent');
  await before.close();

  const visitor = await anonymous();
  await chat.write(visitor, 'Who am I?');
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, 'Who am I?');
  await desk.locator('[data-test="trust"]').getByText('Anonymous').filter({ visible: true }).first().waitFor();
  const anonymousUrl = desk.url();
  await visitor.evaluate(`window.people = []; CV.on('identity', (person) => people.push(person?.email))`);
  expect(await tag(visitor, person)).toBe('ok');
  await chat.shows(visitor, ['I was here before', 'Who am I?']);
  await chat.deskShows(desk, ['I was here before', 'Who am I?']);
  expect(await visitor.evaluate('people')).toEqual([person.email]);
  await desk.locator('[data-test="person"]').getByText(person.email).filter({ visible: true }).first().waitFor();
  await expect.poll(() => desk.url()).not.toBe(anonymousUrl);
  await expect.poll(() => chat.row(desk, 'Who am I?').count()).toBe(1);
  await chat.answerAtDesk(desk, 'You are John.');
  await chat.shows(visitor, ['I was here before', 'Who am I?', 'You are John.']);
  expect(await chat.kept(await chat.conversation(person.email))).toHaveLength(3);
});

test('[E2ECHAT-12] a reset in one tab empties the others at once, and what was not sent is nobody else’s', async () => {
  const person = stage.somebody();
  const visitor = await stage.visitor(person);
  await chat.open(visitor);
  await chat.write(visitor, 'A private matter');
  // What is still on its way is forgotten at the reset.
  await chat.is(visitor, 'A private matter', 'sent');
  const other = await stage.tab(visitor);
  await chat.open(other);
  await chat.shows(other, ['A private matter']);
  await part(other, 'input').fill('A private thought');
  await visitor.evaluate('CV.user.reset()');
  for (const tab of [visitor, other]) await chat.shows(tab, []);
  await expect.poll(() => part(other, 'input').inputValue()).toBe('');

  await chat.write(other, 'The next one here');
  await chat.shows(visitor, ['The next one here']);
  await visitor.reload();
  await chat.shows(visitor, ['The next one here']);
  expect(await chat.kept(await chat.conversation(person.email))).toEqual(['A private matter']);
  // The server keeps the history for the next login, and the one between is part of nobody's.
  await visitor.evaluate('CV.user.reset()');
  await tag(visitor, { email: person.email });
  await chat.shows(visitor, ['A private matter']);
  await chat.shows(other, ['A private matter']);
});

test('[ID-60] a logout page that goes on in the moment in which CoView has loaded leaves nothing of the person to the next one', async () => {
  const logout = `if (location.search === '?logout')
    window.CVLoaded = () => { CV.user.reset(); location.replace(location.pathname); };`;
  const person = stage.somebody();
  const visitor = await stage.load(await stage.person(logout));
  await tag(visitor, person);
  await chat.open(visitor);
  await chat.write(visitor, 'A private matter');
  await chat.is(visitor, 'A private matter', 'sent');
  // Until then the page before is still there, which is logged in.
  await visitor.goto(`${stage.host.url}?logout`, { waitUntil: 'commit' });
  await visitor.waitForURL((url) => url.search === '');
  await untilTrue(visitor, 'window.CVLoaded === true');
  await part(visitor, 'panel').waitFor();
  await chat.write(visitor, 'The next one here');
  await chat.is(visitor, 'The next one here', 'sent');
  expect(await chat.texts(visitor)).toEqual(['The next one here']);
  expect(await chat.kept(await chat.conversation(person.email))).toEqual(['A private matter']);
});

test('[E2ECHAT-13] where people need a signature, a claim shows nothing; a signed token brings the history and the verified badge', async () => {
  const secret = await addKey('2026');
  await mode('signed');
  const { email } = stage.somebody();
  const claims = { email, firstname: 'Vera', lastname: 'Signed', exp: inAnHour() };
  const home = await anonymous();
  expect(await tag(home, { externalToken: sign(claims, secret) })).toBe('ok');
  await chat.write(home, 'My secret order');
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, 'Vera Signed');
  await desk.locator('[data-test="trust"]').getByText('Verified').filter({ visible: true }).first().waitFor();
  await chat.row(desk, 'Vera Signed').locator('.verified-mark').waitFor();

  const thief = await anonymous();
  expect(await tag(thief, { email })).toBe('SIGNATURE_REQUIRED');
  expect(await tag(thief, { id: email })).toBe('SIGNATURE_REQUIRED');
  expect(await tag(thief, { externalToken: sign(claims, 'a guess') })).toBe('SIGNATURE_INVALID');
  expect(await tag(thief, { externalToken: sign({ ...claims, exp: 1 }, secret) })).toBe('SIGNATURE_INVALID');
  expect(await tag(thief, { externalToken: sign(claims, secret, { alg: 'none' }) })).toBe('SIGNATURE_INVALID');
  expect(await chat.texts(thief)).toEqual([]);
  await thief.reload();
  await part(thief, 'panel').waitFor();
  await chat.write(thief, 'It did not work');
  await chat.is(thief, 'It did not work', 'sent');
  expect(await chat.texts(thief)).toEqual(['It did not work']);

  const work = await anonymous();
  expect(await tag(work, { externalToken: sign(claims, secret), labels: ['gold'] })).toBe('ok');
  await chat.shows(work, ['My secret order']);
  await chat.answerAtDesk(desk, 'Is on its way.');
  for (const page of [home, work]) await chat.shows(page, ['My secret order', 'Is on its way.']);
  expect(await chat.texts(thief)).toEqual(['It did not work']);
  expect(await chat.conversation(email)).toMatchObject({ person: { verified: true, labels: ['gold'] } });
});

test('[E2ECHAT-14] keys take over from one another: both hold until the old one is deleted', async () => {
  const [old, fresh] = [await addKey('old'), await addKey('new')];
  await mode('signed');
  const { email } = stage.somebody();
  const token = (kid: string, secret: string) => sign({ email, exp: inAnHour() }, secret, { kid });
  const visitor = await anonymous();
  expect(await tag(visitor, { externalToken: token('old', old) })).toBe('ok');
  await chat.write(visitor, 'Under the old key');
  await chat.is(visitor, 'Under the old key', 'sent');
  const second = await anonymous();
  expect(await tag(second, { externalToken: token('new', fresh) })).toBe('ok');
  await chat.shows(second, ['Under the old key']);

  expect((await stage.service.rest('DELETE', 'identity-keys/old')).status).toBe(204);
  const third = await anonymous();
  expect(await tag(third, { externalToken: token('old', old) })).toBe('SIGNATURE_INVALID');
  expect(await chat.texts(third)).toEqual([]);
  expect(await tag(third, { externalToken: token('new', fresh) })).toBe('ok');
  await chat.shows(third, ['Under the old key']);
});
