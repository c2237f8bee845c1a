import type { VisitorChat as Standing } from '#protocol/chat.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from '../core/complain.ts';
import { KeptValue } from '../core/KeptValue.ts';
import { Late } from '../core/Late.ts';
import { load } from '../core/load.ts';
import { notLoaded } from '../core/notLoaded.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import { Visibility } from '../rules/Visibility.ts';
import type { PageShare } from '../ui/chat/PageShare.ts';
import type { Launcher } from '../ui/Launcher.ts';
import type { ShownMessage } from './ShownMessage.ts';
import { forgetUnsent, hasUnsent } from './unsent.ts';
import type { VisitorChat } from './VisitorChat.ts';

export interface ChatDoorOptions {
  boot: WidgetBoot;
  identity: VisitorIdentity;
  /** Where the site shares pages. */
  share?: PageShare | undefined;
  onMessage(message: ShownMessage): void;
  onUnread(unread: number): void;
}

/**
 * The chat on a page where nothing goes on: the launcher, and an eye on what would wake it. The conversation itself
 * loads when there is something to read, to send or to show; its window when it is opened.
 */
export class ChatDoor {
  readonly visibility: Visibility;
  readonly #options: ChatDoorOptions;
  readonly #opened: KeptValue;
  readonly #conversation = new Late(async () => {
    const { VisitorChat } = await import('./VisitorChat.ts');
    const { boot, identity, onMessage } = this.#options;
    const { visibility } = this;
    this.#chat = new VisitorChat({ boot, identity, visibility, opened: this.#opened, onMessage });
    this.#chat.onChange(() => this.#render());
    this.#render();
    return this.#chat;
  });
  readonly #launcher = new Late(async () => {
    const { Launcher } = await import('../ui/Launcher.ts');
    return new Launcher({
      boot: this.#options.boot,
      onToggle: () => this.#toggle(),
      onNear: () => this.#comeNear(),
    });
  });
  readonly #ui = new Late(async () => {
    const [{ ChatUi }, chat] = await Promise.all([import('../ui/ChatUi.tsx'), this.load()]);
    return new ChatUi({ chat, boot: this.#options.boot, share: this.#options.share });
  });
  #chat: VisitorChat | undefined;
  #unread = 0;
  #visitorId: VisitorId | undefined;
  #closed = false;
  #leaves = 0;

  constructor(options: ChatDoorOptions) {
    this.#options = options;
    const { boot, identity } = options;
    this.#opened = new KeptValue('session', `open:${boot.site}`);
    this.visibility = new Visibility(boot, identity.connection);
    this.visibility.on('changed', () => {
      // It counts as unread.
      if (this.visibility.greeting) this.load().catch(() => {});
      this.#render();
    });
    this.visibility.on('open', () => this.open().catch(complain));
    this.visibility.on('offer', (isOffered) => this.#offer(isOffered).catch(complain));
    this.#visitorId = identity.visitorId;
    identity.on('leaving', () => {
      this.#leaves++;
      this.#forget();
    });
    identity.on('changed', () => {
      if (identity.visitorId !== this.#visitorId) this.#forget();
      this.#visitorId = identity.visitorId;
    });
    identity.on('welcome', ({ chat, visitorId }) => {
      this.#visitorId = visitorId;
      this.#stands(chat);
    });
    identity.on('chat', (chat) => this.#stands(chat));
    identity.connection.onEvent('chat.conversation', ({ chat }) => this.#stands(chat));
    identity.connection.onEvent('chat.message', () => {
      // Told again by every further one, should it not load now.
      if (!this.#closed) this.load().catch(() => {});
    });
  }

  async open(): Promise<void> {
    const [chat] = await Promise.all([this.load(), this.#ui.get()]).catch(notLoaded);
    if (!this.#closed) chat.open();
  }

  async close(): Promise<void> {
    await this.#conversation.useIfAsked((chat) => chat.close());
  }

  show(): void {
    this.visibility.override = true;
  }

  hide(): void {
    this.visibility.override = false;
    void this.close();
  }

  async send(text: string): Promise<void> {
    const leaves = this.#leaves;
    const chat = await this.load().catch(notLoaded);
    // What was written before a reset goes with whoever wrote it.
    if (leaves === this.#leaves) chat.send(text);
  }

  /** For good: this page is an agent's. */
  withdraw(): void {
    this.#closed = true;
    this.visibility.withdraw();
    void this.close();
  }

  load(): Promise<VisitorChat> {
    return this.#conversation.get();
  }

  #stands(chat: Standing | undefined): void {
    const { boot, identity } = this.#options;
    if (this.#closed || this.#chat || identity.leaving) return;
    this.#tellUnread(chat?.unread ?? 0);
    this.#render();
    if (this.#unread > 0 || this.#opened.get() || hasUnsent(boot, identity.visitorId)) this.load().catch(() => {});
  }

  /** The visitor leaves: so does what was written here. Where the conversation has loaded, it sees to that itself. */
  #forget(): void {
    this.visibility.forget();
    if (this.#chat) return;
    forgetUnsent(this.#options.boot, this.#visitorId);
    this.#tellUnread(0);
    this.#render();
  }

  #tellUnread(unread: number): void {
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.#options.onUnread(unread);
  }

  #render(): void {
    const view = this.#chat?.view;
    if (view) this.#tellUnread(view.unread);
    const open = (view?.open ?? false) && !this.#closed;
    const state = { visible: this.visibility.visible || open, unread: this.#unread, open };
    const update = (launcher: Launcher) => launcher.update(state);
    if (state.visible) this.#launcher.use(update);
    else this.#launcher.useIfAsked(update);
    if (open) this.#ui.get().catch(complain);
  }

  /** Apart: what loads with the launcher is read off its text. */
  #comeNear(): void {
    load(() => Promise.all([import('./VisitorChat.ts'), import('../ui/ChatUi.tsx')])).catch(() => {});
  }

  #toggle(): void {
    if (this.#chat?.view.open) this.#chat.close();
    else this.open().catch(complain);
  }

  /** A page that is shared is offered nothing, nor is who has refused. */
  async #offer(isOffered: boolean): Promise<void> {
    const { share } = this.#options;
    share?.offer(isOffered);
    if (share?.isOffered) await this.open();
  }
}
