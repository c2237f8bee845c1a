import type { Message, VisitorChat as Standing } from '#protocol/chat.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, FileId, VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { Contact } from '#protocol/tag.ts';
import { isPassing } from '../core/isPassing.ts';
import { KeptValue } from '../core/KeptValue.ts';
import type { Wire } from '../core/Wire.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { Visibility } from '../rules/Visibility.ts';
import { Attention } from './Attention.ts';
import type { ChatView } from './ChatView.ts';
import { ContactQuestion } from './ContactQuestion.ts';
import { mayBeOf, type Pending } from './Pending.ts';
import type { ShownMessage } from './ShownMessage.ts';
import { shown } from './shown.ts';
import { Thread } from './Thread.ts';
import { PAGE } from './Timeline.ts';

export interface VisitorChatOptions {
  boot: WidgetBoot;
  identity: Pick<VisitorIdentity, 'visitorId' | 'person' | 'token' | 'settled' | 'leaving' | 'on'> & {
    connection: Wire;
  };
  visibility: Pick<Visibility, 'visible' | 'state' | 'greeting' | 'sent' | 'on'>;
  /** Whether the window is open, over a change of page too: `1` or nothing. */
  opened: KeptValue;
  onMessage(message: ShownMessage): void;
}

const author = { kind: 'visitor' } as const;

/** After the server could not answer for a while. */
const RETRY_MS = 2_000;

/** A visitor's conversation on this page: the same in all tabs, and going on wherever the person goes. */
export class VisitorChat {
  readonly #options: VisitorChatOptions;
  readonly #connection: Wire;
  readonly #listeners = new Set<() => void>();
  readonly #attention: Attention;
  readonly #draft: KeptValue;
  readonly #question: ContactQuestion;
  #thread: Thread;
  #visitorId: VisitorId | undefined;
  #conversationId: ConversationId | undefined;
  /** Which conversation it is, is known. */
  #known = false;
  #view: ChatView | undefined;
  #seen = false;
  #greetingSeen = false;
  #telling = false;
  #refreshing = false;
  #again = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: VisitorChatOptions) {
    this.#options = options;
    const { boot, identity, visibility } = options;
    const { connection } = identity;
    this.#connection = connection;
    this.#draft = new KeptValue('session', `draft:${boot.site}`);
    this.#question = new ContactQuestion(boot);
    this.#attention = new Attention(boot.widget);
    this.#visitorId = identity.visitorId;
    this.#thread = this.#newThread([]);
    connection.onEvent('chat.conversation', ({ chat }) => this.#moved(chat));
    connection.onEvent('chat.message', ({ conversationId, message }) => {
      if (this.#concerns(conversationId)) this.#thread.add(message);
    });
    connection.onEvent('chat.receipts', ({ conversationId, receipts }) => {
      if (this.#concerns(conversationId)) this.#thread.setReceipts(receipts);
    });
    connection.onEvent('chat.typing', ({ conversationId, author: who, on }) => {
      if (this.#concerns(conversationId)) this.#thread.setTyping(who, on);
    });
    connection.on('connected', () => this.#changed());
    identity.on('welcome', ({ chat }) => {
      this.#identify(identity.person);
      this.#follow(chat);
      this.#thread.flush();
    });
    identity.on('changed', (person) => this.#identify(person));
    identity.on('chat', (chat) => this.#follow(chat));
    identity.on('leaving', () => this.#become(undefined));
    identity.on('stayed', () => {
      this.#identify(identity.person);
      this.#refresh();
    });
    visibility.on('changed', () => {
      if (!visibility.greeting) this.#greetingSeen = false;
      this.#changed();
    });
    document.addEventListener('visibilitychange', () => this.#look());
    if (this.#left) this.#become(undefined);
    this.#refresh();
  }

  /** Unchanged until `onChange` tells. */
  get view(): ChatView {
    this.#view ??= this.#makeView();
    return this.#view;
  }

  /** Called after `view` has changed; answers its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The page has asked to be somebody else: nothing of who it was counts any more. */
  get #left(): boolean {
    return this.#options.identity.leaving;
  }

  open(): void {
    this.#setOpen(true);
  }

  close(): void {
    this.#setOpen(false);
  }

  toggle(): void {
    this.#setOpen(!this.view.open);
  }

  send(text: string): void {
    const words = text.replace(/\r\n?/g, '\n');
    if (words.trim() === '') return;
    const { greeting } = this.#options.visibility;
    const { id, email } = (!this.#left && this.#options.identity.person) || {};
    this.#draft.set(undefined);
    this.#thread.send(words, { ...(greeting && { greeting }), ...((id ?? email) && { as: { id, email } }) });
    this.#options.visibility.sent();
    this.#changed();
  }

  sendFiles(files: readonly File[]): void {
    for (const file of files) this.#thread.sendFile(file);
  }

  /** How agents can reach whoever writes here. Asked once: resolves when they know. */
  async contact(contact: Contact): Promise<void> {
    const { identity } = this.#options;
    const visitorId = this.#visitorId;
    await identity.settled;
    if (!this.#connection.connected || this.#left || visitorId !== this.#visitorId) {
      throw new CvError('UNAVAILABLE', 'There is no connection.');
    }
    await this.#connection.request('visitor.contact', contact);
    if (visitorId === this.#visitorId) this.#question.fill(undefined);
    this.#question.close(visitorId);
    this.#changed();
  }

  skipContact(): void {
    this.#question.fill(undefined);
    this.#question.close(this.#visitorId);
    this.#changed();
  }

  /** What is filled in so far, as long as page and visitor stay the same. Nothing is told: it stands there already. */
  fillContact(contact: Contact): void {
    this.#question.fill(contact);
    this.#view = undefined;
  }

  retry(id: string): void {
    this.#thread.retry(id);
  }

  discard(id: string): void {
    this.#thread.discard(id);
  }

  /** Loads older messages; resolves when they are shown, or there are none. */
  earlier(): Promise<void> {
    return this.#thread.earlier();
  }

  /** What stands in the input: kept as the draft, and told to the agent as typing. */
  type(text: string): void {
    if (text === this.view.draft) return;
    this.#draft.set(text === '' ? undefined : text);
    this.#thread.type(text.trim() !== '');
    this.#changed();
  }

  /** The newest message is on the screen. */
  seen(): void {
    this.#seen = true;
    this.#look();
  }

  #newThread(taken: readonly Pending[]): Thread {
    const { boot, identity } = this.#options;
    const connection = this.#connection;
    const name = this.#visitorId && `${boot.site}:${this.#visitorId}`;
    return new Thread({
      side: 'visitor',
      author,
      queue: { kind: boot.sessionIds ? 'session' : 'local', name, taken },
      upload: {
        url: `${boot.host}/files/${boot.site}`,
        token: () => (this.#left ? undefined : identity.token),
        maxBytes: () => boot.files?.maxBytes,
      },
      ready: () => connection.connected && this.#known && this.#visitorId !== undefined && !this.#left,
      before: () => identity.settled,
      history: async (range) => (await this.#history(range)) ?? { messages: [], lastSeq: 0 },
      send: ({ id, text, file, greeting }) =>
        connection.request('chat.send', {
          message: { id, text, ...(file && { fileId: file.id as FileId }) },
          ...(greeting && { greeting: greeting.id }),
        }),
      tellReceipt: (marks) => connection.request('chat.receipt', marks),
      tellTyping: (on) => {
        if (this.#conversationId && connection.connected) connection.request('chat.typing', { on }).catch(() => {});
      },
      onSent: ({ conversationId }) => {
        // The first message began it.
        this.#conversationId ??= conversationId;
        if (conversationId !== this.#conversationId) this.#refresh();
      },
      onChange: () => this.#changed(),
      onNew: (messages) => this.#arrived(messages),
    });
  }

  /** The present visitor's messages; nothing if it has become somebody else meanwhile. */
  async #history(range: { after?: number; before?: number; limit?: number }) {
    const asked = this.#visitorId;
    const answer = await this.#connection.insist('chat.history', range);
    return asked === this.#visitorId && !this.#left ? answer : undefined;
  }

  /** Which conversation is it, and how does it stand? */
  #refresh(): void {
    // What is told meanwhile may not be in the answer.
    this.#again = this.#refreshing;
    if (this.#refreshing) return;
    this.#refreshing = true;
    clearTimeout(this.#retry);
    const before = this.#conversationId;
    this.#history({ limit: PAGE })
      .then(
        (answer) => {
          if (!answer) return;
          // A login may have told of another one since that was read.
          const told = this.#conversationId;
          if (told !== before && told !== answer.chat?.conversationId) return this.#refresh();
          this.#follow(answer.chat, answer.messages);
          this.#thread.flush();
        },
        (error) => {
          if (isPassing(error)) this.#retry = setTimeout(() => this.#refresh(), RETRY_MS);
        },
      )
      .finally(() => {
        this.#refreshing = false;
        if (this.#again) this.#refresh();
      });
  }

  #follow(chat: Standing | undefined, messages?: readonly Message[]): void {
    if (this.#left) return;
    const before = this.#conversationId;
    const first = !this.#known;
    this.#known = true;
    this.#conversationId = chat?.conversationId;
    if (chat && chat.conversationId === before && !first) this.#thread.follow(chat);
    else if (chat) this.#thread.start(chat, messages);
    else if (before !== undefined || first) this.#empty();
    this.#look();
    this.#changed();
  }

  /** Told from elsewhere: another tab's login, or an erasure. */
  #moved(chat: Standing | undefined): void {
    const other = this.#conversationId !== undefined && chat?.conversationId !== this.#conversationId;
    // What was written for one known person never goes to another one.
    if (other && !this.#left) this.#thread.restrict((pending) => mayBeOf(undefined, pending));
    this.#follow(chat);
  }

  /** Is this event one of the present conversation? One that is not yet known is asked for. */
  #concerns(id: ConversationId): boolean {
    if (this.#left) return false;
    if (this.#known && id === this.#conversationId) return true;
    this.#refresh();
    return false;
  }

  #identify(person: Person | undefined): void {
    const { identity } = this.#options;
    if (this.#left) return;
    if (identity.visitorId !== this.#visitorId) {
      this.#become(identity.visitorId);
      return;
    }
    this.#thread.restrict((pending) => mayBeOf(person, pending));
    this.#changed();
  }

  /** The queue of a visitor whom this browser no longer is dies with it; one that was nobody's goes over. */
  #become(visitorId: VisitorId | undefined): void {
    const { pending, files } = this.#visitorId === undefined && visitorId ? this.#thread : { pending: [], files: [] };
    if (this.#visitorId !== undefined) this.#draft.set(undefined);
    this.#question.fill(undefined);
    this.#thread.drop();
    this.#thread.close();
    this.#visitorId = visitorId;
    this.#conversationId = undefined;
    this.#known = false;
    this.#thread = this.#newThread(pending);
    for (const { file, id } of files) this.#thread.sendFile(file, id);
    this.#changed();
  }

  #empty(): void {
    const receipts = { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } };
    this.#thread.start({ lastSeq: 0, receipts, unread: 0 });
  }

  #arrived(messages: readonly Message[]): void {
    const { receipts } = this.#thread;
    for (const message of messages) {
      this.#options.onMessage(shown(message, 'visitor', receipts));
    }
    const incoming = messages.filter(({ author: { kind } }) => kind !== 'visitor').at(-1);
    if (!incoming) return;
    this.#seen = false;
    this.#attention.call(incoming.id);
  }

  #setOpen(open: boolean): void {
    if (open === this.view.open) return;
    this.#options.opened.set(open ? '1' : undefined);
    if (!open) this.#seen = false;
    this.#look();
    this.#changed();
  }

  /** What is on the screen of an open window in front is read. */
  #look(): void {
    if (!this.#seen || !this.view.open || document.visibilityState === 'hidden') return;
    this.#greetingSeen = true;
    this.#thread.read();
    this.#changed();
  }

  #changed(): void {
    this.#view = undefined;
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      this.#attention.unread = this.view.unread;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #makeView(): ChatView {
    const { boot, identity, visibility, opened } = this.#options;
    const { person } = identity;
    const { state, greeting, visible } = visibility;
    const thread = this.#thread;
    const open = opened.get() === '1';
    return {
      visible,
      open,
      unread: thread.unread + (greeting && !this.#greetingSeen ? 1 : 0),
      messages: thread.messages,
      hasEarlier: thread.hasEarlier,
      typing: thread.typing,
      connected: this.#connection.connected,
      loaded: this.#known && thread.loaded,
      agents: state?.agents ?? { online: false, available: false },
      inHours: state?.open ?? true,
      ...(boot.files && { files: boot.files }),
      ...(greeting && { greeting: greeting.text }),
      draft: this.#draft.get() ?? '',
      contact: this.#question.filled,
      asksContact: this.#question.isOpen(this.#visitorId, person),
    };
  }
}
