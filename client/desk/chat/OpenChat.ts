import { computed, signal } from '@preact/signals';
import type { Conversation, ConversationStatus, Note } from '#protocol/conversation.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import type { ConversationHandle, CV } from '../cv.ts';

export interface OpenChatOptions {
  draft: string;
  /** The visitor logged in: what was open went over into another conversation. */
  onMoved(to: string): void;
}

export type Entry = { kind: 'message'; at: number; message: ShownMessage } | { kind: 'note'; at: number; note: Note };

const TYPING_EVERY_MS = 3_000;

/** One open conversation with its notes, and what the agent is writing. */
export class OpenChat {
  readonly id: string;
  readonly draft = signal('');
  /** The next thing written is a note for colleagues. */
  readonly noting = signal(false);
  readonly state = signal<ConversationHandle['state']>('opening');
  readonly error = signal<ErrorCode | undefined>(undefined);
  readonly conversation = signal<Conversation | undefined>(undefined);
  readonly messages = signal<readonly ShownMessage[]>([]);
  readonly notes = signal<readonly Note[]>([]);
  readonly typing = signal(false);
  readonly hasEarlier = signal(false);
  /** What was tried last and did not work. */
  readonly trouble = signal<ErrorCode | undefined>(undefined);
  readonly #cv: CV;
  readonly #handle: ConversationHandle;
  readonly #undo: () => void;
  readonly #onMoved: (to: string) => void;
  readonly #onFocus = () => void this.#readNotes();
  #typingTold = 0;

  /** Messages and notes by time; notes older than the oldest loaded message come with it. */
  readonly entries = computed<readonly Entry[]>(() => {
    const messages = this.messages.value.map((message): Entry => ({ kind: 'message', at: message.at, message }));
    const since = this.hasEarlier.value ? (messages[0]?.at ?? 0) : 0;
    const notes = this.notes.value
      .map((note): Entry => ({ kind: 'note', at: Date.parse(note.at), note }))
      .filter(({ at }) => at >= since);
    const entries: Entry[] = [];
    for (const entry of messages) {
      while (notes[0] && notes[0].at < entry.at) entries.push(notes.shift() as Entry);
      entries.push(entry);
    }
    return [...entries, ...notes];
  });

  constructor(cv: CV, id: string, { draft, onMoved }: OpenChatOptions) {
    this.id = id;
    this.#cv = cv;
    this.#onMoved = onMoved;
    this.draft.value = draft;
    this.#handle = cv.conversations.open(id);
    this.#undo = this.#handle.on('changed', () => this.#take());
    this.#take();
    addEventListener('focus', this.#onFocus);
    void this.#readNotes();
  }

  earlier(): Promise<void> {
    return this.#handle.earlier();
  }

  /** Sends the draft, or keeps it as a note. */
  async submit(): Promise<void> {
    const text = this.draft.value.trim();
    if (text === '') return;
    if (!this.noting.value) {
      this.#handle.send(text);
      this.write('');
      return;
    }
    const done = await this.#try(async () => {
      const note = await this.#cv.rest.request<Note>('POST', `conversations/${this.id}/notes`, { text });
      this.notes.value = [...this.notes.value, note];
    });
    if (done) this.draft.value = '';
  }

  sendFiles(files: Iterable<File>): void {
    for (const file of files) void this.#try(() => this.#handle.sendFile(file));
  }

  async removeNote(note: Note): Promise<void> {
    await this.#try(async () => {
      await this.#cv.rest.request('DELETE', `conversations/${this.id}/notes/${note.id}`);
      this.notes.value = this.notes.value.filter(({ id }) => id !== note.id);
    });
  }

  write(text: string): void {
    this.draft.value = text;
    if (this.noting.value) return;
    const now = Date.now();
    if (text === '' && this.#typingTold > 0) {
      this.#typingTold = 0;
      this.#handle.type(false);
    } else if (text !== '' && now - this.#typingTold > TYPING_EVERY_MS) {
      this.#typingTold = now;
      this.#handle.type(true);
    }
  }

  retry(id: string): void {
    this.#handle.retry(id);
  }

  discard(id: string): void {
    this.#handle.discard(id);
  }

  /** The newest message is on screen and somebody looks at it. */
  seen(): void {
    const conversation = this.conversation.value;
    if (this.state.value !== 'open' || !conversation) return;
    const newest = Math.max(0, ...this.messages.value.map(({ own, seq = 0 }) => (own ? 0 : seq)));
    if (conversation.unread > 0 || newest > conversation.receipts.agent.read) this.#handle.read();
  }

  async setStatus(status: ConversationStatus): Promise<void> {
    await this.#try(() => this.#handle.setStatus(status));
  }

  async assign(assignment: { user?: string | null; team?: string | null }): Promise<void> {
    await this.#try(() => this.#handle.assign(assignment));
  }

  close(): void {
    removeEventListener('focus', this.#onFocus);
    this.#undo();
    if (this.#typingTold > 0) this.#handle.type(false);
    this.#handle.close();
  }

  async #try(action: () => Promise<unknown>): Promise<boolean> {
    this.trouble.value = undefined;
    try {
      await action();
      return true;
    } catch (error) {
      this.trouble.value = (error as { code?: ErrorCode }).code ?? 'INTERNAL';
      return false;
    }
  }

  async #readNotes(): Promise<void> {
    const path = `conversations/${this.id}/notes`;
    const answer = await this.#cv.rest.request<{ items: Note[] }>('GET', path).catch(() => undefined);
    if (answer) this.notes.value = answer.items;
  }

  #take(): void {
    const { conversation, messages, typing, hasEarlier, state, error, id } = this.#handle;
    if (conversation && conversation.id !== this.id && conversation.id === id) return this.#onMoved(id);
    this.conversation.value = conversation;
    this.messages.value = [...messages];
    this.typing.value = typing;
    this.hasEarlier.value = hasEarlier;
    this.state.value = state;
    this.error.value = error?.code;
  }
}
