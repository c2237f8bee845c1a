import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId } from '#protocol/ids.ts';
import type { Appended, MessageRecord, NewMessage } from '#signaling/store/ChatStore.ts';

export type NewlyAppended = Extract<Appended, { kind: 'new' }>;

export interface MessageLogOptions {
  /** Keeps all of them, or fails as a whole; one answer for each, in place. */
  append(messages: readonly NewMessage[]): Promise<Appended[]>;
  log: Logger;
  /** What a conversation that is gone has become; the same id if nothing is known. */
  follow(id: ConversationId): ConversationId;
  /** Kept now; in the order of their seqs. */
  committed(appended: readonly NewlyAppended[]): void;
  /** Kept by a write that seemed to have failed, as when the database was lost before it could say so: told to nobody yet. */
  found(message: MessageRecord): void;
}

interface Waiting {
  readonly message: NewMessage;
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

const MAX_BATCH = 100;
/** So many in a row that the database refuses: it is the database, not a message. */
const MAX_REFUSED = 3;
/** Messages of failed writes that are remembered until they come again. */
const MAX_DOUBTFUL = 10_000;

/**
 * New messages, many to a commit: what comes in while one batch is written makes the next, so a lone message waits for
 * nobody and a crowd shares the cost of the disk. An answer means that the message is durable.
 */
export class MessageLog {
  readonly #options: MessageLogOptions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Of writes that failed: nobody knows whether before or after they were kept. */
  readonly #doubtful = new Set<string>();

  constructor(options: MessageLogOptions) {
    this.#options = options;
  }

  /** Messages of one sender are kept in the order of these calls. */
  add(message: NewMessage): Promise<Appended> {
    const added = new Promise<Appended>((resolve, reject) => this.#waiting.push({ message, resolve, reject }));
    this.#running ??= this.#run();
    return added;
  }

  /** Resolves when everything that came in is answered. */
  async close(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Lets in what else has arrived: the database may answer without ever giving the sockets a turn.
      await nextTurn();
      const batch = this.#waiting.slice(0, MAX_BATCH);
      this.#waiting = this.#waiting.slice(MAX_BATCH);
      for (const { message } of batch) message.conversationId = this.#options.follow(message.conversationId);
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      this.#settle(batch, await this.#append(batch));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else await this.#writeEach(batch);
    }
  }

  /** One of them may be poison: it must not take the others along. */
  async #writeEach(batch: readonly Waiting[]): Promise<void> {
    for (let i = 0, refused = 0; i < batch.length; i++) {
      const one = batch.slice(i, i + 1);
      try {
        this.#settle(one, await this.#append(one));
        refused = 0;
      } catch (error) {
        const unavailable = error instanceof CvError && error.code === 'UNAVAILABLE';
        refused = unavailable ? refused + 1 : 0;
        const failed = refused >= MAX_REFUSED ? batch.slice(i) : one;
        for (const { reject } of failed) reject(error);
        if (failed !== one) return;
      }
    }
  }

  async #append(batch: readonly Waiting[]): Promise<Appended[]> {
    try {
      return await this.#options.append(batch.map(({ message }) => message));
    } catch (error) {
      for (const { message } of batch) this.#doubtful.add(nameOf(message));
      for (const oldest of this.#doubtful) {
        if (this.#doubtful.size <= MAX_DOUBTFUL) break;
        this.#doubtful.delete(oldest);
      }
      throw error;
    }
  }

  #settle(batch: readonly Waiting[], results: readonly Appended[]): void {
    const { follow, committed, found, log } = this.#options;
    const appended: NewlyAppended[] = [];
    const moved: Waiting[] = [];
    const untold: MessageRecord[] = [];
    batch.forEach((waiting, i) => {
      const result = results[i] as Appended;
      const { conversationId } = waiting.message;
      if (result.kind === 'gone' && follow(conversationId) !== conversationId) {
        moved.push(waiting);
        return;
      }
      if (result.kind === 'new') appended.push(result);
      const inDoubt = this.#doubtful.size > 0 && this.#doubtful.delete(nameOf(waiting.message));
      if (result.kind === 'known' && inDoubt) untold.push(result.message);
      waiting.resolve(result);
    });
    // Before everything that came after them, so that each sender's order holds.
    if (moved.length > 0) this.#waiting = [...moved, ...this.#waiting];
    try {
      if (appended.length > 0) committed(appended);
      untold.forEach(found);
    } catch (error) {
      log.error({ err: error }, 'messages were kept, but could not be told to everybody');
    }
  }
}

const nameOf = ({ site, conversationId, id }: NewMessage): string => `${site} ${conversationId} ${id}`;
