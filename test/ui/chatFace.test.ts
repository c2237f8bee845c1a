import { describe, expect, it } from 'vitest';
import { type ChatPage, long, thread } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';
import { readsForwards } from './readsForwards.ts';

const png = { id: 'f', name: 'zip.png', type: 'image/png', size: 23_456, path: '/files/shop/1/k' } as never;
const pdf = { id: 'g', name: 'terms.pdf', type: 'application/pdf', size: 234_567, path: '/files/shop/2/k' } as never;
const everything = {
  messages: thread(
    { text: 'Hello, see https://shop.example' },
    { text: '', file: png },
    { text: 'And this', file: pdf },
    { own: true, text: '👍' },
    { own: true, text: 'Thanks', state: 'delivered' },
    { own: true, text: '', upload: { name: 'a.mov', size: 9e6, progress: 0.3 }, state: 'sending' },
    { own: true, text: 'Lost', state: 'failed', error: 'UNAVAILABLE' },
  ),
  typing: 'Anna Schmidt',
  hasEarlier: true,
  inHours: false,
};

describe('the chat’s face', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;

  const phone = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', phone],
    ['German', { locale: 'de-DE' }],
    ['yellow', { boot: { widget: { color: '#ffd400' } } }],
    ['grey', { boot: { widget: { color: '#7d7d7d' } } }],
  ] as const)('[CHATUI-23] axe-core finds nothing to complain of: %s', async (_, options) => {
    ui = await stage.open({ bypassCSP: true, ...options });
    await ui.set({ unread: 2 });
    expect(await ui.axe(), 'launcher').toEqual([]);
    await ui.show({ unread: 0 });
    expect(await ui.axe(), 'empty').toEqual([]);
    await ui.set(everything);
    await ui.part('typing').getByText(/Anna/).waitFor();
    expect(await ui.axe(), 'everything').toEqual([]);
    await ui.set({ connected: false, draft: 'x'.repeat(10_001), messages: long(40), unread: 3 });
    if (await ui.part('emoji').isVisible()) await ui.part('emoji').click();
    expect(await ui.axe(), 'lost').toEqual([]);
  });

  it('[CHATUI-24] keeps a strict CSP with nonce and trusted types, and the page’s styles stay outside', async () => {
    ui = await stage.open();
    await ui.show(everything);
    await ui.part('emoji').click();
    await ui.part('emoji-picker').getByRole('button').first().click();
    await ui.part('input').fill('Some\nlines');
    expect(ui.complaints).toEqual([]);
    const look = await ui.part('input').evaluate((element) => {
      const { letterSpacing, display } = element.ownerDocument.defaultView.getComputedStyle(element);
      return { letterSpacing, display };
    });
    expect(look).toEqual({ letterSpacing: 'normal', display: 'block' });
  });

  it('[CHATUI-25] is a sheet on a phone, with 44 px to touch, no zoom at the input, and no launcher over it', async () => {
    ui = await stage.open(phone);
    await ui.show(everything);
    await ui.still();
    expect(await ui.part('panel').boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 667 });
    expect(await ui.part('launcher').isVisible()).toBe(false);
    const sizes = await ui
      .part('panel')
      .getByRole('button')
      .evaluateAll((all) =>
        all.map((button) => button.getBoundingClientRect()).flatMap(({ width, height }) => [width, height]),
      );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    expect(
      await ui
        .part('input')
        .evaluate((element) => element.ownerDocument.defaultView.getComputedStyle(element).fontSize),
    ).toBe('16px');
    expect(await ui.focused()).toBe('panel');
    await ui.part('close').tap();
    await ui.part('launcher').waitFor();
    await expect.poll(() => ui.focused()).toBe('launcher');
  });

  it('[CHATUI-25] the sheet keeps to what an on-screen keyboard leaves free', async () => {
    ui = await stage.open(phone);
    await ui.show({ messages: long(30) });
    await ui.page.evaluate(`{
      Object.defineProperty(visualViewport, 'height', { value: 350 });
      Object.defineProperty(visualViewport, 'offsetTop', { value: 40 });
      visualViewport.dispatchEvent(new Event('resize'));
    }`);
    await expect.poll(() => ui.part('panel').boundingBox()).toEqual({ x: 0, y: 40, width: 375, height: 350 });
    await expect
      .poll(() => ui.part('messages').evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop))
      .toBeLessThan(2);
  });

  it('[CHATUI-26] floats beside the launcher, within a low window, and on either side of right-to-left pages', async () => {
    ui = await stage.open({ viewport: { width: 900, height: 560 } });
    await ui.page.evaluate(`document.documentElement.dir = 'rtl'`);
    await ui.show(everything);
    await ui.still();
    const panel = await ui.part('panel').boundingBox();
    const launcher = await ui.part('launcher').boundingBox();
    expect(panel?.width).toBe(380);
    expect((panel?.x ?? 0) + 380).toBe(880);
    expect(panel?.y).toBeGreaterThanOrEqual(15);
    expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThan(launcher?.y ?? 0);
    const own = await ui.part('message').locator('.bubble', { hasText: 'Thanks' }).boundingBox();
    expect(own?.x).toBeLessThan(panel ? panel.x + 60 : 0);
  });

  it('[CHATUI-43] on a right-to-left page English words stand where the panel begins, and times keep their order', async () => {
    ui = await stage.open({ locale: 'en-US' });
    await ui.page.evaluate(`document.documentElement.dir = 'rtl'`);
    await ui.show(everything);
    await ui.still();
    const right = async (what: string) => {
      const box = await ui.part('panel').locator(what).boundingBox();
      return Math.round((box?.x ?? 0) + (box?.width ?? 0));
    };
    expect(await right('h2 span')).toBe(await right('.presence'));
    const time = ui.part('message').locator('time').first();
    expect(await time.innerText()).toMatch(/^\d+:\d\d\s[AP]M$/);
    expect(await readsForwards(time)).toBe(true);
  });

  it('[CHATUI-27] speaks the visitor’s language: built in, from the server’s file over English, in the site’s own words', async () => {
    const texts = { de: { title: 'Fragen Sie Anna', welcome: 'Moin!' } };
    ui = await stage.open({ locale: 'de-AT', boot: { widget: { texts } } });
    await ui.show();
    expect(await ui.page.getByRole('dialog', { name: 'Fragen Sie Anna' }).innerText()).toContain('Moin!');
    expect(await ui.part('input').getAttribute('placeholder')).toBe('Nachricht schreiben');
    await ui.close();

    ui = await stage.open({ locale: 'fr-CA' });
    await expect.poll(() => ui.part('launcher').getAttribute('aria-label')).toBe('Ouvrir la discussion');
    await ui.show();
    expect(await ui.part('send').getAttribute('aria-label')).toBe('Envoyer');
    expect(await ui.part('panel').getAttribute('aria-label')).toBe('Chat with us');
    await ui.close();

    ui = await stage.open({ boot: { language: 'ar' } });
    await ui.show();
    expect(
      await ui.part('panel').evaluate((panel) => panel.ownerDocument.defaultView.getComputedStyle(panel).direction),
    ).toBe('rtl');
    await ui.close();

    ui = await stage.open({ locale: 'pl-PL' });
    await ui.show();
    expect(await ui.part('send').getAttribute('aria-label')).toBe('Send');
  });
});
