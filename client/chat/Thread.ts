import type { Author, History, Message, Receipts, Sent } from '#protocol/chat.ts';
import { CvError } from '#protocol/errors.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { complain } from '../core/complain.ts';
import { load } from '../core/load.ts';
import type { StorageKind } from '../core/storedKeys.ts';
import { Outbox } from './Outbox.ts';
import type { Pending } from './Pending.ts';
import { ReceiptTeller } from './ReceiptTeller.ts';
import type { ShownMessage } from './ShownMessage.ts';
import { lastOfOther, shown, shownPending, unreadOf } from './shown.ts';
import { Timeline } from './Timeline.ts';
import { TypingShown } from './TypingShown.ts';
import { TypingTeller } from './TypingTeller.ts';
import type { Uploads, UploadsOptions } from './Uploads.ts';

/** What the server knows of a conversation, beside its messages. */
interface Standing {
  lastSeq: number;
  receipts: Receipts;
  /** Messages that this side has not read. */
  unread: number;
}

export interface ThreadOptions {
  side: 'visitor' | 'agent';
  author: Author;
  queue: { kind: StorageKind; name: string | undefined; taken?: readonly Pending[] };
  upload: { url: string; token(): string | undefined; maxBytes(): number | undefined };
  /** Whether requests can be sent now. */
  ready(): boolean;
  before?(): Promise<unknown>;
  history(range: { after?: number; before?: number; limit?: number }): Promise<History>;
  send(pending: Pending): Promise<Sent>;
  tellReceipt(marks: { delivered: number; read: number }): Promise<unknown>;
  tellTyping(on: boolean): void;
  /** A message is durable at the server. */
  onSent(sent: Sent, pending: Pending): void;
  onChange(): void;
  /** Messages that were written since this page follows. */
  onNew(messages: readonly Message[]): void;
}

const nothing: Receipts = { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } };

/** One conversation as one side of it sees it: what was said, what is on its way, who has read, who types. */
export class Thread {
  readonly #options: ThreadOptions;
  readonly #timeline: Timeline;
  readonly #outbox: Outbox;
  readonly #uploadsOptions: UploadsOptions;
  /** Loads with the first file. */
  #uploads: Promise<Uploads> | undefined;
  #files: Uploads | undefined;
  /** Chosen, while what sends them still loads. */
  #picked: Picked[] = [];
  readonly #receipts: ReceiptTeller;
  readonly #typing: TypingShown;
  readonly #typingTeller: TypingTeller;
  #closed = false;
  #standing: Standing = { lastSeq: 0, receipts: nothing, unread: 0 };
  readonly #shown = new WeakMap<Message, ShownMessage>();
  /** Answered by the server, not yet in the timeline. */
  #sent: (Pending & { seq: number })[] = [];

  constructor(options: ThreadOptions) {
    this.#options = options;
    const { queue, upload, author, onChange } = options;
    this.#timeline = new Timeline({
      history: (range) => options.history(range),
      onChange: () => this.#arrived(),
      onNew: (messages) => options.onNew(messages),
    });
    this.#outbox = new Outbox({
      ...queue,
      ready: () => options.ready(),
      before: async () => options.before?.(),
      send: (pending) => options.send(pending),
      onSent: (pending, sent) => this.#accepted(pending, sent),
      onChange,
    });
    this.#uploadsOptions = {
      ...upload,
      author,
      onUploaded: (id, file) => this.#outbox.add({ id, text: '', file }),
      onChange,
    };
    // One that waited for the connection might come back as another visitor's.
    this.#receipts = new ReceiptTeller(async (marks) => {
      if (!options.ready()) throw new CvError('UNAVAILABLE', 'Told when the connection is back.');
      await options.tellReceipt(marks);
    });
    this.#typing = new TypingShown(onChange);
    this.#typingTeller = new TypingTeller((on) => options.tellTyping(on));
  }

  /** Oldest first; what is not sent yet comes last. */
  get messages(): ShownMessage[] {
    const { author } = this.#options;
    const said = this.#timeline.messages.map((message) => this.#show(message));
    const underWay = this.#outbox.items.filter(({ id }) => !this.#sent.some((sent) => sent.id === id));
    return [
      ...said,
      ...this.#sent.flatMap((sent) => {
        const mine = { ...shownPending(sent, author), seq: sent.seq, state: 'sent' as const };
        return [...greetingBefore(sent), mine];
      }),
      ...underWay.flatMap((pending) => [...greetingBefore(pending), shownPending(pending, author)]),
      ...(this.#files?.items ?? []),
      ...this.#picked.map((picked) => shownPicked(picked, author)),
    ];
  }

  /** What is not sent yet, for another queue to take over. */
  get pending(): readonly Pending[] {
    return this.#outbox.items;
  }

  /** Files of which the server has no message yet, for another thread to take over. */
  get files(): readonly Pick<Picked, 'id' | 'file'>[] {
    return [...(this.#files?.files ?? []), ...this.#picked];
  }

  get loaded(): boolean {
    return this.#timeline.loaded;
  }

  get hasEarlier(): boolean {
    return this.#timeline.hasEarlier;
  }

  get typing(): string | undefined {
    return this.#typing.name;
  }

  get unread(): number {
    const { messages, loaded, hasEarlier } = this.#timeline;
    const { receipts, unread } = this.#standing;
    const read = this.#receipts.read;
    const counted = unreadOf(messages, this.#options.side, read);
    const whole = loaded && (!hasEarlier || (messages[0]?.seq ?? 1) <= read + 1);
    return whole || read > receipts[this.#options.side].read ? counted : Math.max(counted, unread);
  }

  get receipts(): Receipts {
    return this.#standing.receipts;
  }

  /** Another conversation than before; what is on its way goes into it. */
  start(standing: Standing, messages?: readonly Message[]): void {
    this.#standing = standing;
    this.#sent = [];
    this.#receipts.start();
    this.#receipts.known(standing.receipts[this.#options.side]);
    this.#typing.set(undefined);
    this.#timeline.start(standing.lastSeq, messages);
  }

  /** The same conversation, as it stands now. */
  follow({ lastSeq, receipts, unread }: Standing): void {
    this.#standing = { lastSeq, receipts: this.#standing.receipts, unread };
    this.setReceipts(receipts);
    this.#timeline.catchUp(lastSeq);
    this.#receipts.reached({});
  }

  add(message: Message): void {
    if (message.author.kind !== this.#options.side) this.#typing.set(undefined);
    this.#timeline.add(message);
  }

  setReceipts(receipts: Receipts): void {
    const { receipts: known } = this.#standing;
    this.#standing.receipts = {
      visitor: later(known.visitor, receipts.visitor),
      agent: later(known.agent, receipts.agent),
    };
    this.#receipts.known(this.#standing.receipts[this.#options.side]);
    this.#options.onChange();
  }

  /** Somebody of the other side types, or has stopped. */
  setTyping(author: Author, on: boolean): void {
    const other = (author.kind === 'visitor') !== (this.#options.side === 'visitor');
    if (other) this.#typing.set(on ? (author.kind === 'agent' ? author.name : '') : undefined);
  }

  send(text: string, more: Partial<Pick<Pending, 'id' | 'greeting' | 'as'>> = {}): MessageId {
    const id = more.id ?? newId<MessageId>('m');
    this.#typingTeller.sent();
    this.#outbox.add({ ...more, id, text });
    return id;
  }

  sendFile(file: File, id: MessageId = newId('m')): void {
    this.#picked.push({ id, file, at: Date.now() });
    this.#options.onChange();
    this.#upload();
  }

  retry(id: string): void {
    this.#outbox.retry(id);
    this.#files?.retry(id);
  }

  discard(id: string): void {
    this.#outbox.discard(id);
    this.#files?.discard(id);
    this.#picked = this.#picked.filter((one) => one.id !== id);
    this.#options.onChange();
  }

  earlier(): Promise<void> {
    return this.#timeline.earlier();
  }

  type(on: boolean): void {
    this.#typingTeller.type(on);
  }

  /** Everything that is here has been seen. */
  read(): void {
    const last = lastOfOther(this.#timeline.messages, this.#options.side);
    if (last <= this.#receipts.read) return;
    this.#receipts.reached({ read: this.#timeline.last });
    this.#options.onChange();
  }

  /** Requests can be sent again. */
  flush(): void {
    this.#outbox.flush();
    this.#files?.resume();
    if (this.#picked.length > 0) this.#upload();
    this.#receipts.reached({});
  }

  /** Of what is under way, this alone is kept. */
  restrict(keep: (pending: Pending) => boolean): void {
    this.#outbox.restrict(keep);
  }

  /** Takes what is under way back; nothing of it is sent any more. */
  drop(): void {
    this.#outbox.clear();
    this.#picked = [];
    this.#files?.clear();
  }

  close(): void {
    this.#closed = true;
    this.#timeline.close();
    this.#outbox.close();
    this.#files?.close();
    this.#receipts.close();
    this.#typing.close();
  }

  #upload(): void {
    this.#uploads ??= load(() => import('./Uploads.ts')).then(
      ({ Uploads }) => (this.#files = new Uploads(this.#uploadsOptions)),
    );
    this.#uploads.then(
      (uploads) => {
        if (!this.#closed) for (const { file, id } of this.#picked.splice(0)) uploads.add(file, id);
      },
      (error) => {
        this.#uploads = undefined;
        complain(error);
      },
    );
  }

  /** The same object as long as it shows the same. */
  #show(message: Message): ShownMessage {
    const fresh = shown(message, this.#options.side, this.#standing.receipts);
    const former = this.#shown.get(message);
    if (former?.state === fresh.state) return former;
    this.#shown.set(message, fresh);
    return fresh;
  }

  #accepted(pending: Pending, sent: Sent): void {
    this.#sent.push({ ...pending, seq: sent.seq });
    this.#options.onSent(sent, pending);
    const { id, text, file } = pending;
    // Told by the answer already; the same comes as an event, at which nothing is left to do.
    this.#timeline.add({ id, seq: sent.seq, at: sent.at, author: this.#options.author, text, ...(file && { file }) });
    this.#options.onChange();
  }

  #arrived(): void {
    const { messages, last } = this.#timeline;
    const here = new Set<string>(messages.map(({ id }) => id));
    this.#sent = this.#sent.filter(({ id, seq }) => seq > last && !here.has(id));
    for (const { id } of this.#outbox.items) if (here.has(id)) this.#outbox.confirm(id);
    const delivered = lastOfOther(messages, this.#options.side);
    if (delivered > this.#receipts.delivered) this.#receipts.reached({ delivered: last });
    this.#options.onChange();
  }
}

interface Picked {
  id: MessageId;
  file: File;
  at: number;
}

const shownPicked = ({ id, file, at }: Picked, author: Author): ShownMessage => ({
  id,
  at,
  author,
  own: true,
  text: '',
  upload: { name: file.name, size: file.size, progress: 0 },
  state: 'sending',
});

type Marks = Receipts['visitor'];

const later = (one: Marks, other: Marks): Marks => ({
  delivered: Math.max(one.delivered, other.delivered),
  read: Math.max(one.read, other.read),
});

const greetingBefore = ({ id, at, greeting }: Pending): ShownMessage[] =>
  greeting
    ? [{ id: `${id}:greeting`, at, author: { kind: 'site' }, own: false, text: greeting.text, state: 'sent' }]
    : [];
