import { render } from 'preact';
import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from '../core/complain.ts';
import { load } from '../core/load.ts';
import type { Chat } from './chat/Chat.ts';
import { ChatPanel } from './chat/ChatPanel.tsx';
import chatCss from './chat/chat.css?inline';
import type { PageShare } from './chat/PageShare.ts';
import type { ChatShare } from './chat/share/ChatShare.tsx';
import { Words } from './chat/Words.ts';
import { Layer } from './Layer.ts';
import launcherCss from './launcher.css?inline';
import { setCorner } from './setCorner.ts';
import { loadTexts } from './texts/chat/loadTexts.ts';

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b|-Arab/;

/** The chat's window. While it is closed, the page carries nothing of it. */
export class ChatUi {
  readonly #chat: Chat;
  readonly #boot: WidgetBoot;
  readonly #pageShare: PageShare | undefined;
  readonly #stop: () => void;
  #words: Words | undefined;
  #share: ChatShare | undefined;
  #loading = false;
  #layer: Layer | undefined;
  #closed = false;

  constructor({ chat, boot, share }: { chat: Chat; boot: WidgetBoot; share?: PageShare | undefined }) {
    this.#chat = chat;
    this.#boot = boot;
    this.#pageShare = share;
    this.#stop = chat.onChange(() => this.#show());
    this.#load();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.#share?.close();
    this.#clear();
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    const share = this.#pageShare;
    Promise.all([loadTexts(this.#boot), share && load(() => import('./chat/share/ChatShare.tsx')).catch(complain)])
      .then(([{ language, texts }, module]) => {
        const words = new Words(language, texts);
        if (share && module) this.#share = new module.ChatShare(share, words, () => this.#show());
        this.#words = words;
        this.#show();
      })
      .catch((error) => {
        this.#loading = false;
        complain(error);
        // The next click opens it, and tries again.
        this.#chat.close();
      });
  }

  #show(): void {
    const { view } = this.#chat;
    if (this.#closed) return;
    if (!view.open) {
      this.#clear();
      return;
    }
    if (!this.#words) {
      this.#load();
      return;
    }
    if (!this.#layer) {
      this.#layer = new Layer(this.#words.language, launcherCss + chatCss + (this.#share?.css ?? ''));
      setCorner(this.#layer.element, this.#boot.widget);
      if (RIGHT_TO_LEFT.test(this.#words.language)) this.#layer.element.dir = 'rtl';
    }
    const { host } = this.#boot;
    render(
      <ChatPanel chat={this.#chat} view={view} words={this.#words} host={host} share={this.#share} />,
      this.#layer.element,
    );
  }

  #clear(): void {
    const layer = this.#layer;
    if (!layer) return;
    const root = layer.element.getRootNode() as ShadowRoot;
    const focused = root.activeElement !== null && layer.element.contains(root.activeElement);
    this.#layer = undefined;
    render(null, layer.element);
    layer.close();
    // The launcher comes back on phones only after it has been told.
    if (focused) setTimeout(() => root.querySelector<HTMLElement>('[data-cv="launcher"]')?.focus());
  }
}
