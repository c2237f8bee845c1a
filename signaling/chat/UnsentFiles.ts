import { CvError } from '#protocol/errors.ts';
import type { FileId, SiteId } from '#protocol/ids.ts';

const MAX_FILES = 10;
const MAX_BYTES = 100 * 1024 * 1024;

interface Unsent {
  bytes: number;
  /** It has no row yet. */
  arriving: boolean;
  readonly since: number;
}

/** What each sender has uploaded and not yet sent, so that nobody fills the disk with what nobody sees. */
export class UnsentFiles {
  readonly #isUnsent: (site: SiteId, id: FileId) => Promise<boolean>;
  readonly #senders = new Map<string, Map<FileId, Unsent>>();

  constructor(isUnsent: (site: SiteId, id: FileId) => Promise<boolean>) {
    this.#isUnsent = isUnsent;
  }

  /** Counts a file from its first byte on, until it is dropped or sent. RATE_LIMITED if there are too many. */
  async reserve(site: SiteId, uploader: string, id: FileId): Promise<{ drop(): void; keep(): void }> {
    const sender = `${site} ${uploader}`;
    if (this.#full(sender)) await this.#forgetSent(site, sender);
    if (this.#full(sender)) {
      throw new CvError('RATE_LIMITED', 'Too many files were uploaded and not sent: send them, or wait an hour.');
    }
    const files = this.#senders.get(sender) ?? new Map<FileId, Unsent>();
    const file = { bytes: 0, arriving: true, since: Date.now() };
    this.#senders.set(sender, files.set(id, file));
    return {
      drop: () => this.#drop(sender, id),
      keep: () => {
        file.arriving = false;
      },
    };
  }

  grow(site: SiteId, uploader: string, id: FileId, bytes: number): void {
    const sender = `${site} ${uploader}`;
    const file = this.#senders.get(sender)?.get(id);
    if (file) file.bytes += bytes;
    if (this.#bytes(sender) > MAX_BYTES) {
      throw new CvError('RATE_LIMITED', 'Too much was uploaded and not sent: send it, or wait an hour.');
    }
  }

  /** Those of before this time are gone from the store too. */
  forget(before: number): void {
    for (const [sender, files] of this.#senders) {
      for (const [id, { since }] of files) if (since < before) this.#drop(sender, id);
    }
  }

  #full(sender: string): boolean {
    return (this.#senders.get(sender)?.size ?? 0) >= MAX_FILES || this.#bytes(sender) >= MAX_BYTES;
  }

  #bytes(sender: string): number {
    return [...(this.#senders.get(sender)?.values() ?? [])].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #forgetSent(site: SiteId, sender: string): Promise<void> {
    for (const [id, { arriving }] of [...(this.#senders.get(sender) ?? [])]) {
      if (!arriving && !(await this.#isUnsent(site, id))) this.#drop(sender, id);
    }
  }

  #drop(sender: string, id: FileId): void {
    const files = this.#senders.get(sender);
    files?.delete(id);
    if (files?.size === 0) this.#senders.delete(sender);
  }
}
