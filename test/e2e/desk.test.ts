import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
});
afterEach(async () => {
  const complaints = [...stage.complaints];
  await stage.clear();
  expect(complaints).toEqual([]);
});
afterAll(() => stage.close());

const hook = (desk: Page, name: string) => desk.locator(`[data-test="${name}"]`);

/** The desk of an admin of their own. */
async function adminDesk(fragment = ''): Promise<Page> {
  const { email } = await stage.login();
  await stage.service.rest('PATCH', `agents/${email}`, { role: 'admin' });
  // Another role takes the former tokens away.
  return chat.desk(await stage.token(email), fragment);
}

test('[DESK-10] [DESK-11] [DESK-13] visitor and agent write to each other; a note stays at the desk', async () => {
  const tag = stage.somebody();
  const visitor = await stage.visitor({ ...tag, labels: ['gold'], additionalTaggingData: { plan: 'Pro' } });
  await chat.open(visitor);
  await chat.write(visitor, 'Where is my parcel?');
  const { desk } = await chat.deskOf();
  await chat.openAtDesk(desk, 'Where is my parcel?');
  await chat.is(visitor, 'Where is my parcel?', 'read');
  await part(visitor, 'input').fill('and');
  await hook(desk, 'typing').waitFor();
  for (const known of [tag.email, 'gold', 'plan', 'Pro']) {
    await hook(desk, 'person').getByText(known, { exact: true }).filter({ visible: true }).first().waitFor();
  }
  await hook(desk, 'mode-note').click();
  await hook(desk, 'composer').fill('Ask the carrier');
  await hook(desk, 'composer').press('Enter');
  await hook(desk, 'note').getByText('Ask the carrier').waitFor();
  await hook(desk, 'mode-reply').click();
  await chat.answerAtDesk(desk, 'It comes tomorrow.');
  await chat.shows(visitor, ['Where is my parcel?', 'It comes tomorrow.']);
  await chat.is(desk, 'It comes tomorrow.', 'read');
  await hook(desk, 'file-picker').setInputFiles({
    name: 'label.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('parcel 7'),
  });
  await part(visitor, 'message').filter({ hasText: 'label.txt' }).waitFor();
  await desk.reload();
  await hook(desk, 'note').getByText('Ask the carrier').waitFor();
});

test('[DESK-12] [DESK-15] [DESK-16] canned answers, status, assignment and belonging hold on the server', async () => {
  const tag = stage.somebody();
  const visitor = await stage.visitor(tag);
  await chat.open(visitor);
  await chat.write(visitor, 'Hello?');
  const [desk, ben] = await Promise.all([adminDesk(), stage.login()]);
  await chat.openAtDesk(desk, 'Hello?');
  await hook(desk, 'canned').click();
  await hook(desk, 'canned-new').click();
  await desk.getByLabel('Shortcut').fill('hi');
  await desk.getByLabel('Text', { exact: true }).fill('Good day to you.');
  await desk.getByRole('button', { name: 'Save' }).click();
  await hook(desk, 'canned-answer').getByText('/hi').waitFor();
  await desk.keyboard.press('Escape');
  await hook(desk, 'composer').fill('');
  await hook(desk, 'composer').pressSequentially('/hi');
  await desk.keyboard.press('Enter');
  await desk.keyboard.press('Enter');
  await chat.shows(visitor, ['Hello?', 'Good day to you.']);

  await hook(desk, 'assign').click();
  await desk.getByRole('menuitemcheckbox', { name: 'Me' }).waitFor();
  await desk.getByRole('menuitemcheckbox', { name: 'Nobody' }).click();
  await hook(desk, 'assign').getByText('Unassigned').waitFor();
  await hook(desk, 'done').click();
  await hook(desk, 'reopen').waitFor();
  expect(await chat.conversation(tag.email)).toMatchObject({ status: 'DONE' });
  expect(await chat.conversation(tag.email)).not.toHaveProperty('assignee');
  await chat.write(visitor, 'One more thing');
  await hook(desk, 'done').waitFor();
  await hook(desk, 'mark-unread').click();
  await expect.poll(async () => (await chat.conversation(tag.email)).status).toBe('UNREAD');
  await chat.openAtDesk(desk, 'One more thing');
  await hook(desk, 'belongs').focus();
  await hook(desk, 'belongs').selectOption(`user ${ben.email}`);
  await expect.poll(async () => (await chat.conversation(tag.email)).person.assignedUser).toBe(ben.email);
  await expect.poll(() => hook(desk, 'belongs').inputValue()).toBe(`user ${ben.email}`);
});

test('[DESK-17] an erased person is gone from the desk and from the server', async () => {
  const tag = stage.somebody();
  const visitor = await stage.visitor(tag);
  await chat.open(visitor);
  await chat.write(visitor, 'Forget me');
  const desk = await adminDesk();
  await chat.openAtDesk(desk, 'Forget me');
  const file = desk.waitForEvent('download');
  await hook(desk, 'export').click();
  expect((await file).suggestedFilename()).toMatch(/^cu_.*\.json$/);
  await hook(desk, 'erase').click();
  await hook(desk, 'erase-name').fill('John Doe');
  await hook(desk, 'erase-now').click();
  await chat.row(desk, 'Forget me').waitFor({ state: 'detached' });
  expect(await chat.conversations(tag.email)).toEqual([]);
});

test('[DESK-18] availability is kept on the server, and a revoked token sends to the login', async () => {
  const { desk, login } = await chat.deskOf();
  await hook(desk, 'availability').click();
  const state = async () => {
    const answer = await stage.service.rest('GET', `agents/${login.email}`);
    return ((await answer.json()) as { state: string }).state;
  };
  await expect.poll(state).toBe('away');
  await desk.reload();
  await expect.poll(() => hook(desk, 'availability').innerText()).toBe('Away');
  await stage.service.rest('DELETE', `agents/${login.email}/token`);
  await desk.locator('[data-hint=revoked]').waitFor();
});

test('[DESK-21] [DESK-22] what admins set holds on the server', async () => {
  const desk = await adminDesk('&settings=webchat');
  await desk.getByLabel('As the action rules say').check();
  await hook(desk, 'position').selectOption('left');
  await hook(desk, 'outcome').getByText('Saved').waitFor();
  await hook(desk, 'settings-hours').click();
  await desk.getByLabel('Always open').uncheck();
  await hook(desk, 'save-hours').click();
  await hook(desk, 'outcome').getByText('Saved').waitFor();
  const site = async () => (await (await stage.service.rest('GET', 'site')).json()) as { settings: unknown };
  await expect
    .poll(async () => (await site()).settings)
    .toMatchObject({
      chat: { visibility: 'rules' },
      widget: { position: 'left' },
      openingHours: { week: { mon: [{ from: '09:00', to: '17:00' }] } },
    });

  await hook(desk, 'settings-rules').click();
  for (const name of ['First', 'Second']) {
    await hook(desk, 'new-rule').click();
    await desk.getByLabel('Name').fill(name);
    await desk.getByRole('button', { name: 'Add a condition' }).click();
    await desk.getByRole('button', { name: 'Save' }).click();
    await hook(desk, 'rule').getByText(name).waitFor();
  }
  await desk.getByRole('button', { name: 'Move up: Second' }).click();
  await expect.poll(() => hook(desk, 'rule').first().innerText()).toContain('Second');
  await hook(desk, 'settings-webhooks').click();
  await hook(desk, 'new-webhook').click();
  await desk.getByLabel('Address').fill('https://hooks.example/coview');
  await hook(desk, 'webhook-form').getByRole('button', { name: 'Add' }).click();
  await hook(desk, 'secret').getByText('whsec_').waitFor();
  await hook(desk, 'deliveries').click();
  await desk.getByText('Nothing sent yet.').waitFor();
  await hook(desk, 'settings-keys').click();
  await hook(desk, 'new-key').click();
  await desk.getByLabel('Key id').fill('shop-1');
  await desk.getByRole('button', { name: 'Add' }).click();
  await hook(desk, 'key').getByText('shop-1').waitFor();
  await hook(desk, 'delete').click();
  await hook(desk, 'delete').click();
  await hook(desk, 'key').waitFor({ state: 'detached' });
});
