import { Emitter } from '#client/core/Emitter.ts';
import type { Wire } from '#client/core/Wire.ts';
import type { EventName, EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import type { Message, Receipts, VisitorChat } from '#protocol/chat.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';

type Handler = (input: never) => unknown;

/** One tab's connection: requests wait for it, answers and events are lost with it. */
export class FakeConnection extends Emitter<{
  connected: (connected: boolean) => void;
  refused: (e: CvError) => void;
}> {
  readonly #server: FakeServer;
  readonly #listeners = new Map<string, ((payload: never) => void)[]>();
  #waiting: (() => void)[] = [];
  #under: ((error: CvError) => void)[] = [];
  connected = true;

  constructor(server: FakeServer) {
    super();
    this.#server = server;
    server.connections.add(this);
  }

  get wire(): Wire {
    return this as unknown as Wire;
  }

  async request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    if (!this.connected) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#server.asked.push([name, structuredClone(input)]);
    return new Promise((resolve, reject) => {
      this.#under.push(reject);
      queueMicrotask(async () => {
        try {
          const answer = await this.#server.handle(name, input);
          if (this.#server.loseAnswers > 0) {
            this.#server.loseAnswers--;
            reject(new CvError('TIMEOUT', 'lost'));
          } else resolve(answer as MethodOutput<M>);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  async insist<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    for (;;) {
      try {
        return await this.request(name, input);
      } catch (error) {
        if (!(error instanceof CvError) || error.code !== 'TIMEOUT') throw error;
      }
    }
  }

  onEvent<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  hear<E extends EventName>(event: E, payload: EventPayload<E>): void {
    if (!this.connected) return;
    for (const listener of this.#listeners.get(event) ?? []) listener(structuredClone(payload) as never);
  }

  lose(): void {
    this.connected = false;
    for (const reject of this.#under) reject(new CvError('TIMEOUT', 'lost'));
    this.#under = [];
    this.emit('connected', false);
  }

  comeBack(): void {
    this.connected = true;
    this.emit('connected', true);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}

const none = (): Receipts => ({ visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } });

/** A chat server of one conversation, as the contract describes it, for as many tabs as there are. */
export class FakeServer {
  readonly connections = new Set<FakeConnection>();
  readonly asked: [name: string, input: unknown][] = [];
  readonly handlers = new Map<string, Handler>();
  /** So many of the next answers do not arrive, though what was asked is done. */
  loseAnswers = 0;
  conversationId: ConversationId = newId('cn');
  messages: Message[] = [];
  receipts = none();
  /** Tells its events late, or never. */
  silent = false;

  get chat(): VisitorChat | undefined {
    const { conversationId, receipts, messages } = this;
    if (messages.length === 0) return undefined;
    const unread = messages.filter(
      ({ seq, author }) => author.kind !== 'visitor' && seq > receipts.visitor.read,
    ).length;
    return { conversationId, lastSeq: messages.length, receipts, unread };
  }

  /** Inputs of all requests of this name so far. */
  inputs<M extends MethodName>(name: M): MethodRequest<M>[] {
    return this.asked.flatMap(([one, input]) => (one === name ? [input as MethodRequest<M>] : []));
  }

  async handle(name: string, input: unknown): Promise<unknown> {
    const handler = this.handlers.get(name);
    if (handler) return handler(input as never);
    switch (name) {
      case 'chat.send':
      case 'conversation.send': {
        const { message } = input as MethodRequest<'chat.send'>;
        const author: Message['author'] =
          name === 'chat.send' ? { kind: 'visitor' } : { kind: 'agent', email: 'anna@example.com', name: 'Anna' };
        const known = this.messages.find(({ id }) => id === message.id) ?? this.write(message.text, author, message.id);
        return { conversationId: this.conversationId, seq: known.seq, at: known.at };
      }
      case 'chat.history':
      case 'conversation.history':
        return {
          ...this.#page(input as MethodRequest<'chat.history'>),
          lastSeq: this.messages.length,
          chat: this.chat,
        };
      default:
        return {};
    }
  }

  /** Somebody writes; all tabs are told. */
  write(text: string, author: Message['author'] = anna, id: string = newId('m')): Message {
    const message = {
      id: id as Message['id'],
      seq: this.messages.length + 1,
      at: new Date(0).toISOString(),
      author,
      text,
    };
    this.messages.push(message);
    if (!this.silent) this.tell('chat.message', { conversationId: this.conversationId, message });
    return message;
  }

  tell<E extends EventName>(event: E, payload: EventPayload<E>): void {
    for (const connection of this.connections) connection.hear(event, payload);
  }

  #page({ after, before, limit = 50 }: MethodRequest<'chat.history'>): { messages: Message[] } {
    const range = this.messages.filter(({ seq }) => seq > (after ?? 0) && seq < (before ?? Number.POSITIVE_INFINITY));
    return { messages: structuredClone(after === undefined ? range.slice(-limit) : range.slice(0, limit)) };
  }
}

export const anna: Message['author'] = { kind: 'agent', email: 'anna@example.com', name: 'Anna' };
