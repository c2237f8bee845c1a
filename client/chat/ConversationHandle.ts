import type { Conversation, ConversationStatus } from '#protocol/conversation.ts';
import type { CvError } from '#protocol/errors.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Emitter } from '../core/Emitter.ts';
import type { Assignment, ConversationEvents, OpenConversation } from '../page/OpenConversation.ts';
import type { ShownMessage } from './ShownMessage.ts';

/** What drives a conversation behind its handle. */
export interface ConversationDriver {
  earlier(): Promise<void>;
  send(text: string, id: MessageId): void;
  sendFile(file: File, id: MessageId): void;
  retry(id: string): void;
  discard(id: string): void;
  type(on: boolean): void;
  read(): void;
  setStatus(status: ConversationStatus): Promise<Conversation>;
  assign(assignment: Assignment): Promise<Conversation>;
  close(): void;
}

type Shown = Pick<ConversationHandle, 'id' | 'conversation' | 'messages' | 'typing' | 'hasEarlier' | 'state' | 'error'>;

/** What `CV.conversations.open` returns, at once; what is asked of it before it is open is done then, in order. */
export class ConversationHandle extends Emitter<ConversationEvents> implements OpenConversation {
  /** Another one after the visitor logged in and the conversation went over into the person's. */
  id: string;
  conversation: Conversation | undefined;
  messages: readonly ShownMessage[] = [];
  /** The visitor is typing. */
  typing = false;
  hasEarlier = false;
  state: 'opening' | 'open' | 'closed' = 'opening';
  /** Why it is closed, unless it was by `close()`. */
  error: CvError | undefined;
  readonly #driver: Promise<ConversationDriver>;
  #drive!: (driver: ConversationDriver) => void;

  constructor(id: unknown) {
    super();
    this.id = String(id);
    this.#driver = new Promise((resolve) => {
      this.#drive = resolve;
    });
  }

  earlier(): Promise<void> {
    return this.#driver.then((driver) => driver.earlier());
  }

  /** Answers the message's id. */
  send(text: string): string {
    const id = newId<MessageId>('m');
    this.#driver.then((driver) => driver.send(text, id));
    return id;
  }

  async sendFile(file: File): Promise<string> {
    const id = newId<MessageId>('m');
    this.#driver.then((driver) => driver.sendFile(file, id));
    return id;
  }

  retry(id: string): void {
    this.#driver.then((driver) => driver.retry(id));
  }

  discard(id: string): void {
    this.#driver.then((driver) => driver.discard(id));
  }

  type(on: boolean): void {
    this.#driver.then((driver) => driver.type(on));
  }

  /** Everything that is here has been seen. */
  read(): void {
    this.#driver.then((driver) => driver.read());
  }

  setStatus(status: ConversationStatus): Promise<Conversation> {
    return this.#driver.then((driver) => driver.setStatus(status));
  }

  assign(assignment: Assignment): Promise<Conversation> {
    return this.#driver.then((driver) => driver.assign(assignment));
  }

  close(): void {
    if (this.state !== 'closed') this.show({ state: 'closed' });
    this.#driver.then((driver) => driver.close());
  }

  /** @internal */
  drive(driver: ConversationDriver): void {
    this.#drive(driver);
  }

  /** @internal */
  show(shown: Partial<Shown>): void {
    Object.assign(this, shown);
    this.emit('changed');
  }

  /** @internal It could not be opened. */
  fail(error: CvError): void {
    if (this.state !== 'closed') this.show({ state: 'closed', error });
  }
}
