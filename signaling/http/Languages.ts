import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { LanguageTag } from '#protocol/site.ts';
import { etagOf } from './StaticFolder.ts';

const MAX_BYTES = 128 * 1024;
const MAX_LANGUAGES = 200;

/** The widget's texts by key, the keys of its own English ones; what is left out stays English. */
const Texts = z
  .record(z.string().max(100), z.string().max(1000))
  .refine((texts) => Object.keys(texts).length <= 1000, 'at most 1000 texts');

/** Languages that an operator has put beside the built-in ones, `LANG.json` each; read once, at the start. */
export class Languages {
  readonly #files: ReadonlyMap<string, { body: Buffer; etag: string }>;

  private constructor(files: ReadonlyMap<string, { body: Buffer; etag: string }>) {
    this.#files = files;
  }

  /** A file that does not fit is left out, and the log says why; so are all if there is no such folder. */
  static async load(folder: string, log: Logger): Promise<Languages> {
    const listed = await readdir(folder).catch(() => []);
    // `pt` before `pt-BR`, as widgets take the first of those that fit equally.
    const names = listed.flatMap((name) => /^(.*)\.json$/s.exec(name)?.[1] ?? []).sort();
    const files = new Map<string, { body: Buffer; etag: string }>();
    for (const base of names.slice(0, MAX_LANGUAGES)) {
      const name = `${base}.json`;
      try {
        const language = LanguageTag.parse(base);
        const bytes = await readFile(join(folder, name));
        if (bytes.length > MAX_BYTES) throw new Error(`at most ${MAX_BYTES} bytes`);
        const body = Buffer.from(JSON.stringify(Texts.parse(JSON.parse(bytes.toString()))));
        files.set(language, { body, etag: etagOf(body) });
      } catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
        log.warn({ file: join(folder, name), why }, 'this language is left out: its file does not fit');
      }
    }
    return new Languages(files);
  }

  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  get(language: string): { body: Buffer; etag: string } | undefined {
    return this.#files.get(language);
  }
}
