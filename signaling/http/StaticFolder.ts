import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Context } from 'koa';
import type { Compressor } from './Compressor.ts';
import { refuseWrites, sendText } from './reads.ts';

export interface StaticFile {
  readonly body: Buffer;
  /** Weak, because it stands for every encoding of the file. */
  readonly etag: string;
  readonly version: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const compressible = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/;

// Neither a dot file nor `..`, no backslash, no NUL: a name that is not in this alphabet is no file of ours.
const SEGMENT = /^[A-Za-z0-9_@$~-][A-Za-z0-9_@$~.-]{0,199}$/;

export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Files of one folder, kept in memory while they stay unchanged on disk. */
export class StaticFolder {
  readonly #root: string;
  readonly #compressor: Compressor;
  readonly #files = new Map<string, StaticFile>();

  constructor(root: string, compressor: Compressor) {
    this.#root = root;
    this.#compressor = compressor;
  }

  /** The file at a path relative to the folder, as it stands in a URL; undefined if there is none. */
  async read(urlPath: string): Promise<StaticFile | undefined> {
    const segments = decode(urlPath)?.split('/');
    if (!segments?.every((segment) => SEGMENT.test(segment))) return undefined;
    const path = join(this.#root, ...segments);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const version = `${found.mtimeMs}-${found.size}`;
    const known = this.#files.get(path);
    if (known?.version === version) return known;
    const body = await readFile(path);
    const file = { body, etag: etagOf(body), version };
    this.#files.set(path, file);
    return file;
  }

  /** Answers a GET or HEAD with the file; 404 if there is none, which nobody may keep. */
  async serve(ctx: Context, urlPath: string, cacheControl: string): Promise<void> {
    if (refuseWrites(ctx)) return;
    const file = await this.read(urlPath);
    if (!file) {
      sendText(ctx, 404, 'There is no such file.');
      return;
    }
    ctx.set('Cache-Control', cacheControl);
    const type = types[extname(urlPath).toLowerCase()] ?? 'application/octet-stream';
    await send(ctx, this.#compressor, { ...file, type });
  }
}

/** Sends a body with validators: 304 to who has it already, compressed where that helps. */
export async function send(
  ctx: Context,
  compressor: Compressor,
  { body, etag, type }: { body: Buffer; etag: string; type: string },
): Promise<void> {
  ctx.status = 200;
  ctx.etag = etag;
  ctx.type = type;
  if (ctx.fresh) {
    ctx.vary('Accept-Encoding');
    ctx.status = 304;
  } else if (compressible.test(type)) await compressor.send(ctx, etag, body);
  else {
    ctx.body = body;
    ctx.type = type;
  }
}

export const etagOf = (body: Buffer): string =>
  `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
