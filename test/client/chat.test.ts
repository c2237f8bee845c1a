import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { FakeServer } from './FakeServer.ts';
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

function gate() {
  let open: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('what was said', () => {
  test('[WCHAT-1] messages stand in order of seq, each once, whatever is told in which order', async () => {
    server.write('1');
    const tab = await open();
    server.silent = true;
    const [two, three, four] = ['2', '3', '4'].map((text) => server.write(text));
    for (const message of [four, two, four, three, two]) {
      if (message) server.tell('chat.message', { conversationId: server.conversationId, message });
    }
    await until(() => expect(tab.texts).toEqual(['1', '2', '3', '4']));
    expect(tab.told.map(({ text }) => text)).toEqual(['2', '3', '4']);
  });

  test('[WCHAT-2] what was written during an outage is there after it, however much it is', async () => {
    server.write('1');
    const tab = await open();
    tab.connection.lose();
    for (const text of numbered(450, 2)) server.write(text);
    tab.comeBack();
    await until(() => expect(tab.texts).toEqual(numbered(451)));
  });

  test('[WCHAT-2] a message that is told while the history is on its way is not lost', async () => {
    server.write('1');
    const tab = new VisitorTab(server);
    const late = gate();
    server.handlers.set('chat.history', async () => {
      server.handlers.delete('chat.history');
      const answer = await server.handle('chat.history', {});
      server.write('2');
      await late.promise;
      return answer;
    });
    setTimeout(late.open);
    await until(() => expect(tab.texts).toEqual(['1', '2']));
  });

  test('[ID-61] the history that a login brings stays, also where the page has asked for the chat just before it', async () => {
    const late = gate();
    server.handlers.set('chat.history', async () => {
      server.handlers.delete('chat.history');
      await late.promise;
      return { messages: [], lastSeq: 0 };
    });
    const tab = new VisitorTab(server);
    tab.welcome();
    server.silent = true;
    server.write('of old');
    tab.become({ email: 'john@example.com' });
    await until(() => expect(tab.texts).toEqual(['of old']));
    late.open();
    await until(() => expect(server.inputs('chat.history')).toHaveLength(3));
    await tab.chat.earlier();
    expect(tab.texts).toEqual(['of old']);
    expect(tab.chat.view.messages).toHaveLength(1);
  });

  test('[WCHAT-2] a history that could not be had is asked for again', async () => {
    server.write('1');
    vi.useFakeTimers();
    server.handlers.set('chat.history', () => {
      server.handlers.delete('chat.history');
      throw new CvError('UNAVAILABLE', 'the database is away');
    });
    const tab = new VisitorTab(server);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(tab.texts).toEqual(['1']);
  });

  test('[WCHAT-3] older messages come page by page, until there are none', async () => {
    for (const text of numbered(120)) server.write(text);
    const tab = await open();
    expect(tab.texts).toEqual(numbered(50, 71));
    for (const from of [21, 1]) {
      expect(tab.chat.view.hasEarlier).toBe(true);
      await Promise.all([tab.chat.earlier(), tab.chat.earlier()]);
      await until(() => expect(tab.texts).toEqual(numbered(121 - from, from)));
    }
    expect(tab.chat.view.hasEarlier).toBe(false);
    await tab.chat.earlier();
  });

  test('[WCHAT-4] another conversation replaces the one shown, at once; an erased one leaves nothing', async () => {
    server.write('of the anonymous visitor');
    const tab = await open();
    server.conversationId = newId('cn');
    server.messages = [];
    for (const text of ['known', 'for years']) server.write(text);
    tab.become({ email: 'john@example.com' });
    await until(() => expect(tab.texts).toEqual(['known', 'for years']));
    expect(tab.told).toEqual([]);
    server.tell('chat.conversation', {});
    await until(() => expect(tab.texts).toEqual([]));
  });

  test('[WCHAT-4] a conversation that nobody has told of is asked for', async () => {
    const tab = await open();
    server.write('from the site');
    await until(() => expect(tab.texts).toEqual(['from the site']));
  });
});

describe('what is written', () => {
  test('[WCHAT-5] messages go out one by one, in order, and are shown at once', async () => {
    const tab = await open();
    for (const text of numbered(20)) tab.chat.send(text);
    expect(tab.texts).toEqual(numbered(20));
    expect(new Set(tab.states)).toEqual(new Set(['sending']));
    await until(() => expect(new Set(tab.states)).toEqual(new Set(['sent'])));
    expect(server.messages.map(({ text }) => text)).toEqual(numbered(20));
    expect(tab.texts).toEqual(numbered(20));
    expect(page.local.keys.filter((key) => key.includes(':out:'))).toEqual([]);
  });

  test('[WCHAT-5] a message whose answer was lost is sent again under its id, and stands there once', async () => {
    const tab = await open();
    server.silent = true;
    server.loseAnswers = 1;
    vi.useFakeTimers();
    tab.chat.send('once');
    tab.chat.send('then');
    await vi.advanceTimersByTimeAsync(10_000);
    const sent = server.inputs('chat.send').map(({ message }) => message.text);
    expect(sent).toEqual(['once', 'once', 'then']);
    expect(server.messages.map(({ text }) => text)).toEqual(['once', 'then']);
    expect(tab.texts).toEqual(['once', 'then']);
  });

  test('[WCHAT-6] what was not sent survives a reload and goes out at the next, without anybody opening the chat', async () => {
    const visitorId = newId<VisitorId>('v');
    const before = await open({ visitorId });
    before.connection.lose();
    before.chat.send('first');
    before.chat.send('second');
    page.reload();
    server.connections.clear();
    const after = new VisitorTab(server, { visitorId, connected: false });
    expect(after.texts).toEqual(['first', 'second']);
    after.comeBack();
    await until(() => expect(server.messages.map(({ text }) => text)).toEqual(['first', 'second']));
  });

  test('[WCHAT-6] a full or forbidden storage keeps nobody from writing', async () => {
    page.local.full = true;
    const tab = await open();
    tab.chat.send('full');
    await until(() => expect(tab.states).toEqual(['sent']));
    page.local.forbidden = page.session.forbidden = true;
    const other = await open();
    other.chat.send('forbidden');
    await until(() => expect(server.messages.map(({ text }) => text)).toEqual(['full', 'forbidden']));
  });

  test('[WCHAT-6] a page that clears its storage takes no message along', async () => {
    const visitorId = newId<VisitorId>('v');
    const tab = await open({ visitorId });
    tab.connection.lose();
    tab.chat.send('kept');
    page.local.clear();
    page.reload();
    expect(new VisitorTab(server, { visitorId, connected: false }).texts).toEqual(['kept']);
  });

  test('[WCHAT-6] foreign values in the storage are passed over', async () => {
    const visitorId = newId<VisitorId>('v');
    for (const [id, value] of [
      ['m_1', 'no json'],
      ['m_2', '{"id":"m_3","at":1,"text":"under another id"}'],
      ['m_4', '{"id":"m_4","at":1,"text":{}}'],
      ['m_5', 'null'],
    ]) {
      page.local.setItem(`coview:out:demo:${visitorId}:${id}`, value ?? '');
    }
    expect((await open({ visitorId })).texts).toEqual([]);
  });

  test('[WCHAT-7] what the server refuses is failed, the next ones go on; it can be sent again or taken away', async () => {
    const tab = await open();
    let refuse = true;
    server.handlers.set('chat.send', (input: never) => {
      const { message } = input as { message: { text: string } };
      if (refuse && message.text === 'bad') throw new CvError('INVALID_INPUT', 'no');
      server.handlers.delete('chat.send');
      const answer = server.handle('chat.send', input);
      server.handlers.set('chat.send', again as never);
      return answer;
    });
    const again = server.handlers.get('chat.send');
    for (const text of ['good', 'bad', 'bad', 'fine']) tab.chat.send(text);
    await until(() => expect(tab.texts).toEqual(['good', 'fine', 'bad', 'bad']));
    expect(tab.chat.view.messages.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      'INVALID_INPUT',
      'INVALID_INPUT',
    ]);
    const [, , one, other] = tab.chat.view.messages;
    refuse = false;
    tab.chat.discard(one?.id ?? '');
    tab.chat.retry(other?.id ?? '');
    await until(() => expect(tab.states).toEqual(['sent', 'sent', 'sent']));
  });

  test('[WCHAT-8] all tabs show what is on its way, and one of them sends it', async () => {
    const visitorId = newId<VisitorId>('v');
    const tabs = [await open({ visitorId }), await open({ visitorId })];
    for (const tab of tabs) tab.connection.lose();
    tabs[0]?.chat.send('from the one');
    tabs[1]?.chat.send('from the other');
    for (const tab of tabs) await until(() => expect(tab.texts).toEqual(['from the one', 'from the other']));
    for (const tab of tabs) tab.comeBack();
    for (const tab of tabs) await until(() => expect(tab.states).toEqual(['sent', 'sent']));
    expect(server.inputs('chat.send').map(({ message }) => message.text)).toEqual(['from the one', 'from the other']);
    expect(tabs.map(({ texts }) => texts)).toEqual([server.messages.map(({ text }) => text), tabs[0]?.texts]);
  });

  test('[WCHAT-5] a file that is chosen before anybody knows the visitor goes out with the rest', async () => {
    const sent: string[] = [];
    vi.stubGlobal(
      'XMLHttpRequest',
      class {
        readonly upload = {};
        readonly status = 201;
        responseText = '';
        onloadend = () => {};
        open(): void {}
        setRequestHeader(name: string, value: string): void {
          if (name === 'x-file-name') sent.push(value);
        }
        abort(): void {}
        send(file: File): void {
          this.responseText = JSON.stringify({ id: 'f', path: '/f', name: file.name, size: 1, type: 'text/plain' });
          setTimeout(() => this.onloadend());
        }
      },
    );
    const fresh = new VisitorTab(server, { connected: false, known: false });
    const file = new File(['x'], 'bill.txt');
    fresh.chat.sendFiles([file]);
    expect(fresh.chat.view.messages).toMatchObject([{ upload: { name: 'bill.txt' }, state: 'sending' }]);
    fresh.identity.visitorId = newId('v');
    fresh.comeBack();
    await until(() => expect(server.messages).toHaveLength(1));
    expect(sent).toEqual(['bill.txt']);
  });

  test('[WCHAT-9] a reset empties the chat at once, and its queue dies; what is written next is the new visitor’s', async () => {
    server.write('old');
    const tab = await open();
    tab.connection.lose();
    tab.chat.send('never');
    tab.chat.type('a draft');
    tab.leave();
    expect(tab.chat.view).toMatchObject({ messages: [], unread: 0, draft: '', loaded: false });
    tab.chat.send('new');
    expect(tab.texts).toEqual(['new']);
    // The connection returns as the old visitor before the server hears of the reset.
    tab.comeBack();
    server.write('still told to the old one');
    expect(tab.texts).toEqual(['new']);
    server.messages = [];
    server.conversationId = newId('cn');
    tab.renew();
    tab.welcome();
    await until(() => expect(server.messages.map(({ text }) => text)).toEqual(['new']));
    expect(tab.texts).toEqual(['new']);
  });

  test('[WCHAT-9] a reset that was refused brings everything back', async () => {
    server.write('old');
    const tab = await open();
    tab.leave();
    tab.stay();
    await until(() => expect(tab.texts).toEqual(['old']));
    tab.chat.send('goes on');
    await until(() => expect(tab.states).toEqual(['sent', 'sent']));
  });

  test('[WCHAT-9] another tab’s reset empties this one too', async () => {
    server.write('old');
    const tab = await open();
    tab.connection.lose();
    tab.chat.send('never');
    server.messages = [];
    tab.renew();
    expect(tab.texts).toEqual([]);
    tab.comeBack();
    await until(() => expect(tab.chat.view.loaded).toBe(true));
    expect(server.inputs('chat.send')).toEqual([]);
    expect(page.local.keys).toEqual([]);
  });

  test('[WCHAT-10] what an anonymous visitor wrote goes out after the login; what a known one wrote never to another', async () => {
    const tab = await open();
    tab.connection.lose();
    tab.chat.send('anonymous');
    tab.become({ email: 'john@example.com' });
    tab.chat.send('john’s');
    tab.become({ id: '7', email: 'john@example.com' });
    expect(tab.texts).toEqual(['anonymous', 'john’s']);
    tab.become({ id: '8', email: 'jane@example.com' });
    expect(tab.texts).toEqual(['anonymous']);
    tab.comeBack();
    await until(() => expect(server.messages.map(({ text }) => text)).toEqual(['anonymous']));
  });

  test('[WCHAT-10] nothing is sent while a login is under way', async () => {
    const tab = await open();
    const tagged = gate();
    tab.identity.person = { email: 'john@example.com' } as never;
    tab.identity.settled = tagged.promise;
    tab.chat.send('john’s');
    tab.become({ email: 'jane@example.com' });
    tagged.open();
    await until(() => expect(tab.texts).toEqual([]));
    expect(server.inputs('chat.send')).toEqual([]);
  });

  test('[WCHAT-10] another tab’s login of another person drops what the former one wrote here', async () => {
    server.write('of john');
    const tab = await open();
    tab.become({ email: 'john@example.com' });
    tab.connection.lose();
    tab.chat.send('john’s');
    tab.connection.comeBack();
    server.conversationId = newId('cn');
    server.silent = true;
    server.messages = [];
    server.write('of jane');
    const chat = server.chat;
    server.tell('chat.conversation', { ...(chat && { chat }) });
    tab.welcome();
    await until(() => expect(tab.texts).toEqual(['of jane']));
    expect(server.inputs('chat.send')).toEqual([]);
  });
});
