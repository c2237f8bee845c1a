import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import type { Context } from 'koa';
import { CvError } from '#protocol/errors.ts';
import { InputError } from './problem.ts';

/** Largest request body in bytes, after decompression. */
const MAX_BODY_BYTES = 256 * 1024;

/** How much of a refused body is still read, and for how long, so that its sender gets to see the answer. */
const DRAIN_BYTES = 16 * 1024 * 1024;
const DRAIN_MS = 3_000;

const parse = bodyParser({
  enableTypes: ['json'],
  jsonLimit: MAX_BODY_BYTES,
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  onError: (error) => {
    // The original holds the sender's text, so it is neither shown nor kept as a cause.
    if ('status' in error && error.status === 413) {
      throw new CvError('PAYLOAD_TOO_LARGE', `The body is too large; send at most ${MAX_BODY_BYTES} bytes.`);
    }
    throw notJson();
  },
});

const notJson = () =>
  new InputError('body: expected JSON, an object or an array, in UTF-8; gzip, deflate and br are understood');

export async function readJson(ctx: Context): Promise<unknown> {
  if (!ctx.is('application/json')) {
    throw new InputError('body: send it as JSON, with the header “Content-Type: application/json”');
  }
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => chunks.push(chunk);
  ctx.req.on('data', keep);
  try {
    await parse(ctx, async () => {});
  } finally {
    ctx.req.off('data', keep);
  }
  // What another encoding's letters became would be kept as a name: of two ids one.
  const isDoubtful = String(ctx.request.rawBody).includes('\ufffd') && !ctx.get('Content-Encoding');
  if (isDoubtful && !isUtf8(Buffer.concat(chunks))) throw notJson();
  return ctx.request.body;
}

/**
 * A sender that is answered while it still sends often sees a broken connection instead of the answer. Reads on for
 * a while; what is longer than that costs the sender its connection.
 */
export async function drain(ctx: Context): Promise<void> {
  const { req } = ctx;
  if (req.complete || req.destroyed) return;
  if ((ctx.request.length ?? 0) <= DRAIN_BYTES) await readOn(req);
  if (!req.complete) ctx.set('Connection', 'close');
}

function readOn(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = DRAIN_BYTES;
    const timer = setTimeout(done, DRAIN_MS);
    function count(chunk: Buffer) {
      left -= chunk.length;
      if (left < 0) done();
    }
    function done() {
      clearTimeout(timer);
      req.off('data', count).off('end', done).off('close', done).off('error', done);
      resolve();
    }
    req.unpipe();
    req.on('data', count).on('end', done).on('close', done).on('error', done).resume();
  });
}
