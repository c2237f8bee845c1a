import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatPage, long } from './ChatPage.ts';
import { ChatStage } from './ChatStage.ts';

describe('where the chat’s messages are scrolled to', () => {
  const stage = ChatStage.forTests();
  let ui: ChatPage;
  beforeEach(async () => {
    ui = await stage.open();
  });

  const below = () => ui.part('messages').evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);

  it('[CHATUI-13] stays at the end where something comes while the list springs back from beyond its end', async () => {
    await ui.show({ messages: long(40) });
    await expect.poll(below).toBeLessThan(2);
    // As Safari tells it.
    await ui.page.evaluate(`{
      const list = document.querySelector('coview-widget').shadowRoot.querySelector('[data-cv=messages]');
      const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');
      let beyond = 60;
      Object.defineProperty(list, 'scrollTop', {
        configurable: true,
        get: () => get.call(list) + beyond,
        set: (top) => set.call(list, top),
      });
      list.dispatchEvent(new Event('scroll'));
      beyond = 20;
      chat.set({ messages: ${JSON.stringify(long(41))} });
    }`);
    await ui.settled();
    await ui.part('messages').evaluate((list) => {
      Reflect.deleteProperty(list, 'scrollTop');
      list.dispatchEvent(new Event('scroll'));
    });
    await ui.settled();
    expect(await below()).toBeLessThan(2);
    expect(await ui.part('jump').count()).toBe(0);
  });

  it('[CHATUI-4] the newest stays in sight when something comes in the moment in which such a dialog opens', async () => {
    await ui.show({ messages: long(40) });
    await expect.poll(below).toBeLessThan(2);
    // The browser tells late that the layer is back.
    await ui.page.evaluate(`{
      const root = document.querySelector('coview-widget').shadowRoot;
      const early = (event) => event.stopImmediatePropagation();
      root.addEventListener('toggle', early, true);
      const moved = new MutationObserver(() => {
        if (!document.querySelector('dialog coview-widget')) return;
        moved.disconnect();
        chat.set({ messages: ${JSON.stringify(long(41))} });
        new ResizeObserver((_, grown) => {
          grown.disconnect();
          root.removeEventListener('toggle', early, true);
          root.querySelector('[data-cv=messages]').closest('.layer').dispatchEvent(new Event('toggle'));
        }).observe(root.querySelector('[data-cv=messages] ol'));
      });
      moved.observe(document, { subtree: true, childList: true });
      document.getElementById('dialog').showModal();
    }`);
    await ui.page.getByText(long(41).at(-1)?.text ?? '', { exact: true }).waitFor();
    await expect.poll(below).toBeLessThan(2);
  });
});
