import type { Dir } from 'node:fs';
import { opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileId, type SiteId } from '#protocol/ids.ts';
import type { ChatStore } from '#signaling/store/ChatStore.ts';

/** Looked at together. */
const PORTION = 100;

export interface OrphanedFilesOptions {
  folder: string;
  store: Pick<ChatStore, 'getFiles'>;
  /** Whether this process is still taking it in. */
  isArriving(id: FileId): boolean;
}

interface Portion {
  readonly site: SiteId;
  readonly ids: readonly FileId[];
}

/** Bytes whose row never came to be, or went without them, because the process died in between. */
export class OrphanedFiles {
  readonly #options: OrphanedFilesOptions;
  #walk: AsyncGenerator<Portion, void> | undefined;

  constructor(options: OrphanedFilesOptions) {
    this.#options = options;
  }

  /**
   * Looks at the next few files of these sites, and takes away those that were last written before this time and that
   * nobody knows. Answers how many; undefined when all were looked at, and the next time begins anew.
   */
  async removeNext(sites: readonly SiteId[], before: number): Promise<number | undefined> {
    this.#walk ??= portions(this.#options.folder, sites);
    const { value: portion } = await this.#walk.next();
    if (portion) return this.#remove(portion, before);
    this.#walk = undefined;
    return undefined;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#walk?.return();
  }

  async #remove({ site, ids }: Portion, before: number): Promise<number> {
    const { folder, store, isArriving } = this.#options;
    const path = (id: FileId) => join(folder, site, id);
    const times = await Promise.all(ids.map(async (id) => (await stat(path(id)).catch(() => undefined))?.mtimeMs));
    // What is arriving is left out before the store is asked: what has arrived by then has its row.
    const old = ids.filter((id, i) => (times[i] ?? before) < before && !isArriving(id));
    if (old.length === 0) return 0;
    const known = new Set((await store.getFiles(site, old)).map(({ id }) => id));
    const orphans = old.filter((id) => !known.has(id));
    await Promise.all(orphans.map((id) => rm(path(id), { force: true })));
    return orphans.length;
  }
}

async function* portions(folder: string, sites: readonly SiteId[]): AsyncGenerator<Portion, void> {
  for (const site of sites) {
    let ids: FileId[] = [];
    for await (const entry of await folderOf(join(folder, site))) {
      const id = entry.isFile() ? FileId.safeParse(entry.name).data : undefined;
      if (id === undefined) continue;
      ids.push(id);
      if (ids.length < PORTION) continue;
      yield { site, ids };
      ids = [];
    }
    if (ids.length > 0) yield { site, ids };
  }
}

/** Nothing where no file was ever taken in. */
async function folderOf(path: string): Promise<Dir | []> {
  try {
    return await opendir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
