import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { DeskPage } from './DeskPage.ts';
import { DeskStage } from './DeskStage.ts';

describe('the desk’s conversations', () => {
  const stage = DeskStage.forTests();
  let desk: DeskPage;

  const open = async (fragment?: string, options?: BrowserContextOptions) => {
    desk = await stage.open(fragment, options);
    return desk;
  };
  const chat = async (options?: BrowserContextOptions) => {
    desk = await stage.chat(options);
    return desk;
  };
  const names = () => desk.part('conversation').evaluateAll((rows) => rows.map((row) => row.dataset.conversation));

  it('[DESK-8] lists open conversations, mine, unassigned and all, and those that are done', async () => {
    await open();
    await desk.row(1).waitFor();
    expect(await desk.row(1).innerText()).toMatch(/Jane Roe[\s\S]*Verified[\s\S]*Where is my order\?[\s\S]*2/);
    expect(await desk.row(3).innerText()).toContain('<b>Mia</b> Chen');
    expect(await desk.row(5).count()).toBe(0);
    await desk.part('filter-mine').click();
    expect(await names()).toEqual(['cn_1']);
    await desk.part('filter-unassigned').click();
    expect(await names()).toEqual(['cn_2']);
    await desk.part('filter-all').click();
    await desk.part('work-done').click();
    await desk.row(5).waitFor();
    expect(await names()).toEqual(['cn_5']);
  });

  it('[DESK-8] an anonymous visitor has a name of its own that stays; unread ones are counted', async () => {
    await open();
    const name = await desk.row(2).locator('.row-name').innerText();
    expect(name).toMatch(/^[A-Z]\w+ [A-Z]\w+$/);
    expect(await desk.row(2).innerText()).toContain('Anonymous visitor');
    expect(await desk.part('filter-unassigned').innerText()).toContain('1 unread');
    expect(await desk.page.title()).toBe('(2) CoView Desk');
    await desk.page.reload();
    expect(await desk.row(2).locator('.row-name').innerText()).toBe(name);
  });

  it('[DESK-8] finds in what is loaded, and loads more at the end of the list', async () => {
    await open();
    await desk.row(1).waitFor();
    const before = (await names()).length;
    await desk.part('conversation').last().scrollIntoViewIfNeeded();
    await expect.poll(async () => (await names()).length).toBeGreaterThan(before);
    await desk.settled();
    await desk.page.keyboard.press('/');
    await desk.page.keyboard.type('fh-20340');
    await expect.poll(names).toEqual(['cn_1']);
    await desk.part('find-conversation').fill('nobody at all');
    await desk.page.getByRole('button', { name: 'Clear search' }).click();
  });

  it('[DESK-9] what changes comes up by itself, but nothing moves under the pointer', async () => {
    await open();
    await desk.row(1).waitFor();
    await desk.run(`say('cn_3', 'Hello again')`);
    await expect.poll(async () => (await names())[0]).toBe('cn_3');
    await desk.row(4).hover();
    const before = await names();
    await desk.run(
      `say('cn_1', 'Still there?'); conversations.push({ ...conversations[0], id: 'cn_new', updatedAt: new Date().toISOString() }); tell('cn_new')`,
    );
    await desk.row(1).getByText('Still there?').waitFor();
    expect(await names()).toEqual(before);
    expect(await desk.part('waiting').innerText()).toContain('1 update');
    await desk.part('waiting').click();
    expect((await names()).slice(0, 2).sort()).toEqual(['cn_1', 'cn_new']);
    await desk.run(`gone('cn_new')`);
    await expect.poll(async () => (await names()).includes('cn_new')).toBe(false);
  });

  it('[DESK-9] what has gone while a part of the list was on its way does not come with it', async () => {
    await open();
    await desk.row(1).waitFor();
    await desk.run(`{
      const { list } = CV.conversations;
      CV.conversations.list = async (options) => {
        const page = await list(options);
        await new Promise((answer) => { window.answerList = answer; });
        return page;
      };
    }`);
    await desk.part('work-done').click();
    await desk.run(`gone('cn_5')`);
    await desk.run('answerList()');
    await desk.part('no-conversation').getByText('Nothing is done yet.').waitFor();
    expect(await desk.row(5).count()).toBe(0);
  });

  it('[DESK-10] shows days, authors and states; addresses become links, and nothing else more than text', async () => {
    await chat();
    const messages = desk.part('messages');
    expect(await messages.innerText()).toMatch(
      /Automatic message[\s\S]*Yesterday[\s\S]*Jane Roe[\s\S]*Anna Berg[\s\S]*Today/,
    );
    expect(await desk.message('We do,').innerText()).toContain('<b>every</b>');
    const links = desk.message('Do you ship').getByRole('link');
    expect(await links.evaluateAll((all) => all.map(({ href, rel }) => `${href} ${rel}`))).toEqual([
      'https://shop.example/a?b=(1) noopener noreferrer nofollow',
    ]);
    const picture = messages.getByRole('img', { name: 'parcel.png' });
    await expect.poll(() => picture.evaluate((img) => img.naturalWidth)).toBe(1);
    expect(await desk.message('We do,').getAttribute('data-state')).toBe('read');
  });

  it('[DESK-10] sends by Enter, tells of typing, and offers what failed again', async () => {
    await chat();
    await desk.part('composer').fill('Line one');
    await desk.page.keyboard.press('Shift+Enter');
    await desk.page.keyboard.type('this will fail');
    await desk.page.keyboard.press('Enter');
    expect(await desk.did()).toEqual(
      expect.arrayContaining(['type true', 'send Line one\nthis will fail', 'type false']),
    );
    const failed = desk.message('this will fail');
    expect(await failed.innerText()).toContain('Too much at once');
    await failed.locator('[data-test=retry]').click();
    await expect.poll(() => failed.getAttribute('data-state')).toBe('sent');
    expect(await desk.part('composer').inputValue()).toBe('');
    await desk.run('handles[0].typing = true; handles[0].changed()');
    await desk.part('typing').getByText('Jane Roe is typing').waitFor();
  });

  it('[DESK-10] earlier messages are loaded above what is read, which stays where it was', async () => {
    await chat();
    const first = desk.message('Hello! Can we help?');
    await desk.part('earlier').scrollIntoViewIfNeeded();
    await desk.part('earlier').click();
    await desk.message('The very first').waitFor({ state: 'attached' });
    expect(await first.isVisible()).toBe(true);
    expect(await desk.part('earlier').count()).toBe(0);
  });

  it('[DESK-10] a draft waits in its conversation', async () => {
    await chat();
    await desk.part('composer').fill('Half a thou');
    await desk.row(2).click();
    await expect.poll(() => desk.part('composer').inputValue()).toBe('');
    await desk.row(1).click();
    await expect.poll(() => desk.part('composer').inputValue()).toBe('Half a thou');
  });

  it('[DESK-10] where the visitor logs in and the conversation moves, the chat and its draft go along', async () => {
    await chat();
    await desk.part('composer').fill('Half a thou');
    await desk.run(
      `Object.assign(handles[0], { id: 'cn_3' }); handles[0].conversation = conversations.find((c) => c.id === 'cn_3'); handles[0].tell()`,
    );
    await desk.page.getByRole('heading', { name: '<b>Mia</b> Chen' }).filter({ visible: true }).first().waitFor();
    expect(desk.page.url()).toContain('cn_3');
    expect(await desk.part('composer').inputValue()).toBe('Half a thou');
  });

  it('[DESK-11] is read when its newest message is looked at; marking it unread leaves it', async () => {
    await chat();
    await expect.poll(() => desk.did()).toContain('read cn_1');
    await desk.run('did.length = 0');
    const messages = desk.part('messages');
    await desk.run(`for (let n = 0; n < 30; n++) say('cn_1', 'More ' + n, { kind: 'site' })`);
    await messages.evaluate((list) => list.scrollTo(0, 0));
    await desk.part('messages').dispatchEvent('scroll');
    await desk.run(`did.length = 0; say('cn_1', 'The newest')`);
    await desk.part('new-messages').waitFor();
    await desk.settled();
    expect(await desk.did()).toEqual([]);
    await desk.part('new-messages').click();
    await expect.poll(() => desk.did()).toContain('read cn_1');
    await desk.part('mark-unread').click();
    await desk.part('chat').waitFor({ state: 'detached' });
    expect(await desk.did()).toEqual(expect.arrayContaining(['status UNREAD', 'close cn_1']));
    expect(await desk.row(1).getAttribute('data-status')).toBe('UNREAD');
  });

  it('[DESK-12] a slash offers canned answers, by keyboard alone', async () => {
    await chat();
    await desk.part('composer').fill('Hi Jane! ');
    await desk.page.keyboard.type('/');
    await desk.part('canned-popup').getByRole('option').nth(2).waitFor();
    await desk.page.keyboard.type('sh');
    await expect.poll(() => desk.part('canned-popup').getByRole('option').count()).toBe(1);
    await desk.page.keyboard.press('Enter');
    expect(await desk.part('composer').inputValue()).toBe('Hi Jane! We ship every working day.');
    await desk.part('composer').fill('and/or /');
    await desk.part('canned-popup').waitFor();
    await desk.page.keyboard.press('ArrowDown');
    expect(await desk.part('composer').getAttribute('aria-activedescendant')).toBe('canned-ca_1');
    await desk.page.keyboard.press('Escape');
    await desk.part('canned-popup').waitFor({ state: 'detached' });
    expect(await desk.did()).not.toContain('send and/or /');
  });

  it('[DESK-12] canned answers are written, changed and removed in a dialog', async () => {
    await chat();
    await desk.part('composer').fill('Not to be sent yet. ');
    await desk.part('canned').click();
    const dialog = desk.part('canned-dialog');
    await desk.part('canned-new').click();
    await dialog.getByLabel('Shortcut').fill('bye');
    await dialog.getByLabel('Text').fill('See you!');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Another answer has this shortcut.').waitFor();
    await dialog.getByLabel('Shortcut').fill('/ciao');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('/ciao').waitFor();
    expect((await desk.did()).filter((one) => one.startsWith('send'))).toEqual([]);
    expect(await desk.asked()).toContain('POST canned-answers {"shortcut":"ciao","text":"See you!"}');
    await dialog.getByRole('button', { name: 'Delete /ship' }).click();
    await expect.poll(() => desk.part('canned-answer').count()).toBe(3);
    await dialog.getByText('/ciao').click();
    expect(await desk.part('composer').inputValue()).toBe('Not to be sent yet. See you!');
  });

  it('[DESK-12] [DESK-15] the focus goes into dialogs and menus and back at once, not after the next frame', async () => {
    await chat();
    // From here on the page thinks that none is drawn.
    await desk.run('window.requestAnimationFrame = window.setTimeout = () => 0');
    const focused = () => desk.run('document.activeElement.dataset.test || document.activeElement.name');
    await desk.part('canned').press('Enter');
    await desk.part('canned-dialog').waitFor();
    await desk.part('canned-new').press('Enter');
    expect(await focused()).toBe('shortcut');
    await desk.page.keyboard.press('Escape');
    expect(await focused()).toBe('canned');
    await desk.part('emoji').press('Enter');
    expect(await desk.run('document.activeElement.textContent')).toBe('🙂');
    await desk.page.keyboard.press('Escape');
    expect(await focused()).toBe('emoji');
    await desk.part('assign').press('Enter');
    expect(await desk.run('document.activeElement.role')).toBe('menuitemcheckbox');
    await desk.page.keyboard.press('Escape');
    expect(await focused()).toBe('assign');
  });

  it('[DESK-14] files are sent by the button, by drop and by paste; one that is refused says why', async () => {
    await chat();
    const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('x') });
    await desk.part('file-picker').setInputFiles([file('a.txt'), file('b.txt')]);
    await desk.message('a.txt').getByRole('progressbar').waitFor();
    for (const kind of ['drop', 'paste']) {
      await desk.run(`{
        const data = new DataTransfer();
        data.items.add(new File(['x'], '${kind}.txt', { type: 'text/plain' }));
        const event = '${kind}' === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector('[data-test=composer]').dispatchEvent(event);
      }`);
    }
    await desk.part('file-picker').setInputFiles([file('c.exe')]);
    await desk.message('c.exe').getByText('Files of this kind are not accepted. Send it as a ZIP.').waitFor();
    expect(await desk.message('c.exe').getByRole('button').allInnerTexts()).toEqual(['Discard']);
    expect((await desk.did()).filter((one) => one.startsWith('file'))).toEqual([
      'file a.txt',
      'file b.txt',
      'file drop.txt',
      'file paste.txt',
      'file c.exe',
    ]);
  });

  it('[DESK-15] a conversation is done and reopened, and handed to agents by their state and load, or to a team', async () => {
    await chat();
    await desk.part('done').click();
    await desk.part('reopen').click();
    await desk.part('done').waitFor();
    await desk.part('assign').click();
    const items = desk.page.getByRole('menuitemcheckbox');
    expect(await items.allInnerTexts()).toEqual([
      expect.stringMatching(/Me\s+3 chats/),
      'Nobody',
      expect.stringMatching(/Ben Cole\s+online · 1 chat/),
      expect.stringMatching(/Cara Diaz\s+away/),
      expect.stringMatching(/Dan Eck\s+offline/),
      'Billing',
      'Returns',
    ]);
    await desk.page.keyboard.press('b');
    await desk.page.keyboard.press('Enter');
    await desk.part('assign').getByText('Ben Cole').waitFor();
    await desk.part('assign').click();
    await items.getByText('Returns').click();
    await desk.part('assign').getByText('Returns').waitFor();
    expect((await desk.did()).filter((one) => /status|assign/.test(one))).toEqual([
      'status DONE',
      'status UNRESOLVED',
      'assign {"user":"agent2@example.com"}',
      'assign {"user":null,"team":"Returns"}',
    ]);
  });

  it('[DESK-15] a conversation that is gone says so', async () => {
    await open('token=token-1&conversation=cn_erased');
    await desk.part('chat-gone').getByRole('button', { name: 'Back to the list' }).click();
    await desk.part('chat-gone').waitFor({ state: 'detached' });
  });

  for (const options of [
    { viewport: { width: 1440, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 1024, height: 768 } },
    { locale: 'de-DE', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 390, height: 844 } },
  ] as const) {
    it(`[DESK-7] no barriers in list, chat, menus and person, ${JSON.stringify(options)}`, async () => {
      await open('token=token-admin', { ...options, bypassCSP: true });
      await desk.row(1).waitFor();
      await desk.hasNoBarrier('list');
      await desk.row(1).click();
      await desk.message('Where is my order?').waitFor();
      await desk.hasNoBarrier('chat');
      await desk.part('assign').click();
      await desk.hasNoBarrier('assign');
      await desk.page.keyboard.press('Escape');
      await desk.part('composer').fill('x fail');
      await desk.part('send').click();
      await desk.part('mode-note').click();
      await desk.part('emoji').click();
      await desk.hasNoBarrier('note, emoji and a failed message');
      await desk.page.keyboard.press('Escape');
      await desk.part('mode-reply').click();
      await desk.part('composer').fill('/');
      await desk.part('canned-popup').waitFor();
      await desk.hasNoBarrier('canned answers');
      await desk.part('canned').click();
      await desk.part('canned-new').click();
      await desk.hasNoBarrier('dialog');
      await desk.page.keyboard.press('Escape');
      if (await desk.part('show-person').isVisible()) await desk.part('show-person').click();
      await desk.part('erase').scrollIntoViewIfNeeded();
      await desk.hasNoBarrier('person');
      await desk.part('erase').click();
      await desk.hasNoBarrier('erase');
    });
  }
});
