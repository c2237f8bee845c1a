import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test file, with names in it that nobody has used yet. */
export class TemporaryFolder {
  readonly path: string;
  #names = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), 'coview-test-')));
  }

  newFile(): string {
    this.#names += 1;
    return join(this.path, `${this.#names}`, 'coview.db');
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
