import { beforeEach, describe, expect, it } from 'vitest';
import { noon } from './atNoon.ts';
import { type ChatPage, long, thread } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';

describe('the chat’s window', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;
  beforeEach(async () => {
    ui = await stage.open();
  });

  const metrics = () =>
    ui.part('messages').evaluate((list) => ({
      top: list.scrollTop,
      below: list.scrollHeight - list.clientHeight - list.scrollTop,
    }));
  const topOf = async (text: string) => (await ui.page.getByText(text, { exact: true }).boundingBox())?.y;
  const status = () => ui.part('status').innerText();

  it('[CHATUI-7] opens by key with the focus in the input; Escape closes it and the focus returns', async () => {
    await ui.page.focus('#before');
    await ui.page.keyboard.press('Tab');
    for (let i = 0; i < 3 && (await ui.focused()) !== 'launcher'; i++) await ui.page.keyboard.press('Tab');
    expect(await ui.focused()).toBe('launcher');
    await ui.page.keyboard.press('Enter');
    await ui.part('panel').waitFor();
    expect(await ui.page.getByRole('dialog', { name: 'Chat with us' }).count()).toBe(1);
    expect(await ui.focused()).toBe('input');
    const seen: string[] = [];
    for (let i = 0; i < 3; i++) {
      await ui.page.keyboard.press('Tab');
      seen.push(await ui.focused());
    }
    expect(seen).toEqual(['attach', 'emoji', 'send']);
    await ui.page.keyboard.press('Escape');
    await ui.part('panel').waitFor({ state: 'detached' });
    await expect.poll(() => ui.focused()).toBe('launcher');
  });

  it('[CHATUI-7] a window that opens by itself takes no focus', async () => {
    await ui.page.evaluate('document.querySelector("#before").focus()');
    await ui.page.evaluate(`Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })`);
    await ui.page.evaluate('toggle()');
    await ui.part('panel').waitFor();
    await ui.settled();
    expect(await ui.focused()).toBe('before');
  });

  it('[CHATUI-8] Enter sends, Shift+Enter breaks the line, a composition’s Enter does neither', async () => {
    await ui.show();
    const input = ui.part('input');
    await input.pressSequentially('One');
    await input.press('Shift+Enter');
    await input.pressSequentially('Two');
    expect(await ui.draft()).toBe('One\nTwo');
    await input.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
    await input.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
    expect(await ui.called()).not.toContain('send:One\nTwo');
    await input.press('Enter');
    expect(await ui.called()).toContain('send:One\nTwo');
    await expect.poll(() => input.inputValue()).toBe('');
    await input.press('Enter');
    expect((await ui.called()).filter((call) => call.startsWith('send'))).toHaveLength(1);
  });

  it('[CHATUI-8] the page’s own shortcuts stay out of it', async () => {
    await ui.show();
    await ui.page.evaluate(
      `for (const type of ['keydown', 'keyup', 'keypress']) document.addEventListener(type, () => called.push('page'))`,
    );
    await ui.part('input').pressSequentially('k/');
    expect(await ui.called()).not.toContain('page');
  });

  it('[CHATUI-9] the input grows to six lines, keeps the draft, and tells near the end how much is left', async () => {
    await ui.show({ draft: 'Begun on another page' });
    const input = ui.part('input');
    expect(await input.inputValue()).toBe('Begun on another page');
    const height = async () => Math.round((await input.boundingBox())?.height ?? 0);
    const one = await height();
    await input.fill('1\n2\n3');
    await expect.poll(height).toBeGreaterThan(one * 1.5);
    await input.fill('1\n'.repeat(6));
    const six = await height();
    await input.fill('1\n'.repeat(30));
    await expect.poll(height).toBe(six);
    expect(await ui.part('count').count()).toBe(0);
    await input.fill('x'.repeat(9_990));
    await expect.poll(() => ui.part('count').innerText()).toBe('Characters left: 10');
    await input.fill('x'.repeat(10_003));
    await expect.poll(() => ui.part('count').innerText()).toBe('Too long by 3 characters');
    await input.press('Enter');
    expect((await ui.called()).filter((call) => call.startsWith('send'))).toEqual([]);
  });

  it('[CHATUI-10] emoji by keyboard: arrows choose, Enter inserts at the caret, Escape closes the picker alone', async () => {
    await ui.show({ draft: 'ab' });
    await ui.part('input').press('End');
    await ui.part('input').press('ArrowLeft');
    await ui.part('emoji').press('Enter');
    await ui.part('emoji-picker').waitFor();
    await ui.page.keyboard.press('Escape');
    expect(await ui.focused()).toBe('emoji');
    await ui.page.keyboard.press('Enter');
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowUp', 'Enter']) await ui.page.keyboard.press(key);
    await expect.poll(() => ui.draft()).toBe('a😀b');
    expect(await ui.focused()).toBe('input');
    expect(await ui.part('panel').count()).toBe(1);
  });

  it('[CHATUI-11] messages stand in groups under days, with name, time and how far one’s own have come', async () => {
    const [before] = thread({ own: true, text: 'Yesterday’s', at: noon - 86_400_000, id: 'old' });
    const today = thread(
      { text: 'Hello' },
      { text: 'How can I help?' },
      { own: true, text: 'Where is it?', state: 'read' },
      { own: true, text: 'My parcel', state: 'delivered' },
      { own: true, text: 'The red one', state: 'sending' },
    );
    await ui.show({ messages: [...(before ? [before] : []), ...today] });
    const panel = await ui.part('messages').innerText();
    expect(panel.match(/Yesterday\n|Today/g)?.length).toBe(2);
    expect(panel.match(/Anna Schmidt\n/g)?.length).toBe(1);
    const states = await ui.part('messages').locator('.state').allInnerTexts();
    expect(states).toEqual(['Read', 'Read', 'Delivered', 'Sending…'].slice(-states.length));
    expect(states.length).toBeGreaterThanOrEqual(3);
    expect(panel).toMatch(/\d\d:\d\d/);
  });

  it('[CHATUI-12] what failed says so and why, and can be tried again or discarded', async () => {
    await ui.show({
      messages: thread(
        { own: true, state: 'failed', error: 'UNAVAILABLE', id: 'a' },
        {
          own: true,
          text: '',
          upload: { name: 'big.zip', size: 1e9, progress: 0 },
          state: 'failed',
          error: 'PAYLOAD_TOO_LARGE',
          id: 'b',
        },
      ),
    });
    expect(await ui.part('messages').innerText()).toContain('Too large; at most 5 MB');
    expect(await ui.part('retry').count()).toBe(1);
    await ui.part('retry').click();
    await ui.part('discard').last().click();
    expect(await ui.called()).toEqual(expect.arrayContaining(['retry:a', 'discard:b']));
  });

  it('[CHATUI-42] tells a text that is refused from files that are empty, too large or of a type that is not taken', async () => {
    const upload = (size: number) => ({ text: '', upload: { name: 'a.x', size, progress: 0 } });
    const failed = (error: string, fields: object = {}) => ({ own: true, state: 'failed' as const, error, ...fields });
    await ui.show({
      messages: thread(
        failed('INVALID_INPUT'),
        failed('INVALID_INPUT', upload(0)),
        failed('INVALID_INPUT', upload(9)),
        failed('PAYLOAD_TOO_LARGE', upload(9e9)),
        failed('UNSUPPORTED', upload(9)),
        failed('RATE_LIMITED'),
      ),
    });
    const said = await ui.part('message').locator('.failed > span:first-child').allInnerTexts();
    expect(said.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      'Not sent · This message cannot be sent',
      'Not sent · This file is empty',
      'Not sent · Files of this type are not accepted; a ZIP file is',
      'Not sent · Too large; at most 5 MB',
      'Not sent · This file cannot be sent',
      'Not sent · Too much at once; please wait a moment',
    ]);
  });

  it('[CHATUI-42] the reason begins no line with the mark that parts it', async () => {
    await ui.close();
    ui = await stage.open({ locale: 'de-DE', viewport: { width: 320, height: 568 } });
    const upload = { name: 'a.zip', size: 9, progress: 0 };
    await ui.show({ messages: thread({ own: true, text: '', upload, state: 'failed', error: 'INVALID_INPUT' }) });
    const lines = await ui
      .part('message')
      .locator('.failed > span:first-child')
      .evaluate((span) => {
        const tops = new Map<number, string>();
        const walk = span.ownerDocument.createTreeWalker(span, 4);
        while (walk.nextNode()) {
          const text = walk.currentNode;
          for (let at = 0; at < text.length; at++) {
            const range = span.ownerDocument.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const { top } = range.getBoundingClientRect();
            tops.set(Math.round(top), (tops.get(Math.round(top)) ?? '') + text.data[at]);
          }
        }
        return [...tops.values()];
      });
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.trim()).not.toMatch(/^·/);
  });

  it('[CHATUI-13] stays at the end while the reader is there, and leaves who reads elsewhere alone', async () => {
    await ui.show({ messages: long(40) });
    await expect.poll(async () => (await metrics()).below).toBeLessThan(2);
    await ui.set({ messages: long(41) });
    await expect.poll(async () => (await metrics()).below).toBeLessThan(2);
    await ui.part('messages').hover();
    // A wheel’s way takes some frames.
    await ui.part('messages').evaluate((list) => {
      const end = new Promise((done) => list.addEventListener('scrollend', done, { once: true }));
      Object.assign(globalThis, { scrolled: end.then(() => {}) });
    });
    await ui.page.mouse.wheel(0, -400);
    await ui.page.evaluate('scrolled');
    await ui.part('jump').waitFor();
    // Legible above whatever bubble it covers.
    const background = `getComputedStyle(document.querySelector('coview-widget').shadowRoot.querySelector('.jump')).backgroundColor`;
    expect(await ui.page.evaluate(background)).toBe('rgb(255, 255, 255)');
    const { top } = await metrics();
    await ui.set({ messages: long(42), unread: 1 });
    await ui.page.getByRole('button', { name: 'New messages' }).getByText('New messages').waitFor();
    await ui.settled();
    expect((await metrics()).top).toBe(top);
    expect(await ui.page.evaluate('chat.view.unread')).toBe(1);
    await ui.part('jump').click();
    await expect.poll(() => ui.page.evaluate('chat.view.unread')).toBe(0);
    expect((await metrics()).below).toBeLessThan(2);
    // Away in the very moment in which something comes.
    await ui.page.evaluate('new Promise(requestAnimationFrame)');
    await ui.part('messages').evaluate((list, messages) => {
      list.scrollTop = 60;
      (globalThis as unknown as { chat: { set(view: object): void } }).chat.set({ messages, unread: 1 });
    }, long(43));
    await ui.part('jump').waitFor();
    expect((await metrics()).top).toBe(60);
  });

  it('[CHATUI-13] stays at the end while what is written becomes longer, line by line', async () => {
    await ui.show({ messages: long(40) });
    await ui.part('input').focus();
    for (let line = 0; line < 6; line++) {
      await ui.page.keyboard.type('A line');
      await ui.page.keyboard.press('Shift+Enter');
      await ui.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    }
    expect((await metrics()).below).toBeLessThan(2);
    expect(await ui.part('jump').count()).toBe(0);
  });

  it('[CHATUI-13] what comes above a message of one’s own that waits, or was not sent, is read too', async () => {
    const mine = { id: 'mine', own: true, state: 'failed', error: 'UNAVAILABLE' } as const;
    await ui.show({ messages: thread({}, mine) });
    await ui.set({ messages: thread({}, { id: 'theirs' }, mine), unread: 1 });
    await expect.poll(() => ui.page.evaluate('chat.view.unread')).toBe(0);
  });

  it('[CHATUI-4] what is read stays in sight when a modal dialog of the page opens and closes', async () => {
    await ui.show({ messages: long(40) });
    await expect.poll(async () => (await metrics()).below).toBeLessThan(2);
    const dialog = (does: string) => ui.page.evaluate(`document.getElementById('dialog').${does}()`);
    await dialog('showModal');
    await expect.poll(() => ui.page.evaluate(`!!document.querySelector('dialog coview-widget')`)).toBe(true);
    await expect.poll(async () => (await metrics()).below).toBeLessThan(2);
    await ui.part('messages').evaluate((list) => list.scrollTo(0, 300));
    await ui.part('jump').waitFor();
    await dialog('close');
    await expect.poll(() => ui.page.evaluate(`!!document.querySelector('dialog coview-widget')`)).toBe(false);
    await expect.poll(async () => (await metrics()).top).toBe(300);
  });

  it('[CHATUI-14] older messages come at the top and by button, and what is being read stays in its place', async () => {
    await ui.show({ messages: long(30, 31), hasEarlier: true });
    await ui.page.evaluate(`window.earlier = () => new Promise((done) => (window.come = done))`);
    await ui.part('messages').evaluate((list) => list.scrollTo(0, 30));
    await expect.poll(() => ui.called()).toContain('earlier');
    const before = await topOf('Message 31');
    await ui.set({ messages: long(60), hasEarlier: false });
    await ui.page.evaluate('come()');
    await expect.poll(() => ui.part('message').count()).toBe(60);
    await expect.poll(async () => Math.abs(((await topOf('Message 31')) ?? 0) - (before ?? 0))).toBeLessThan(45);
    await ui.settled();
    expect((await ui.called()).filter((call) => call === 'earlier')).toHaveLength(1);
    await ui.set({ messages: long(3), hasEarlier: true });
    await ui.part('earlier').click();
    await expect.poll(async () => (await ui.called()).filter((call) => call === 'earlier').length).toBe(2);
  });

  it('[CHATUI-15] a line marks what is new, and the window begins there if it is much', async () => {
    await ui.show({ messages: long(40), unread: 12 });
    await ui.part('unread-line').waitFor();
    const after = await ui.part('unread-line').evaluate((line) => line.nextElementSibling?.textContent);
    const others = long(40).filter(({ own }) => !own);
    expect(after).toContain(others.at(-12)?.text);
    expect(await ui.part('unread-line').isVisible()).toBe(true);
    await ui.settled();
    expect(await ui.called()).not.toContain('seen');
  });

  it('[CHATUI-16] a screen reader is told what others write, once, with who wrote it', async () => {
    const first = thread({ text: 'Old' });
    await ui.show({ messages: first });
    await ui.settled();
    const told = () => ui.part('announcer').locator('p').allTextContents();
    expect(await told()).toEqual([]);
    const more = [...first, ...thread({ text: 'x' }, { text: 'New one' }, { own: true, text: 'Mine' }).slice(1)];
    await ui.set({ messages: more });
    await expect.poll(told).toEqual(['Anna Schmidt: New one']);
    await ui.set({ typing: 'Anna', messages: [...more] });
    await expect.poll(() => ui.part('typing').innerText()).toBe('Anna is typing…');
    await ui.settled();
    expect(await told()).toEqual(['Anna Schmidt: New one']);
    expect(await ui.part('announcer').getAttribute('aria-live')).toBe('polite');
  });

  it('[CHATUI-17] says who is there: online, busy, away, closed, and that a lost connection loses nothing', async () => {
    await ui.show();
    const presence = () => ui.part('panel').locator('header').innerText();
    expect(await presence()).toContain('Online');
    expect(await ui.part('empty').innerText()).toBe('Hello! What can we do for you?');
    await ui.set({ agents: { online: true, available: false } });
    await expect.poll(presence).toContain('Everybody is busy');
    await ui.set({ agents: { online: false, available: false } });
    await expect.poll(presence).toContain('Away at the moment');
    expect(await ui.part('empty').innerText()).toContain('Leave us a message');
    await ui.set({ inHours: false, messages: thread({ own: true }) });
    await expect.poll(presence).toContain('Outside our opening hours');
    expect(await status()).toBe('We’ll answer here as soon as we’re back.');
    await ui.set({ connected: false });
    await expect.poll(status).toBe('No connection. Your messages are kept and sent later.');
    await ui.set({ connected: true, inHours: true, agents: { online: true, available: true } });
    await expect.poll(status).toBe('');
  });

  it('[CHATUI-18] a greeting is the site’s bubble', async () => {
    await ui.show({ greeting: 'Can we help you with your order?', unread: 1 });
    expect(await ui.part('message').getAttribute('data-author')).toBe('site');
    expect(await ui.part('message').innerText()).toContain('Can we help you with your order?');
    await expect.poll(() => ui.called()).toContain('seen');
  });
});
