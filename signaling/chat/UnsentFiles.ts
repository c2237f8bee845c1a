import type { FileId, SiteId } from '#protocol/ids.ts';
import { type Unsent, UnsentPool } from './UnsentPool.ts';

const MIB = 1024 * 1024;
const MAX_FILES = 10;
/** Each counts for so much beside its bytes: very many small ones fill a disk too. */
const FILE_COST = 64 * 1024;

/** Bytes that may lie there unsent. */
export const unsentLimits = {
  /** Of one visitor or agent. */
  sender: 100 * MIB,
  /** Of all visitors at one address: a new visitor costs nothing, an address does. */
  address: 200 * MIB,
  /** Of all visitors of one site. */
  site: 1024 * MIB,
};

export interface Uploader {
  site: SiteId;
  /** `visitor:ID` or `agent:EMAIL`. */
  uploader: string;
  /** Where it comes from, if that is known. */
  address?: string | undefined;
}

/** The place that is held for a file. */
export interface UnsentPlace {
  /** RATE_LIMITED if that is too much. */
  grow(bytes: number): Promise<void>;
  keep(): void;
  drop(): void;
}

/** What was uploaded and not yet sent, so that nobody fills the disk with what nobody sees. */
export class UnsentFiles {
  readonly #isUnsent: (site: SiteId, id: FileId) => Promise<boolean>;
  readonly #limits: typeof unsentLimits;
  readonly #files = new Set<Unsent>();
  readonly #pools = new Map<string, UnsentPool>();

  constructor(isUnsent: (site: SiteId, id: FileId) => Promise<boolean>, limits: Partial<typeof unsentLimits> = {}) {
    this.#isUnsent = isUnsent;
    this.#limits = { ...unsentLimits, ...limits };
  }

  /** Counts a file from its first byte on, until it is dropped or sent. RATE_LIMITED if there are too many. */
  async reserve(from: Uploader, id: FileId): Promise<UnsentPlace> {
    for (const pool of this.#poolsOf(from)) if (pool.full) await pool.look(this.#forgetSent);
    const pools = this.#poolsOf(from);
    for (const pool of pools) if (pool.full) pool.refuse();
    const file: Unsent = { site: from.site, id, bytes: FILE_COST, arriving: true, since: Date.now(), pools };
    this.#files.add(file);
    for (const pool of pools) {
      this.#pools.set(pool.key, pool);
      pool.add(file);
    }
    return {
      grow: (bytes) => this.#grow(file, bytes),
      keep: () => {
        file.arriving = false;
        file.since = Date.now();
      },
      drop: () => this.#drop(file),
    };
  }

  /** Those of before this time are gone from the store too. */
  forget(before: number): void {
    for (const file of this.#files) if (!file.arriving && file.since < before) this.#drop(file);
  }

  async #grow(file: Unsent, bytes: number): Promise<void> {
    file.bytes += bytes;
    for (const pool of file.pools) pool.grow(bytes);
    for (const pool of file.pools) {
      if (pool.over) await pool.look(this.#forgetSent);
      if (pool.over) pool.refuse();
    }
  }

  /** Those that are counted already, else new ones. Agents are known to the site, and counted each alone. */
  #poolsOf({ site, uploader, address }: Uploader): UnsentPool[] {
    const { sender, address: perAddress, site: perSite } = this.#limits;
    const pool = (key: string, maxBytes: number, maxFiles: number, refusal: string) =>
      this.#pools.get(key) ?? new UnsentPool({ key, maxBytes, maxFiles, refusal });
    const own = pool(
      `sender ${site} ${uploader}`,
      sender + MAX_FILES * FILE_COST,
      MAX_FILES,
      'Too much was uploaded and not sent: send it, or wait an hour.',
    );
    if (!uploader.startsWith('visitor:')) return [own];
    const many = Number.POSITIVE_INFINITY;
    const fromThere = 'Too much was uploaded from this network and not sent: send it, or wait an hour.';
    const onSite = 'Visitors of this site have uploaded too much that they did not send: try again within an hour.';
    return [
      own,
      ...(address === undefined ? [] : [pool(`address ${address}`, perAddress, many, fromThere)]),
      pool(`site ${site}`, perSite, many, onSite),
    ];
  }

  readonly #forgetSent = async (file: Unsent): Promise<void> => {
    if (!(await this.#isUnsent(file.site, file.id))) this.#drop(file);
  };

  #drop(file: Unsent): void {
    if (!this.#files.delete(file)) return;
    for (const pool of file.pools) {
      pool.delete(file);
      if (pool.empty) this.#pools.delete(pool.key);
    }
  }
}
