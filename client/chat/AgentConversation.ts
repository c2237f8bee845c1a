import type { EventPayload } from '#protocol/api.ts';
import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { ConversationId, FileId, MessageId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { isPassing } from '../core/isPassing.ts';
import type { Wire } from '../core/Wire.ts';
import type { Assignment } from '../page/OpenConversation.ts';
import type { ConversationDriver, ConversationHandle } from './ConversationHandle.ts';
import type { Pending } from './Pending.ts';
import { Thread } from './Thread.ts';

export interface AgentConversationOptions {
  boot: WidgetBoot;
  wire: Wire;
  token: string;
  agent: Agent;
  handle: ConversationHandle;
  /** Whether this page has it open once more: then it is still followed. */
  isElsewhere(): boolean;
  onClose(): void;
}

/** Files of agents are judged by the server alone. */
const MAX_FILE_BYTES = 25 * 1024 * 1024;
const RETRY_MS = 2_000;

/** Where an agent's unsent messages of a conversation are kept. */
export const queueName = (boot: WidgetBoot, agent: Agent, conversationId: string): string =>
  `${boot.site}:${agent.id}:${conversationId}`;

/** What an agent's message is sent by. */
export const sendAsAgent = (wire: Wire, conversationId: ConversationId, { id, text, file }: Pending) =>
  wire.request('conversation.send', {
    conversationId,
    message: { id, text, ...(file && { fileId: file.id as FileId }) },
  });

/** A conversation that an agent's page has open: over lost connections, and wherever its visitor's login moves it. */
export class AgentConversation implements ConversationDriver {
  readonly #options: AgentConversationOptions;
  #thread: Thread;
  #conversation: Conversation | undefined;
  #opening = false;
  /** Told while it was being opened: perhaps not in the answer. */
  #heard = 0;
  #gone = false;
  #closed = false;
  #telling = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AgentConversationOptions) {
    this.#options = options;
    this.#thread = this.#newThread([]);
    options.handle.drive(this);
    this.open();
  }

  get id(): ConversationId {
    return this.#options.handle.id as ConversationId;
  }

  /** From the beginning, or again after a lost connection. */
  open(): void {
    if (this.#opening || this.#closed) return;
    this.#opening = true;
    clearTimeout(this.#retry);
    const { id } = this;
    this.#options.wire.insist('conversation.open', { conversationId: id }).then(
      ({ conversation, messages }) => {
        this.#opening = false;
        if (this.#closed) return;
        if (id !== this.id) return this.open();
        if (conversation.id !== id) return this.moved(conversation.id);
        this.#gone = false;
        const { lastSeq, receipts, unread } = conversation;
        const standing = { lastSeq: Math.max(lastSeq, this.#heard), receipts, unread };
        if (this.#conversation?.id === id) this.#thread.follow(standing);
        else this.#thread.start(standing, messages);
        this.update(conversation);
        this.#thread.flush();
        // Whatever was told while nobody listened.
        this.notesChanged();
      },
      (error: unknown) => {
        this.#opening = false;
        if (this.#closed) return;
        if (id !== this.id) return this.open();
        if (isPassing(error)) this.#retry = setTimeout(() => this.open(), RETRY_MS);
        else this.#fail(error instanceof CvError ? error : new CvError('INTERNAL', 'It could not be opened.'));
      },
    );
  }

  /** It is as follows now. */
  update(conversation: Conversation): void {
    if (this.#closed) return;
    this.#conversation = conversation;
    this.#changed();
  }

  notesChanged(): void {
    if (!this.#closed) this.#options.handle.emit('notes');
  }

  /** Erased, merged into another one, or no longer for this agent. */
  gone(): void {
    this.#gone = true;
    this.open();
  }

  moved(to: ConversationId): void {
    const { handle } = this.#options;
    const { pending: taken, files } = this.#thread;
    this.#thread.drop();
    this.#thread.close();
    handle.id = to;
    this.#closed = false;
    this.#heard = 0;
    this.#thread = this.#newThread(taken);
    for (const { file, id } of files) this.#thread.sendFile(file, id);
    handle.show({ state: 'opening', error: undefined });
    this.open();
  }

  /** Whether a move may still bring it back. */
  get lost(): boolean {
    return this.#gone;
  }

  told(payload: EventPayload<'chat.message'>): void {
    this.#heard = Math.max(this.#heard, payload.message.seq);
    if (this.#conversation) this.#thread.add(payload.message);
  }

  receipts({ receipts }: EventPayload<'chat.receipts'>): void {
    if (this.#conversation) this.#thread.setReceipts(receipts);
  }

  typing({ author, on }: EventPayload<'chat.typing'>): void {
    this.#thread.setTyping(author, on);
  }

  /** This page is no longer let in. */
  refused(error: CvError): void {
    this.#fail(error);
  }

  earlier(): Promise<void> {
    return this.#thread.earlier();
  }

  send(text: string, id: MessageId): void {
    const words = text.replace(/\r\n?/g, '\n');
    if (words.trim() !== '') this.#thread.send(words, { id });
  }

  sendFile(file: File, id: MessageId): void {
    this.#thread.sendFile(file, id);
  }

  retry(id: string): void {
    this.#thread.retry(id);
  }

  discard(id: string): void {
    this.#thread.discard(id);
  }

  type(on: boolean): void {
    this.#thread.type(on);
  }

  read(): void {
    this.#thread.read();
  }

  async setStatus(status: ConversationStatus): Promise<Conversation> {
    return this.#set(this.#options.wire.insist('conversation.status', { conversationId: this.id, status }));
  }

  async assign(assignment: Assignment): Promise<Conversation> {
    return this.#set(this.#options.wire.insist('conversation.assign', { conversationId: this.id, assignment }));
  }

  close(): void {
    const { wire, isElsewhere, onClose } = this.#options;
    if (this.#end() && !isElsewhere()) wire.request('conversation.close', { conversationId: this.id }).catch(() => {});
    onClose();
  }

  async #set(asked: Promise<{ conversation: Conversation }>): Promise<Conversation> {
    const { conversation } = await asked;
    this.update(conversation);
    return conversation;
  }

  #end(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#thread.close();
    return true;
  }

  #fail(error: CvError): void {
    if (this.#end()) this.#options.handle.fail(error);
  }

  #newThread(taken: readonly Pending[]): Thread {
    const { boot, wire, agent, token } = this.#options;
    const conversationId = this.id;
    return new Thread({
      side: 'agent',
      author: { kind: 'agent', email: agent.email, name: agent.name },
      queue: { kind: 'local', name: queueName(boot, agent, conversationId), taken },
      upload: { url: `${boot.host}/files/${boot.site}`, token: () => token, maxBytes: () => MAX_FILE_BYTES },
      ready: () => wire.connected && !this.#opening && !this.#gone && this.#conversation?.id === conversationId,
      history: (range) => wire.insist('conversation.history', { conversationId, ...range }),
      send: (pending) => sendAsAgent(wire, conversationId, pending),
      tellReceipt: (marks) => wire.request('conversation.receipt', { conversationId, ...marks }),
      tellTyping: (on) => {
        if (wire.connected) wire.request('conversation.typing', { conversationId, on }).catch(() => {});
      },
      onSent: () => {},
      onChange: () => this.#changed(),
      onNew: () => {},
    });
  }

  #changed(): void {
    if (this.#telling || this.#closed) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      if (this.#closed) return;
      const thread = this.#thread;
      this.#options.handle.show({
        conversation: this.#conversation,
        messages: thread.messages,
        typing: thread.typing !== undefined,
        hasEarlier: thread.hasEarlier,
        state: this.#conversation ? 'open' : 'opening',
      });
    });
  }
}
