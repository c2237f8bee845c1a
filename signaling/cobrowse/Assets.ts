import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { RequestLimiter } from '#signaling/gateway/RequestLimiter.ts';
import { assetType, HEAD_BYTES, kindOf } from './assetType.ts';

const MIB = 1024 * 1024;

export const usualAssetLimits = {
  /** Bytes of one asset. */
  asset: 5 * MIB,
  /** Bytes of one session. */
  session: 50 * MIB,
  /** Assets of one session. */
  count: 5_000,
  /** On their way in at a time, of one session: each holds a file and a connection open. */
  atOnce: 32,
  /** That the server gets itself, of one session in a row; beyond that five a second. */
  fetches: 500,
  /** Bytes of all sessions of this process. */
  total: 4096 * MIB,
};

export interface AssetsOptions {
  /** Outside every folder that is served. */
  folder: string;
  limits?: Partial<typeof usualAssetLimits> | undefined;
}

/** What is on its way in. */
export interface ArrivingAsset {
  /** SHA-256 in hex, as its sender says; whatever it is if absent. */
  hash?: string | undefined;
  /** Media type, as its sender says: the bytes must be of that kind. Without `hash` they decide alone. */
  type: string;
  bytes: AsyncIterable<Uint8Array>;
}

export interface StoredAsset {
  hash: string;
  type: string;
}

interface SessionAssets {
  readonly folder: string;
  readonly known: Map<string, { type: string; size: number }>;
  readonly limiter: RequestLimiter;
  /** Of what the server gets itself. */
  readonly fetches: RequestLimiter;
  bytes: number;
  arriving: number;
  closed: boolean;
}

/** Pictures, fonts and style sheets of shared pages: files under their hashes, as long as their session goes on. */
export class Assets {
  readonly #folder: string;
  readonly #limits: typeof usualAssetLimits;
  readonly #sessions = new Map<CobrowseId, SessionAssets>();
  #bytes = 0;
  #number = 0;

  private constructor({ folder, limits }: AssetsOptions) {
    this.#folder = folder;
    this.#limits = { ...usualAssetLimits, ...limits };
  }

  static async create(options: AssetsOptions): Promise<Assets> {
    const assets = new Assets(options);
    // No session outlives its process.
    await rm(assets.#folder, { recursive: true, force: true });
    await mkdir(assets.#folder, { recursive: true, mode: 0o700 });
    return assets;
  }

  /** Consent was given: the session may have assets. */
  open(id: CobrowseId): void {
    if (this.#sessions.has(id)) return;
    this.#sessions.set(id, {
      folder: join(this.#folder, id),
      known: new Map(),
      limiter: new RequestLimiter({ perSecond: 20, burst: 1_000 }),
      fetches: new RequestLimiter({ perSecond: 5, burst: this.#limits.fetches }),
      bytes: 0,
      arriving: 0,
      closed: false,
    });
  }

  /** Which of these it does not have. */
  missing(id: CobrowseId, hashes: readonly string[]): string[] {
    const known = this.#sessions.get(id)?.known;
    return hashes.filter((hash) => !known?.has(hash));
  }

  /** Before the server gets one itself, whatever comes of it. NOT_FOUND when the session has ended, RATE_LIMITED. */
  takeTurn(id: CobrowseId): void {
    const session = this.#sessions.get(id);
    if (!session) throw ended();
    if (!session.fetches.take()) throw new CvError('RATE_LIMITED', 'The page has too much that it must not read.');
  }

  /**
   * Takes an asset in. NOT_FOUND when the session has ended, PAYLOAD_TOO_LARGE, RATE_LIMITED, INVALID_INPUT for another
   * hash or type than was said, or a type that is not taken.
   */
  async take(id: CobrowseId, { hash, type, bytes }: ArrivingAsset): Promise<StoredAsset> {
    const session = this.#sessions.get(id);
    if (!session) throw ended();
    const known = hash !== undefined && session.known.get(hash);
    if (known) return { hash, type: known.type };
    if (session.arriving >= this.#limits.atOnce) throw new CvError('RATE_LIMITED', 'Too many at once; send fewer.');
    if (session.known.size + session.arriving >= this.#limits.count || !session.limiter.take()) {
      throw new CvError('RATE_LIMITED', 'The page has too many pictures, fonts and style sheets.');
    }
    const path = join(session.folder, `${this.#number++}.arriving`);
    let size = 0;
    session.arriving++;
    try {
      await mkdir(session.folder, { recursive: true, mode: 0o700 });
      const arrived = await write(path, bytes, (length) => {
        size += length;
        this.#count(session, length);
        this.#check(session, size);
      });
      const stored = await fitting(arrived, { hash, type });
      if (session.closed) throw ended();
      if (session.known.has(stored.hash)) return stored;
      await rename(path, join(session.folder, stored.hash));
      session.known.set(stored.hash, { type: stored.type, size });
      size = 0;
      return stored;
    } catch (error) {
      // Its folder went while this was on its way.
      throw session.closed ? ended() : error;
    } finally {
      session.arriving--;
      this.#count(session, -size);
      await remove(session.closed ? session.folder : path);
    }
  }

  /** Undefined if the session does not have it, or not any more. The caller closes the file. */
  async read(id: CobrowseId, hash: string): Promise<{ type: string; size: number; file: FileHandle } | undefined> {
    const session = this.#sessions.get(id);
    const known = session?.known.get(hash);
    const file = session && known && (await open(join(session.folder, hash)).catch(() => undefined));
    if (!file || !session.closed) return file && { ...known, file };
    await file.close();
    return undefined;
  }

  /** Removes everything of the session, at once for readers. Idempotent. */
  close(id: CobrowseId): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    session.closed = true;
    this.#sessions.delete(id);
    this.#bytes -= session.bytes;
    // What is still arriving removes the folder once more.
    void remove(session.folder);
  }

  #count(session: SessionAssets, bytes: number): void {
    session.bytes += bytes;
    if (!session.closed) this.#bytes += bytes;
  }

  #check(session: SessionAssets, size: number): void {
    const { asset, session: most, total } = this.#limits;
    if (session.closed) throw ended();
    if (size > asset) throw new CvError('PAYLOAD_TOO_LARGE', `Too large; send at most ${asset} bytes.`);
    if (session.bytes > most) throw new CvError('PAYLOAD_TOO_LARGE', `The page has more than ${most} bytes of these.`);
    if (this.#bytes > total) throw new CvError('UNAVAILABLE', 'The server holds too much of other pages.');
  }
}

/** What fails, as where something else arrives in the folder at that moment, is gone with the next start. */
const remove = (path: string) => rm(path, { recursive: true, force: true }).catch(() => {});

const ended = () => new CvError('NOT_FOUND', 'There is no such session, or not any more.');

interface Arrived {
  hash: string;
  head: Uint8Array;
}

async function write(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): Promise<Arrived> {
  const file = await open(path, 'wx', 0o600);
  try {
    const digest = createHash('sha256');
    const head = Buffer.alloc(HEAD_BYTES);
    let size = 0;
    for await (const chunk of bytes) {
      count(chunk.length);
      if (size < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - size), size);
      size += chunk.length;
      digest.update(chunk);
      await file.writeFile(chunk);
    }
    return { hash: digest.digest('hex'), head: head.subarray(0, Math.min(size, HEAD_BYTES)) };
  } finally {
    await file.close();
  }
}

async function fitting(arrived: Arrived, said: { hash?: string | undefined; type: string }): Promise<StoredAsset> {
  if (said.hash !== undefined && said.hash !== arrived.hash) {
    throw new CvError('INVALID_INPUT', 'body: the SHA-256 of what arrived is another one');
  }
  const type = arrived.head.length > 0 && (await assetType(arrived.head, said.type));
  if (!type || (said.hash !== undefined && kindOf(type) !== kindOf(said.type))) {
    throw new CvError('INVALID_INPUT', 'body: only pictures, fonts and style sheets are taken, named as what they are');
  }
  return { hash: arrived.hash, type };
}
