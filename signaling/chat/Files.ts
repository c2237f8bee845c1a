import { createHmac, timingSafeEqual } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { CvError } from '#protocol/errors.ts';
import type { FileView } from '#protocol/files.ts';
import type { FileId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { ChatStore, FileRecord, MessageFile } from '#signaling/store/ChatStore.ts';
import { fileType } from './fileType.ts';
import { OrphanedFiles } from './OrphanedFiles.ts';
import { safeName } from './takenTypes.ts';
import { UnsentFiles, type Uploader, type unsentLimits } from './UnsentFiles.ts';

const HOUR = 60 * 60 * 1000;
/** A file that no message took up goes after so long. */
const UNSENT_MS = HOUR;
const SWEEP_MS = 10 * 60 * 1000;
const KEY_BYTES = 18;

export interface FilesOptions {
  /** Outside every folder that is served. */
  folder: string;
  /** Makes the keys in files’ addresses. */
  secret: string;
  store: Pick<ChatStore, 'addFile' | 'getFile' | 'getFiles' | 'deleteUnsentFiles'>;
  /** Bytes that may lie there unsent; the usual ones if absent. */
  unsent?: Partial<typeof unsentLimits> | undefined;
  log: Logger;
}

/** A file on its way in. */
export interface Upload extends Uploader {
  /** As the sender calls it. */
  name: string;
  maxBytes: number;
  bytes: AsyncIterable<Buffer>;
}

/** Files of messages: bytes in a folder under their ids, everything else in the store. */
export class Files {
  readonly #options: FilesOptions;
  readonly #unsent: UnsentFiles;
  /** On their way in: in the folder before they are in the store. */
  readonly #arrivals = new Set<FileId>();
  readonly #orphaned: OrphanedFiles;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: FilesOptions) {
    this.#options = options;
    this.#unsent = new UnsentFiles(async (site, id) => {
      const record = await options.store.getFile(site, id);
      return record !== undefined && record.conversationId === undefined;
    }, options.unsent);
    const isArriving = (id: FileId) => this.#arrivals.has(id);
    this.#orphaned = new OrphanedFiles({ folder: options.folder, store: options.store, isArriving });
    this.#timer = setInterval(() => void this.sweep(Date.now() - UNSENT_MS), SWEEP_MS).unref();
  }

  static async open(options: FilesOptions): Promise<Files> {
    const files = new Files(options);
    // What a process that died was still taking in.
    await rm(files.#arriving, { recursive: true, force: true });
    await mkdir(files.#arriving, { recursive: true, mode: 0o700 });
    return files;
  }

  /** How the two sides of a conversation are told of a file. */
  view(site: SiteId, { id, name, type, size }: MessageFile): FileView {
    return { id, name, type, size, path: `/files/${site}/${id}/${this.#key(site, id)}` };
  }

  /** Takes a file in, durably; PAYLOAD_TOO_LARGE, INVALID_INPUT for a type that is not taken, RATE_LIMITED, UNAVAILABLE. */
  async take({ name, maxBytes, bytes, ...from }: Upload): Promise<FileRecord> {
    const { site, uploader } = from;
    const id = newId<FileId>('f');
    const place = await this.#unsent.reserve(from, id);
    const arriving = join(this.#arriving, id);
    this.#arrivals.add(id);
    try {
      const size = await write(arriving, bytes, maxBytes, place.grow);
      const type = await fileType(arriving);
      if (type === undefined) {
        throw new CvError(
          'INVALID_INPUT',
          'body: files of this type are not taken; send a picture, PDF, UTF-8 text, office document, audio, video or a ZIP of anything else.',
        );
      }
      const record: FileRecord = { id, site, name: safeName(name, type), type, size, uploader, createdAt: Date.now() };
      await mkdir(join(this.#options.folder, site), { recursive: true, mode: 0o700 });
      await rename(arriving, this.#path(site, id));
      await this.#options.store.addFile(record);
      place.keep();
      return record;
    } catch (error) {
      place.drop();
      await Promise.all([rm(arriving, { force: true }), rm(this.#path(site, id), { force: true })]);
      if (!isOfDisk(error)) throw error;
      throw new CvError('UNAVAILABLE', 'The file cannot be kept at the moment; try again later.', { cause: error });
    } finally {
      this.#arrivals.delete(id);
    }
  }

  /** The file that this key opens; undefined if there is none, or not any more. The caller closes it. */
  async read(site: SiteId, id: FileId, key: string): Promise<{ record: FileRecord; file: FileHandle } | undefined> {
    // As text: base64 of another length may decode to the same bytes.
    const wanted = Buffer.from(this.#key(site, id));
    const given = Buffer.from(key);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    const record = await this.#options.store.getFile(site, id);
    if (!record) return undefined;
    const file = await open(this.#path(site, id)).catch(() => undefined);
    return file && { record, file };
  }

  /** Their bytes; their rows went with the messages. */
  async remove(site: SiteId, ids: readonly FileId[]): Promise<void> {
    await Promise.all(ids.map((id) => rm(this.#path(site, id), { force: true })));
  }

  /** Deletes what was uploaded before this time and never sent. */
  async sweep(before: number): Promise<void> {
    try {
      const gone = await this.#options.store.deleteUnsentFiles(before);
      await Promise.all(gone.map(({ site, id }) => this.remove(site, [id])));
      this.#unsent.forget(before);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'files that were never sent could not be deleted; tried again later');
    }
  }

  /**
   * Takes away bytes of these sites that no row tells of and that lie there since before this time: of the next few
   * files. Undefined when all were looked at.
   */
  removeOrphans(sites: readonly SiteId[], before: number): Promise<number | undefined> {
    return this.#orphaned.removeNext(sites, before);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#orphaned.close();
  }

  get #arriving(): string {
    return join(this.#options.folder, '.arriving');
  }

  // Both parts are ids that the contract has checked: no name that anybody chose comes into a path.
  #path(site: SiteId, id: FileId): string {
    return join(this.#options.folder, site, id);
  }

  #key(site: SiteId, id: FileId): string {
    const mac = createHmac('sha256', this.#options.secret).update(`file\n${site}\n${id}`).digest();
    return mac.subarray(0, KEY_BYTES).toString('base64url');
  }
}

/** The disk's, as one that is full. */
const isOfDisk = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined;

/** Writes and counts; durable when it resolves. */
async function write(
  path: string,
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
  grow: (bytes: number) => Promise<void>,
): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > maxBytes)
        throw new CvError('PAYLOAD_TOO_LARGE', `The file is too large; send at most ${maxBytes} bytes.`);
      await grow(chunk.length);
      await file.writeFile(chunk);
    }
    if (size === 0) throw new CvError('INVALID_INPUT', 'body: the file is empty');
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}
