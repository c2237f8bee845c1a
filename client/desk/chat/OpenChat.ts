import { computed, signal } from '@preact/signals';
import type { Conversation, ConversationStatus, Note } from '#protocol/conversation.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { passing } from '../../core/isPassing.ts';
import type { CV } from '../../page/CV.ts';
import type { OpenConversation } from '../../page/OpenConversation.ts';

export interface OpenChatOptions {
  draft: string;
  /** The visitor logged in: what was open went over into another conversation. */
  onMoved(to: string): void;
}

export type Entry = { kind: 'message'; at: number; message: ShownMessage } | { kind: 'note'; at: number; note: Note };

const TYPING_EVERY_MS = 3_000;
/** After notes could not be read. */
const RETRY_MS = 2_000;

/** One open conversation with its notes, and what the agent is writing. */
export class OpenChat {
  readonly id: string;
  readonly draft = signal('');
  /** The next thing written is a note for colleagues. */
  readonly noting = signal(false);
  readonly state = signal<OpenConversation['state']>('opening');
  readonly error = signal<ErrorCode | undefined>(undefined);
  readonly conversation = signal<Conversation | undefined>(undefined);
  readonly messages = signal<readonly ShownMessage[]>([]);
  readonly notes = signal<readonly Note[]>([]);
  readonly typing = signal(false);
  readonly hasEarlier = signal(false);
  /** What was tried last and did not work. */
  readonly trouble = signal<ErrorCode | 'NOTE_WITH_FILES' | undefined>(undefined);
  readonly #cv: CV;
  readonly #handle: OpenConversation;
  readonly #undos: readonly (() => void)[];
  readonly #onMoved: (to: string) => void;
  #reading = false;
  /** They have changed since they were asked for. */
  #stale = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #keeping = false;
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
    this.#undos = [
      this.#handle.on('changed', () => this.#take()),
      this.#handle.on('notes', () => void this.#readNotes()),
    ];
    this.#take();
  }

  get #notesPath(): string {
    return `conversations/${this.id}/notes`;
  }

  earlier(): Promise<void> {
    return this.#handle.earlier();
  }

  /** Sends the draft, or keeps it as a note. */
  async submit(): Promise<void> {
    const text = this.draft.value.trim();
    if (text === '') return;
    if (this.noting.value) return this.#keep(text);
    this.#handle.send(text);
    this.write('');
  }

  /** To the visitor: none while a note is written, which is for colleagues. */
  sendFiles(files: Iterable<File>): void {
    if (this.noting.value) {
      this.trouble.value = 'NOTE_WITH_FILES';
      return;
    }
    for (const file of files) void this.#try(() => this.#handle.sendFile(file));
  }

  async removeNote(note: Note): Promise<void> {
    await this.#try(async () => {
      await this.#cv.rest.request('DELETE', `${this.#notesPath}/${note.id}`);
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
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const undo of this.#undos) undo();
    if (this.#typingTold > 0) this.#handle.type(false);
    this.#handle.close();
  }

  /** One note at a time; what is written meanwhile stays. */
  async #keep(text: string): Promise<void> {
    if (this.#keeping) return;
    this.#keeping = true;
    this.draft.value = '';
    const isKept = await this.#try(async () => {
      const note = await this.#cv.rest.request<Note>('POST', this.#notesPath, { text });
      // The event that tells of it may have been faster.
      if (!this.notes.value.some(({ id }) => id === note.id)) this.notes.value = [...this.notes.value, note];
    });
    this.#keeping = false;
    if (isKept || this.draft.value !== '') return;
    this.draft.value = text;
    // What is for colleagues must not become an answer to the visitor.
    this.noting.value = true;
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

  /** One after the other: the last answer counts. */
  async #readNotes(): Promise<void> {
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    clearTimeout(this.#retry);
    while (this.#stale && !this.#closed) {
      this.#stale = false;
      try {
        this.notes.value = (await this.#cv.rest.request<{ items: Note[] }>('GET', this.#notesPath)).items;
      } catch (error) {
        // The page API is of another bundle, whose classes are others.
        const { code } = error as { code?: ErrorCode };
        const again = code && passing.includes(code) && !this.#stale && !this.#closed;
        if (again) this.#retry = setTimeout(() => void this.#readNotes(), RETRY_MS);
      }
    }
    this.#reading = false;
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
