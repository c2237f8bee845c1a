import { mkdir, rm } from 'node:fs/promises';
import type { CobrowseId } from '#protocol/ids.ts';

export interface AssetsOptions {
  /** Outside every folder that is served. */
  folder: string;
}

/** Pictures, fonts and style sheets of shared pages: files under their hashes, as long as their session goes on. */
export class Assets {
  readonly #folder: string;

  private constructor({ folder }: AssetsOptions) {
    this.#folder = folder;
  }

  static async create(options: AssetsOptions): Promise<Assets> {
    const assets = new Assets(options);
    // No session outlives its process.
    await rm(assets.#folder, { recursive: true, force: true });
    await mkdir(assets.#folder, { recursive: true, mode: 0o700 });
    return assets;
  }

  /** Consent was given: the session may have assets. */
  open(_session: CobrowseId): void {}

  /** Which of these it does not have. */
  missing(_session: CobrowseId, hashes: readonly string[]): string[] {
    return [...hashes];
  }

  /** Removes everything of the session, at once for readers. Idempotent. */
  close(_session: CobrowseId): void {}
}
