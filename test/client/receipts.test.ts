import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { anna, FakeServer } from './FakeServer.ts';
import { VisitorTab } from './VisitorTab.ts';

let page: FakePage;
let server: FakeServer;

beforeEach(() => {
  page = new FakePage();
  server = new FakeServer();
});
afterEach(async () => {
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve));
  vi.unstubAllGlobals();
});

const open = async (options?: ConstructorParameters<typeof VisitorTab>[1]) => {
  const tab = new VisitorTab(server, options);
  tab.welcome();
  await until(() => expect(tab.chat.view.loaded).toBe(true));
  return tab;
};
const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `${index + from}`);

describe('what both sides know of each other', () => {
  test('[WCHAT-11] what has come is delivered; what an open window in front shows is read', async () => {
    const tab = await open();
    server.write('hello');
    await until(() => expect(server.inputs('chat.receipt')).toEqual([{ delivered: 1, read: 0 }]));
    tab.chat.seen();
    page.show(false);
    tab.chat.open();
    tab.chat.seen();
    expect(tab.chat.view.unread).toBe(1);
    page.show(true);
    expect(tab.chat.view.unread).toBe(0);
    await until(() => expect(server.inputs('chat.receipt').at(-1)).toEqual({ delivered: 1, read: 1 }));
    server.write('again');
    expect(tab.chat.view.unread).toBe(1);
    tab.chat.seen();
    await until(() => expect(server.inputs('chat.receipt').at(-1)).toEqual({ delivered: 2, read: 2 }));
  });

  test('[WCHAT-11] a receipt that a lost connection swallowed is told after it', async () => {
    server.write('first', { kind: 'visitor' });
    const tab = await open();
    server.write('hello');
    tab.connection.lose();
    await until(() => expect(tab.texts).toEqual(['first', 'hello']));
    tab.comeBack();
    await until(() => expect(server.inputs('chat.receipt').at(-1)).toEqual({ delivered: 2, read: 0 }));
  });

  test('[WCHAT-11] a receipt that waited for the connection is never told in another visitor’s name', async () => {
    server.write('hello');
    const tab = await open();
    await until(() => expect(server.inputs('chat.receipt')).toHaveLength(1));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    tab.connection.lose();
    tab.chat.open();
    tab.chat.seen();
    await vi.advanceTimersByTimeAsync(1_000);
    const before = server.inputs('chat.receipt').length;
    server.conversationId = newId('cn');
    server.messages = [];
    server.silent = true;
    server.write('not yet read');
    tab.connection.comeBack();
    tab.renew();
    tab.welcome();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.inputs('chat.receipt').slice(before)).toEqual([{ delivered: 1, read: 0 }]);
  });

  test('[WCHAT-11] the other side’s receipts show at one’s own messages', async () => {
    const tab = await open();
    for (const text of ['1', '2', '3']) tab.chat.send(text);
    await until(() => expect(server.messages).toHaveLength(3));
    const receipts = { visitor: { delivered: 3, read: 3 }, agent: { delivered: 2, read: 1 } };
    server.tell('chat.receipts', { conversationId: server.conversationId, receipts });
    await until(() => expect(tab.states).toEqual(['read', 'delivered', 'sent']));
  });

  test('[WCHAT-12] typing is told at once, then at most every three seconds, and that it has stopped', async () => {
    vi.useFakeTimers();
    server.write('hello');
    const tab = new VisitorTab(server);
    await vi.advanceTimersByTimeAsync(1);
    for (let at = 0; at < 7_000; at += 100) {
      tab.chat.type(`text ${at}`);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(server.inputs('chat.typing')).toEqual([{ on: true }, { on: true }, { on: true }]);
    tab.chat.type('');
    await vi.advanceTimersByTimeAsync(1);
    expect(server.inputs('chat.typing').at(-1)).toEqual({ on: false });
  });

  test('[WCHAT-12] an agent who types is named until a message comes, or nothing more is heard', async () => {
    server.write('hello');
    const tab = await open();
    const typing = { conversationId: server.conversationId, author: anna, on: true };
    server.tell('chat.typing', typing);
    expect(tab.chat.view.typing).toBe('Anna');
    server.write('there');
    expect(tab.chat.view.typing).toBeUndefined();
    vi.useFakeTimers();
    server.tell('chat.typing', typing);
    await vi.advanceTimersByTimeAsync(5_900);
    expect(tab.chat.view.typing).toBe('Anna');
    await vi.advanceTimersByTimeAsync(200);
    expect(tab.chat.view.typing).toBeUndefined();
  });

  test('[WCHAT-13] the count of unread messages is right before and after they are loaded, and in every tab', async () => {
    for (const text of numbered(80)) server.write(text);
    const tab = await open();
    expect(tab.chat.view.unread).toBe(80);
    const receipts = { visitor: { delivered: 80, read: 60 }, agent: { delivered: 0, read: 0 } };
    server.tell('chat.receipts', { conversationId: server.conversationId, receipts });
    expect(tab.chat.view.unread).toBe(20);
    tab.chat.send('mine');
    await until(() => expect(tab.states.at(-1)).toBe('sent'));
    expect(tab.chat.view.unread).toBe(20);
  });

  test('[WCHAT-13] while the page is not in front its title counts, and is restored as it was', async () => {
    page.document.titleElement.textContent = '  My \n Shop ';
    const tab = await open();
    page.show(false);
    server.write('1');
    server.write('2');
    await until(() => expect(page.document.title).toBe('(2) My Shop'));
    page.show(true);
    expect(page.document.titleElement.textContent).toBe('  My \n Shop ');
    page.show(false);
    expect(page.document.title).toBe('(2) My Shop');
    page.document.titleElement.textContent = 'Cart';
    server.write('3');
    await until(() => expect(page.document.title).toBe('(3) Cart'));
    const receipts = { visitor: { delivered: 3, read: 3 }, agent: { delivered: 0, read: 0 } };
    server.tell('chat.receipts', { conversationId: server.conversationId, receipts });
    await until(() => expect(page.document.titleElement.textContent).toBe('Cart'));
    expect(tab.chat.view.unread).toBe(0);
  });

  test('[WCHAT-13] a page that puts its own title back each time is not answered in the same moment', async () => {
    let changed = () => {};
    vi.stubGlobal(
      'MutationObserver',
      class {
        constructor(callback: () => void) {
          changed = callback;
        }
        observe(): void {}
        disconnect(): void {}
      },
    );
    await open();
    page.show(false);
    server.write('1');
    await until(() => expect(page.document.title).toBe('(1) Shop'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let nth = 0; nth < 3; nth++) {
      page.document.titleElement.textContent = 'Shop';
      changed();
      expect(page.document.title).toBe('Shop');
    }
    vi.advanceTimersByTime(500);
    expect(page.document.title).toBe('(1) Shop');
  });

  test('[WCHAT-14] the draft and the open window stay over a change of page', async () => {
    const visitorId = newId<VisitorId>('v');
    const before = await open({ visitorId });
    before.chat.open();
    before.chat.type('half a sen');
    page.reload();
    const after = await open({ visitorId });
    expect(after.chat.view).toMatchObject({ open: true, draft: 'half a sen' });
    after.chat.send('half a sentence');
    expect(after.chat.view.draft).toBe('');
  });

  test('[WCHAT-15] a greeting is shown, counts as unread until seen, and is sent along with the answer', async () => {
    const tab = await open();
    const greeting = { id: newId<never>('r'), text: 'May we help?' };
    tab.visibility.greeting = greeting;
    tab.visibility.emit('changed');
    expect(tab.chat.view).toMatchObject({ greeting: 'May we help?', unread: 1 });
    tab.chat.open();
    tab.chat.seen();
    expect(tab.chat.view.unread).toBe(0);
    tab.connection.lose();
    tab.chat.send('Yes');
    expect(tab.chat.view.greeting).toBeUndefined();
    expect(tab.texts).toEqual(['May we help?', 'Yes']);
    server.silent = true;
    server.write('May we help?', { kind: 'site' });
    tab.comeBack();
    await until(() => expect(tab.states).toEqual(['sent', 'sent']));
    expect(tab.texts).toEqual(['May we help?', 'Yes']);
    expect(server.inputs('chat.send')).toMatchObject([{ greeting: greeting.id }]);
  });

  test('[WCHAT-16] a view stays the same object until something changes, and the change is told once', async () => {
    server.write('0');
    const tab = await open();
    const { view } = tab.chat;
    expect(tab.chat.view).toBe(view);
    let told = 0;
    const undo = tab.chat.onChange(() => told++);
    for (const text of numbered(5)) server.write(text);
    await Promise.resolve();
    expect(told).toBe(1);
    expect(tab.chat.view).not.toBe(view);
    const [first] = tab.chat.view.messages;
    server.write('6');
    expect(tab.chat.view.messages[0]).toBe(first);
    undo();
    await Promise.resolve();
    expect(told).toBe(1);
  });
});
