import type { History, Message } from '#protocol/chat.ts';
import { complain } from '../core/complain.ts';
import { isPassing } from '../core/isPassing.ts';

type Range = { after?: number; before?: number; limit?: number };

export interface TimelineOptions {
  /** Messages from the server; told again when the connection is back. */
  history(range: Range): Promise<History>;
  /** Messages came, went or were loaded. */
  onChange(): void;
  /** Messages that were written since this page began to follow, each once and in order. */
  onNew(messages: readonly Message[]): void;
}

export const PAGE = 50;
const CATCH_UP = 200;
/** After the server could not answer for a while. */
const RETRY_MS = 2_000;

/**
 * The messages of one conversation, in order and without gaps between the first and the last that are held. A message
 * that does not follow the last one is not taken: everything in between is asked for, until there is no gap.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  #messages: Message[] = [];
  /** The newest message that is known to exist. */
  #target = 0;
  /** Messages after this one are new to this page. */
  #since = 0;
  #loaded = false;
  #complete = false;
  #filling: Promise<void> | undefined;
  #earlier: Promise<void> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Answers for what was shown before `start` come too late. */
  #generation = 0;

  constructor(options: TimelineOptions) {
    this.#options = options;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The newest message held; 0 is none. */
  get last(): number {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  /** The first page has come. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get hasEarlier(): boolean {
    return !this.#complete && (this.#messages[0]?.seq ?? 1) > 1;
  }

  /** Another conversation, or this one from the beginning; `messages` are its latest if they are at hand. */
  start(lastSeq: number, messages?: readonly Message[]): void {
    this.close();
    this.#filling = this.#earlier = undefined;
    this.#messages = [...(messages ?? [])];
    this.#target = this.#since = Math.max(lastSeq, this.last);
    this.#complete = messages ? messages.length < PAGE : this.#target === 0;
    this.#loaded = messages !== undefined || this.#target === 0;
    this.#options.onChange();
    this.#fill();
  }

  /** A message as it was told. */
  add(message: Message): void {
    if (this.#loaded && message.seq === this.last + 1 && !this.#filling) {
      this.#target = Math.max(this.#target, message.seq);
      this.#append([message]);
    } else this.catchUp(message.seq);
  }

  /** After an outage, or wherever it is told that so many messages exist. */
  catchUp(lastSeq: number): void {
    this.#target = Math.max(this.#target, lastSeq);
    this.#fill();
  }

  /** One page of older messages. */
  earlier(): Promise<void> {
    const before = this.#messages[0]?.seq;
    if (before === undefined || !this.hasEarlier) return this.#filling ?? Promise.resolve();
    this.#earlier ??= this.#loadEarlier(before, this.#generation).finally(() => {
      this.#earlier = undefined;
    });
    return this.#earlier;
  }

  async #loadEarlier(before: number, generation: number): Promise<void> {
    const { messages } = await this.#options.history({ before, limit: PAGE });
    if (generation !== this.#generation) return;
    const older = messages.filter(({ seq }) => seq < before);
    this.#complete = older.length < PAGE;
    this.#messages = [...older, ...this.#messages];
    this.#options.onChange();
  }

  close(): void {
    this.#generation++;
    clearTimeout(this.#retry);
  }

  #fill(): void {
    if (this.#filling || (this.#loaded && this.last >= this.#target)) return;
    clearTimeout(this.#retry);
    const generation = this.#generation;
    const filling: Promise<void> = this.#page(generation)
      .catch((error) => {
        if (generation !== this.#generation) return;
        if (isPassing(error)) this.#retry = setTimeout(() => this.#fill(), RETRY_MS);
        else complain(error);
      })
      .then(() => {
        if (this.#filling === filling) this.#filling = undefined;
      });
    this.#filling = filling;
  }

  async #page(generation: number): Promise<void> {
    while (!this.#loaded || this.last < this.#target) {
      const asked = this.#target;
      const range = this.last > 0 ? { after: this.last, limit: CATCH_UP } : { limit: PAGE };
      const { messages, lastSeq } = await this.#options.history(range);
      if (generation !== this.#generation) return;
      const next = messages.filter(({ seq }) => seq > this.last);
      if (!this.#loaded) this.#complete = messages.length < PAGE;
      this.#loaded = true;
      this.#target = Math.max(this.#target, lastSeq);
      this.#append(next);
      // What the server does not have is not waited for.
      if (next.length === 0 && this.#target === asked) this.#target = this.last;
    }
  }

  #append(messages: readonly Message[]): void {
    this.#messages = [...this.#messages, ...messages];
    this.#options.onChange();
    const fresh = messages.filter(({ seq }) => seq > this.#since);
    if (fresh.length === 0) return;
    this.#since = this.last;
    this.#options.onNew(fresh);
  }
}
