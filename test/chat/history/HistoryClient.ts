import { io, type Socket } from 'socket.io-client';
import type { WebSocket } from 'ws';
import type { EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import type { Message, Sent } from '#protocol/chat.ts';
import type { WireError } from '#protocol/errors.ts';
import type { ConversationId, MessageId, TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { page } from '#test/support/Peer.ts';

export interface Kept {
  conversationId: ConversationId;
  seq: number;
}

interface Pending {
  id: MessageId;
  text: string;
  /** A visitor has only one, which the server knows. */
  conversationId?: ConversationId | undefined;
}

export interface HistoryClientOptions {
  url: string;
  /** An agent's; a visitor gets one at its first connection. */
  token?: string;
  /** The conversations that an agent has open. */
  conversations?: readonly ConversationId[];
  /** A message was acknowledged. */
  acknowledged(): void;
}

const PAGE = 200;

/**
 * A page as simple as one may be that loses nothing: it keeps what was not acknowledged and sends it again, and pages
 * what it has missed. Nothing of CoView's own client is in it.
 */
export class HistoryClient {
  readonly role: 'visitor' | 'agent';
  /** What it was told, by conversation: the id at each seq. */
  readonly views = new Map<ConversationId, Map<number, MessageId>>();
  readonly acknowledged = new Map<MessageId, Kept>();
  /** In the order of sending. */
  readonly sent: Pending[] = [];
  /** What should never happen, in words. */
  readonly faults: string[] = [];
  readonly #pending = new Map<MessageId, Pending>();
  readonly #socket: Socket;
  readonly #options: HistoryClientOptions;
  readonly #waiting = new Set<() => void>();
  #token: string | undefined;
  #synced = false;
  #closed = false;

  constructor(options: HistoryClientOptions) {
    this.#options = options;
    this.role = options.token === undefined ? 'visitor' : 'agent';
    this.#token = options.token;
    for (const id of options.conversations ?? []) this.views.set(id, new Map());
    const tab = newId<TabId>('t');
    this.#socket = io(options.url, {
      query: { site: 'demo' },
      auth: (give) => give({ role: this.role, site: 'demo', tab, token: this.#token, page }),
      transports: ['websocket'],
      forceNew: true,
      timeout: 10_000,
      reconnectionDelay: 30,
      reconnectionDelayMax: 300,
    });
    this.#socket.on('visitor.welcome', ({ token }: EventPayload<'visitor.welcome'>) => {
      this.#token = token;
      void this.#begin();
    });
    this.#socket.on('agent.welcome', () => void this.#begin());
    this.#socket.on('chat.message', ({ conversationId, message }: EventPayload<'chat.message'>) =>
      this.#told(conversationId, [message]),
    );
    this.#socket.on('disconnect', () => {
      this.#synced = false;
    });
    // A server that refuses is not asked again by itself.
    this.#socket.on('connect_error', () => {
      if (!this.#socket.active && !this.#closed) setTimeout(() => this.#socket.connect(), 100);
    });
  }

  get outstanding(): number {
    return this.#pending.size;
  }

  send(text: string, conversationId?: ConversationId): void {
    const message: Pending = { id: newId<MessageId>('m'), text, conversationId };
    this.sent.push(message);
    this.#pending.set(message.id, message);
    if (this.#synced) void this.#deliver(message);
  }

  /** The network is cut; the page comes back by itself. */
  cut(): void {
    if (!this.#socket.connected) return;
    const { ws } = this.#socket.io.engine.transport as unknown as { ws: WebSocket };
    ws.terminate();
  }

  /** Resolves when the condition holds; looked at whenever something was acknowledged or paged. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Pages to the end of everything; resolves when nothing is missing. */
  async settle(): Promise<void> {
    await this.until(() => this.#synced && this.#pending.size === 0);
    while (!(await this.#page())) await this.until(() => this.#synced);
  }

  close(): void {
    this.#closed = true;
    this.#socket.disconnect();
  }

  /** Connected: first what was missed, then what was not acknowledged, in its order. */
  async #begin(): Promise<void> {
    const socketId = this.#socket.id;
    while (this.#socket.id === socketId && !(await this.#page()));
    if (this.#socket.id !== socketId || !this.#socket.connected) return;
    this.#synced = true;
    for (const message of [...this.#pending.values()]) void this.#deliver(message);
    this.#look();
  }

  /** False if the connection was lost. */
  async #page(): Promise<boolean> {
    try {
      if (this.role === 'visitor') return await this.#pageOwn();
      for (const conversationId of this.views.keys()) {
        await this.#request('conversation.open', { conversationId, limit: 1 });
        for (let more = true; more; ) {
          const after = this.#contiguous(conversationId);
          const { messages } = await this.#request('conversation.history', { conversationId, after, limit: PAGE });
          this.#told(conversationId, messages);
          more = messages.length === PAGE;
        }
      }
      return true;
    } catch {
      return false;
    }
  }

  async #pageOwn(): Promise<boolean> {
    for (;;) {
      const [conversationId] = this.views.keys();
      const after = conversationId === undefined ? 0 : this.#contiguous(conversationId);
      const { messages, chat } = await this.#request('chat.history', { after, limit: PAGE });
      if (chat) this.#told(chat.conversationId, messages);
      if (messages.length < PAGE) return true;
    }
  }

  async #deliver(message: Pending): Promise<void> {
    const { id, text, conversationId } = message;
    try {
      const sent: Sent =
        conversationId === undefined
          ? await this.#request('chat.send', { message: { id, text } })
          : await this.#request('conversation.send', { conversationId, message: { id, text } });
      this.#keep(id, sent);
    } catch {
      // Sent again when the connection is back.
      if (this.#synced) this.cut();
    }
  }

  #keep(id: MessageId, { conversationId, seq }: Kept): void {
    const known = this.acknowledged.get(id);
    if (known && known.seq !== seq) this.faults.push(`${id} was acknowledged at ${known.seq} and at ${seq}`);
    this.acknowledged.set(id, { conversationId, seq });
    if (!this.#pending.delete(id)) return;
    this.#options.acknowledged();
    this.#look();
  }

  async #request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    if (!this.#socket.connected) throw new Error('not connected');
    const answer = (await this.#socket.timeout(10_000).emitWithAck('request', name, input)) as
      | { data: MethodOutput<M> }
      | { error: WireError };
    if ('data' in answer) return answer.data;
    if (answer.error.code !== 'UNAVAILABLE') this.faults.push(`${name}: ${answer.error.code} ${answer.error.message}`);
    throw new Error(answer.error.code);
  }

  #told(conversationId: ConversationId, messages: readonly Message[]): void {
    const view = this.views.get(conversationId) ?? new Map<number, MessageId>();
    this.views.set(conversationId, view);
    if (this.role === 'visitor' && this.views.size > 1) this.faults.push('a visitor was told of two conversations');
    for (const { seq, id } of messages) {
      const known = view.get(seq);
      if (known !== undefined && known !== id) this.faults.push(`${seq} was told as ${known} and as ${id}`);
      view.set(seq, id);
    }
  }

  /** The last seq before the first gap. */
  #contiguous(conversationId: ConversationId): number {
    const view = this.views.get(conversationId) ?? new Map();
    let seq = 0;
    while (view.has(seq + 1)) seq++;
    return seq;
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
