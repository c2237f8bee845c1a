import { crc32, deflateSync } from 'node:zlib';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { ChatView } from '#client/chat/ChatView.ts';
import type { ShownMessage } from '#client/chat/ShownMessage.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { atNoon, noon } from './atNoon.ts';
import { UiServer } from './UiServer.ts';
import { WidgetPage } from './WidgetPage.ts';

/** The chat with a conversation that the test holds: `chat.set` changes the view, `called` notes what the UI asks. */
const source = `
  import { Launcher } from '#client/ui/Launcher.ts';
  import { CvError } from '#protocol/errors.ts';
  window.called = [];
  window.shifts = [];
  window.longTasks = [];
  class Chat {
    view = { visible: true, open: false, unread: 0, messages: [], hasEarlier: false, typing: undefined,
      connected: true, loaded: true, agents: { online: true, available: true }, inHours: true,
      files: { maxBytes: 5242880 }, draft: '', asksContact: false, contact: undefined };
    #watchers = new Set();
    set(fields) {
      this.view = { ...this.view, ...fields };
      window.launcher.update(this.view);
      queueMicrotask(() => this.#watchers.forEach((watch) => watch()));
    }
    onChange(watch) { this.#watchers.add(watch); return () => this.#watchers.delete(watch); }
    close() { this.set({ open: false }); }
    type(draft) { this.set({ draft }); }
    seen() { called.push('seen'); if (this.view.unread) this.set({ unread: 0 }); }
    earlier() { called.push('earlier'); return window.earlier ? window.earlier() : Promise.resolve(); }
    async contact(given) {
      called.push('contact:' + JSON.stringify(given));
      if (given.email === 'no@where') throw new CvError('INVALID_INPUT', 'email');
      if (given.email === 'off@line.example') throw new CvError('UNAVAILABLE', 'There is no connection.');
      await window.answering;
      this.set({ asksContact: false, contact: undefined });
    }
    skipContact() { called.push('skip'); this.set({ asksContact: false, contact: undefined }); }
    fillContact(contact) { this.view = { ...this.view, contact: contact.name || contact.email ? contact : undefined }; }
    sendFiles(files) { for (const file of files) called.push('file:' + file.name); }
  }
  for (const name of ['send', 'retry', 'discard']) Chat.prototype[name] = (what) => void called.push(name + ':' + what);
  /** A trusted-looking event with a file, on a part of the widget; whether it was let through. */
  window.bring = (type, name) => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], type + '.txt'));
    const init = { bubbles: true, cancelable: true, composed: true, clipboardData: data, dataTransfer: data };
    const event = type === 'paste' ? new ClipboardEvent(type, init) : new DragEvent(type, init);
    return document.querySelector('coview-widget').shadowRoot.querySelector('[data-cv=' + name + ']').dispatchEvent(event);
  };
  window.begin = (boot) => {
    window.chat = new Chat();
    const toggle = async () => {
      if (chat.view.open) return chat.close();
      const { ChatUi } = await import('#client/ui/ChatUi.tsx');
      window.ui ??= new ChatUi({ chat, boot, share: window.share });
      chat.set({ open: true });
    };
    window.launcher = new Launcher({ boot, onToggle: toggle });
    launcher.update(chat.view);
    window.toggle = toggle;
  };
  /** The sharing of the page: what is asked of it is noted, \`answers\` are given; \`share.set\` begins and ends it. */
  window.offerSharing = (answers) => {
    const watchers = new Set();
    const act = (name) => async () => {
      called.push(name);
      const answer = answers[name];
      if (answer?.code) throw new CvError(answer.code, 'No.');
      return answer;
    };
    window.share = {
      isSharing: false,
      isOffered: false,
      offer(on) { this.isOffered = on && !this.isSharing; watchers.forEach((watch) => watch()); },
      on(_, watch) { watchers.add(watch); return () => watchers.delete(watch); },
      refuse() { called.push('refuse'); this.offer(false); },
      start: act('start'), stop: act('stop'), code: act('code'),
      set(isSharing) { this.isSharing = isSharing; this.offer(this.isOffered); },
    };
  };
  window.banner = async (screen) => {
    const { CobrowseUi } = await import('#client/ui/cobrowse/visitor/CobrowseUi.tsx');
    window.cobrowse ??= await CobrowseUi.load('auto');
    cobrowse.show({ ...screen, end: () => called.push('end') });
  };
`;

const html = `<!doctype html><html lang="en"><head><title>Shop</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/page.css"><script type="module" src="/ui.js" nonce="n0nce"></script></head>
<body><main><h1>A shop</h1><button id="before">A button of the page</button><p>Words of the page.</p>
<dialog id="dialog"><button id="inside">In the page’s dialog</button></dialog></main></body></html>`;
const css = `coview-widget { display: none; font-size: 60px; color: red } * { letter-spacing: 9px } p { color: gray }
  html { background: #fff } main { height: 3000px; font-family: sans-serif } textarea { display: none }`;
/** As strict as it can be written: a nonce for scripts, no inline style, no policy that makes trusted HTML. */
const policy =
  "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";

export const startChatServer = (): Promise<UiServer> =>
  UiServer.start({
    source,
    html,
    policy,
    files: {
      '/page.css': ['text/css', css],
      '/files/shop/1/k': ['image/png', png(400, 300)],
      '/cdn/texts/fr.json': ['application/json', '{"open":"Ouvrir la discussion","send":"Envoyer","title":7}'],
      '/cdn/texts/ar.json': ['application/json', '{"open":"افتح المحادثة","title":"تحدث معنا","send":"أرسل"}'],
    },
  });

const anna = { kind: 'agent', email: 'anna@shop.example', name: 'Anna Schmidt' } as const;
const minutes = 60_000;

/** Messages of both sides, a minute apart; `fields` of each come over it. */
export function thread(...items: (Partial<ShownMessage> & { own?: boolean })[]): ShownMessage[] {
  return items.map((fields, index) => ({
    id: `m${index + 1}`,
    seq: index + 1,
    at: noon + (index - items.length) * minutes,
    author: fields.own ? { kind: 'visitor' } : anna,
    own: false,
    text: `Message ${index + 1}`,
    state: 'read',
    ...fields,
  }));
}

export const long = (count: number, from = 1): ShownMessage[] =>
  thread(...Array.from({ length: count }, (_, index) => ({ own: index % 3 === 0 }))).map((message, index) => ({
    ...message,
    id: `m${from + index}`,
    seq: from + index,
    text: `Message ${from + index}`,
  }));

export class ChatPage extends WidgetPage {
  static async open(
    browser: Browser,
    server: UiServer,
    {
      boot = {},
      ...options
    }: BrowserContextOptions & {
      boot?: Omit<Partial<WidgetBoot>, 'widget'> & { widget?: Partial<WidgetBoot['widget']> };
    } = {},
  ): Promise<ChatPage> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const made = new ChatPage(await context.newPage(), context);
    await made.page.addInitScript(atNoon);
    await made.page.addInitScript(`{
      window.shifts = []; window.longTasks = [];
      const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
      watch('layout-shift', (entry) => shifts.push(entry.value));
      watch('longtask', (entry) => longTasks.push(entry.duration));
    }`);
    await made.page.goto(server.url);
    await untilTrue(made.page, 'window.begin');
    const widget = {
      color: '#1f6feb',
      position: 'right',
      offset: { x: 20, y: 20 },
      sound: false,
      texts: {},
      ...boot.widget,
    };
    const host = server.url.slice(0, -1);
    await made.page.evaluate(
      `begin(${JSON.stringify({ site: 'shop', host, sessionIds: false, language: 'auto', languages: ['fr', 'ar'], files: { maxBytes: 5 * 2 ** 20 }, core: '', ...boot, widget })})`,
    );
    return made;
  }

  /** Changes what the window is shown. */
  async set(fields: Partial<ChatView>): Promise<void> {
    await this.page.evaluate(`chat.set(${JSON.stringify(fields)})`);
  }

  /** Opens by a click on the launcher, with this in it. */
  async show(fields: Partial<ChatView> = {}): Promise<void> {
    await this.set(fields);
    await this.part('launcher').click();
    await this.part('panel').waitFor();
  }

  draft(): Promise<string> {
    return this.page.evaluate('chat.view.draft');
  }
}

/** A picture of slanting colours, made here so that no file of bytes lies in the tree. */
function png(width: number, height: number): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([
      0,
      ...Array.from({ length: width }, (_, x) => [90 + (x / width) * 120, 130 + (y / height) * 90, 190]).flat(),
    ]),
  );
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...(
      [
        ['IHDR', size],
        ['IDAT', deflateSync(Buffer.concat(rows))],
        ['IEND', Buffer.alloc(0)],
      ] as const
    ).map(([type, data]) => pngChunk(type, data)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
