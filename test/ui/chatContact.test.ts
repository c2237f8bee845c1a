import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isBrought } from '#test/browser/brought.ts';
import { type ChatPage, thread } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';

const away = { asksContact: true, agents: { online: false, available: false } };
const question = { text: 'Is anybody there?', own: true };

describe('how to reach somebody', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;
  const form = () => ui.part('contact');
  const field = (name: string) => form().getByLabel(name);
  /** What the form comes in: nobody loads it before it is to be shown. */
  let loads: string[];
  const open = async (fields: object, options: Parameters<typeof ChatPage.open>[2] = {}) => {
    ui = await stage.open(options);
    loads = [];
    ui.page.on('request', (request) => {
      if (request.url().includes('/ContactForm-') && isBrought(request)) loads.push(request.url());
    });
    await ui.show(fields);
  };
  const isNotAsked = async () => {
    await ui.settled();
    expect([await form().count(), loads]).toEqual([0, []]);
  };

  it('[CHATUI-41] is asked under what somebody unknown has sent while nobody is there, and not before', async () => {
    await open({ ...away, messages: thread({}) });
    await isNotAsked();
    await ui.set({ messages: thread({}, question) });
    await form().waitFor();
    expect(loads).toHaveLength(1);
    await ui.still();
    const [last, box] = [await ui.part('message').last().boundingBox(), await form().boundingBox()];
    expect(box?.y).toBeGreaterThan((last?.y ?? 0) + (last?.height ?? 0));
    expect(
      await ui.part('messages').evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop),
    ).toBeLessThan(2);
    expect(await field('Name').getAttribute('autocomplete')).toBe('name');
    expect(await field('Email').getAttribute('autocomplete')).toBe('email');
    // Somebody comes while it is filled in.
    await field('Email').fill('me@example.com');
    await ui.set({ agents: { online: true, available: true } });
    expect(await field('Email').inputValue()).toBe('me@example.com');
  });

  it.each([
    ['somebody is there', { agents: { online: true, available: true } }],
    ['it was asked before, or it is known who writes', { asksContact: false }],
    ['an agent has had the last word', { messages: thread(question, {}) }],
    ['nothing was written', { messages: [] }],
  ])('[CHATUI-41] is not asked where %s', async (_, fields) => {
    await open({ ...away, messages: thread(question), ...fields });
    await isNotAsked();
  });

  it('[CHATUI-41] takes a name, an email or both by keyboard alone, thanks, and gives the focus back to the input', async () => {
    await open({ ...away, inHours: false, messages: thread(question) });
    await field('Name').focus();
    await ui.page.keyboard.type(' Erika Muster ');
    await ui.page.keyboard.press('Tab');
    await ui.page.keyboard.type('erika@example.com');
    await ui.page.keyboard.press('Enter');
    await ui.part('panel').getByText('Thank you').waitFor();
    expect(await ui.called()).toContain('contact:{"name":"Erika Muster","email":"erika@example.com"}');
    expect(await form().count()).toBe(0);
    expect(await ui.focused()).toBe('input');
  });

  it('[CHATUI-41] can be left out, which is taken without a word; with nothing in it nothing is sent', async () => {
    await open({ ...away, messages: thread(question) });
    const hasFocus = () => field('Email').evaluate((input) => input === input.getRootNode().activeElement);
    await ui.part('contact-send').click();
    expect(await hasFocus()).toBe(true);
    // With a name alone nobody can be reached, and an address is one.
    await field('Name').fill('Erika');
    await ui.page.keyboard.press('Enter');
    expect(await hasFocus()).toBe(true);
    await field('Email').fill('erika');
    await ui.page.keyboard.press('Enter');
    expect(await ui.called()).not.toContainEqual(expect.stringMatching(/^contact/));
    await ui.part('contact-skip').click();
    expect(await form().count()).toBe(0);
    expect((await ui.called()).filter((one) => /contact|skip/.test(one))).toEqual(['skip']);
    expect(await ui.focused()).toBe('input');
    expect(await ui.part('panel').innerText()).not.toContain('Thank you');
  });

  it('[CHATUI-41] what does not work says so, and nothing of it is lost', async () => {
    await open({ ...away, messages: thread(question) });
    await field('Email').fill('no@where');
    await ui.part('contact-send').click();
    await form().getByRole('alert').getByText('Is the email address right?').waitFor();
    expect(await field('Email').inputValue()).toBe('no@where');
    await field('Email').fill('me@example.com');
    await ui.part('contact-send').click();
    await ui.part('panel').getByText('Thank you').waitFor();
  });

  it('[CHATUI-41] only what the server does not take is blamed on the email', async () => {
    await open({ ...away, messages: thread(question) });
    await field('Email').fill('off@line.example');
    await ui.part('contact-send').click();
    await form().getByRole('alert').getByText('Please try again in a moment.').waitFor();
    expect(await form().getByRole('alert').innerText()).not.toContain('email');
    expect(await field('Email').getAttribute('aria-invalid')).toBe('false');
  });

  /** What the window shows after a reset: nobody's conversation, before it is known whose it is. */
  const reset = async () => {
    await ui.page.evaluate('chat.set({ contact: undefined })');
    await ui.set({ messages: [], loaded: false, asksContact: true });
    await ui.set({ loaded: true });
    await ui.settled();
  };

  it('[CHATUI-41] the next visitor is neither thanked nor asked before they have written', async () => {
    await open({ ...away, messages: thread(question) });
    await form().waitFor();
    await reset();
    expect(await form().count()).toBe(0);
    await ui.set({ messages: thread({ ...question, id: 'n1' }) });
    await field('Email').fill('no@where');
    await ui.part('contact-send').click();
    await form().getByRole('alert').locator('text=/./').waitFor();
    await reset();
    await ui.set({ messages: thread({ ...question, id: 'n2' }) });
    expect(await field('Email').inputValue()).toBe('');
    expect(await form().getByRole('alert').count()).toBe(0);
    await field('Email').fill('me@example.com');
    await ui.part('contact-send').click();
    await ui.part('panel').getByText('Thank you').waitFor();
    await reset();
    expect(await ui.part('panel').innerText()).not.toContain('Thank you');
    expect(await form().count()).toBe(0);
  });

  it('[CHATUI-41] nor is the next visitor thanked when the answer of the one before comes late', async () => {
    await open({ ...away, messages: thread(question) });
    await ui.page.evaluate('void (window.answering = new Promise((resolve) => { window.answer = resolve; }))');
    await field('Email').fill('me@example.com');
    await ui.part('contact-send').click();
    await expect.poll(() => ui.called()).toContainEqual(expect.stringMatching(/^contact/));
    await reset();
    await ui.set({ messages: thread({ ...question, id: 'n1' }) });
    await form().waitFor();
    await ui.page.evaluate('answer()');
    await form().waitFor({ state: 'detached' });
    expect(await ui.part('panel').innerText()).not.toContain('Thank you');
  });

  it.each([
    ['of one’s own', { own: true }],
    ['of an agent', {}],
  ])('[CHATUI-41] the thanks go with the next message %s', async (_, next) => {
    await open({ ...away, messages: thread(question) });
    await field('Email').fill('me@example.com');
    await ui.part('contact-send').click();
    await ui.part('panel').getByText('Thank you').waitFor();
    await ui.set({ messages: thread(question, next) });
    expect(await ui.part('panel').innerText()).not.toContain('Thank you');
  });

  const small = { viewport: { width: 360, height: 380 }, hasTouch: true, isMobile: true };
  const wholeInView = (what: Locator) =>
    what.evaluate((row) => {
      const [list, box] = [row.closest('[data-cv=messages]'), row].map((one) => one.getBoundingClientRect());
      return box.top >= list.top && box.bottom <= list.bottom;
    });

  const middleInView = (what: Locator) =>
    what.evaluate((row) => {
      const [list, box] = [row.closest('[data-cv=messages]'), row].map((one) => one.getBoundingClientRect());
      return list.top < (box.top + box.bottom) / 2 && (box.top + box.bottom) / 2 < list.bottom;
    });

  it('[CHATUI-41] goes when an agent answers, and gives back the focus; the answer is in view', async () => {
    await open({ ...away, messages: thread(question) }, small);
    await field('Name').focus();
    await ui.set({ messages: thread(question, { text: 'Here I am.' }) });
    await form().waitFor({ state: 'detached' });
    expect(await wholeInView(ui.part('message').last())).toBe(true);
    expect(await ui.focused()).toBe('panel');
  });

  it('[CHATUI-41] stays above the answer with something in it, and read is only what is in view', async () => {
    await open({ ...away, messages: thread(question) }, small);
    const unread = () => ui.page.evaluate('chat.view.unread');
    const answer = { text: 'Here I am.\nHow\ncan\nI\nhelp?' };
    await field('Email').fill('me@exam');
    await ui.set({ messages: thread(question, answer), unread: 1 });
    await expect.poll(() => wholeInView(ui.part('message').last())).toBe(true);
    await expect.poll(unread).toBe(0);
    await ui.still();
    const [box, below] = [await form().boundingBox(), await ui.part('message').last().boundingBox()];
    expect(below?.y).toBeGreaterThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
    // Who goes on filling in sees where.
    await field('Email').press('End');
    await ui.page.keyboard.type('ple.com');
    expect(await field('Email').inputValue()).toBe('me@example.com');
    expect(await middleInView(field('Email'))).toBe(true);
    await ui.set({ messages: thread(question, answer, {}), unread: 1 });
    await ui.part('jump').waitFor();
    await ui.settled();
    expect(await middleInView(field('Email'))).toBe(true);
    expect(await unread()).toBe(1);
    await ui.part('jump').click();
    await expect.poll(() => wholeInView(ui.part('message').last())).toBe(true);
    await expect.poll(unread).toBe(0);
  });

  it('[CHATUI-41] what is filled in is there when the window was closed meanwhile, and somebody came', async () => {
    await open({ ...away, messages: thread(question) });
    await field('Name').fill('Erika');
    await field('Email').fill('erika@');
    await ui.page.keyboard.press('Escape');
    await ui.part('panel').waitFor({ state: 'detached' });
    await ui.show({ agents: { online: true, available: true }, messages: thread(question, {}) });
    expect(await field('Name').inputValue()).toBe('Erika');
    expect(await field('Email').inputValue()).toBe('erika@');
  });

  it('[CHATUI-41] a screen reader is told that it came, once', async () => {
    await open({ ...away, messages: thread({}) });
    const told = () => ui.part('announcer').innerText();
    await ui.settled();
    expect(await told()).toBe('');
    await ui.set({ messages: thread({}, question) });
    await expect.poll(told).toBe('How can we reach you if you’ve left? Only if you like.');
    await field('Email').fill('me@example.com');
    expect(await ui.part('announcer').locator('p').count()).toBe(1);
  });

  it('[CHATUI-41] on a right-to-left page the address is written from the left', async () => {
    await open({ ...away, messages: thread(question) }, { locale: 'ar' });
    await form().waitFor();
    const direction = (part: Locator) =>
      part.evaluate((element) => element.ownerDocument.defaultView.getComputedStyle(element).direction);
    expect([await direction(form()), await direction(form().locator('[name=email]'))]).toEqual(['rtl', 'ltr']);
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true }],
    ['German, narrow, dark', { locale: 'de-DE', colorScheme: 'dark', viewport: { width: 320, height: 568 } }],
  ] as const)('[CHATUI-23] [CHATUI-41] axe-core finds nothing to complain of: %s', async (name, options) => {
    await open({ ...away, messages: thread(question) }, { bypassCSP: true, ...options });
    await field('Name').fill('Erika');
    await field('E').last().fill('no@where');
    await ui.part('contact-send').click();
    await form().getByRole('alert').locator('text=/./').waitFor();
    expect(await ui.axe()).toEqual([]);
    const wide = await ui.part('messages').evaluate((list) => list.scrollWidth - list.clientWidth);
    expect(wide).toBe(0);
    const list = await ui.part('messages').boundingBox();
    const send = await ui.part('contact-send').boundingBox();
    expect((send?.y ?? 0) + (send?.height ?? 0)).toBeLessThanOrEqual((list?.y ?? 0) + (list?.height ?? 0));
    if (name === 'phone') {
      for (const input of await form().locator('input, button').all()) {
        expect((await input.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      }
    }
    if (process.env['PICTURES']) await ui.page.screenshot({ path: `${process.env['PICTURES']}/contact ${name}.png` });
  });
});
