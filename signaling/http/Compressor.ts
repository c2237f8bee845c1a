import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'koa';

const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);

type Encoding = 'br' | 'gzip';

/** What is shorter gains less than the header costs that tells of it. */
const MIN_BYTES = 256;

/** Compresses what is sent again and again, once. Off the main thread; the oldest goes when there is too much. */
export class Compressor {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { body: Promise<Buffer>; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /** Sends the body in the best encoding the client takes; `key` has to change with its content. */
  async send(ctx: Context, key: string, body: Buffer): Promise<void> {
    ctx.vary('Accept-Encoding');
    const encoding = body.length < MIN_BYTES ? undefined : accepted(ctx);
    if (encoding) ctx.set('Content-Encoding', encoding);
    const { type } = ctx;
    ctx.body = encoding ? await this.#compressed(`${encoding} ${key}`, encoding, body) : body;
    ctx.type = type;
  }

  #compressed(key: string, encoding: Encoding, body: Buffer): Promise<Buffer> {
    const known = this.#entries.get(key);
    if (known) return known.body;
    const entry = { body: compress(encoding, body), bytes: body.length };
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
    return entry.body;
  }
}

/** Up to here Brotli's highest level takes some 150 ms at most, once, for 6 % less; for a large bundle it takes seconds. */
const MAX_BEST_BYTES = 256 * 1024;

const compress = (encoding: Encoding, body: Buffer): Promise<Buffer> =>
  encoding === 'gzip'
    ? toGzip(body, { level: 9 })
    : toBrotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: body.length > MAX_BEST_BYTES ? 9 : constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      });

function accepted(ctx: Context): Encoding | undefined {
  if (ctx.acceptsEncodings('br') === 'br') return 'br';
  return ctx.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : undefined;
}
