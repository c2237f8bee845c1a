import { CvError } from '#protocol/errors.ts';
import type { FileView } from '#protocol/files.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { isPassing } from '../core/isPassing.ts';
import type { ShownMessage } from './ShownMessage.ts';
import { type UploadRequest, upload } from './upload.ts';

export interface UploadsOptions {
  url: string;
  token(): string | undefined;
  author: ShownMessage['author'];
  /** Largest file, in bytes; undefined where files are not taken. */
  maxBytes(): number | undefined;
  /** It lies at the server and can be sent under this id. */
  onUploaded(id: MessageId, file: FileView): void;
  onChange(): void;
  /** How bytes are sent; another one in tests. */
  send?(request: UploadRequest): Promise<FileView>;
}

interface Item {
  id: MessageId;
  at: number;
  file: File;
  progress: number;
  tries: number;
  error?: CvError | undefined;
}

const TRIES = 3;
const RETRY_MS = 2_000;

/** Files on their way to the server, one after the other; a reload of the page loses them. */
export class Uploads {
  readonly #options: UploadsOptions;
  #items: Item[] = [];
  #running: { item: Item; abort: AbortController } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  get items(): ShownMessage[] {
    const { author } = this.#options;
    return this.#items.map(({ id, at, file, progress, error }) => ({
      id,
      at,
      author,
      own: true,
      text: '',
      upload: { name: file.name, size: file.size, progress },
      ...(error ? { state: 'failed', error: error.code } : { state: 'sending' }),
    }));
  }

  get files(): readonly { id: MessageId; file: File }[] {
    return this.#items;
  }

  /** `id` is that of the message that it becomes. */
  add(file: File, id: MessageId = newId('m')): void {
    const item: Item = { id, at: Date.now(), file, progress: 0, tries: 0 };
    const maxBytes = this.#options.maxBytes();
    if (maxBytes === undefined) item.error = new CvError('UNSUPPORTED', 'Files are not taken here.');
    else if (file.size > maxBytes)
      item.error = new CvError('PAYLOAD_TOO_LARGE', `At most ${maxBytes} bytes are taken.`);
    else if (file.size === 0) item.error = new CvError('INVALID_INPUT', 'The file is empty.');
    this.#items.push(item);
    this.#options.onChange();
    this.#next();
  }

  retry(id: string): void {
    const item = this.#items.find((one) => one.id === id);
    if (!item?.error || !this.#mayRetry(item)) return;
    this.#again(item);
    this.#next();
  }

  /** Stops it, or takes a failed one away. */
  discard(id: string): void {
    const before = this.#items.length;
    this.#items = this.#items.filter((item) => item.id !== id);
    if (this.#items.length === before) return;
    if (this.#running?.item.id === id) this.#stop();
    this.#options.onChange();
    this.#next();
  }

  /** The connection is back. */
  resume(): void {
    for (const item of this.#items) if (isPassing(item.error)) this.#again(item);
    this.#next();
  }

  clear(): void {
    this.#items = [];
    this.close();
    this.#options.onChange();
  }

  /** What is left may be another thread's. */
  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  /** What the server, or its rules, refused for good stays refused. */
  #mayRetry({ error, file }: Item): boolean {
    const maxBytes = this.#options.maxBytes();
    return error !== undefined && maxBytes !== undefined && file.size > 0 && file.size <= maxBytes;
  }

  #again(item: Item): void {
    Object.assign(item, { error: undefined, tries: 0, progress: 0 });
    this.#options.onChange();
  }

  #stop(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
  }

  #next(): void {
    const item = this.#items.find(({ error }) => !error);
    const token = this.#options.token();
    if (this.#running || !item || !token) return;
    clearTimeout(this.#timer);
    const abort = new AbortController();
    const running = { item, abort };
    this.#running = running;
    const { url, send = upload, onChange } = this.#options;
    const onProgress = (progress: number) => {
      item.progress = progress;
      if (this.#running === running) onChange();
    };
    send({ url, token, file: item.file, onProgress, signal: abort.signal }).then(
      (file) => this.#running === running && this.#arrived(item, file),
      (error: unknown) => this.#running === running && this.#failed(item, error),
    );
  }

  #arrived(item: Item, file: FileView): void {
    this.#running = undefined;
    this.#items = this.#items.filter((one) => one !== item);
    this.#options.onUploaded(item.id, file);
    this.#options.onChange();
    this.#next();
  }

  #failed(item: Item, error: unknown): void {
    this.#running = undefined;
    item.progress = 0;
    if (isPassing(error) && ++item.tries < TRIES) {
      this.#timer = setTimeout(() => this.#next(), RETRY_MS);
      return;
    }
    item.error = error instanceof CvError ? error : new CvError('INTERNAL', 'The file could not be sent.');
    this.#options.onChange();
    this.#next();
  }
}
