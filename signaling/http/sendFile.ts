import type { FileHandle } from 'node:fs/promises';
import type { Context } from 'koa';
import { inlineTypes } from '#protocol/files.ts';
import type { MessageFile } from '#signaling/store/ChatStore.ts';

interface Range {
  readonly start: number;
  /** The last byte, too. */
  readonly end: number;
}

/** Sends what a stranger has uploaded so that it can do nothing: its own type, no script, mostly as a download. */
export async function sendFile(ctx: Context, { id, name, type, size }: MessageFile, file: FileHandle): Promise<void> {
  const inline = (inlineTypes as readonly string[]).includes(type);
  ctx.set({
    'Content-Type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'Content-Disposition': `${inline ? 'inline' : 'attachment'}; ${fileNameParameters(name)}`,
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // Kept, and asked for again each time: an erased file is gone at once.
    'Cache-Control': 'private, no-cache',
    'Accept-Ranges': 'bytes',
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
  });
  ctx.status = 200;
  ctx.etag = id;
  const range = ctx.fresh ? 'fresh' : rangeOf(ctx, size);
  if (range === 'fresh' || range === 'none') {
    ctx.status = range === 'fresh' ? 304 : 416;
    if (range === 'none') ctx.set('Content-Range', `bytes */${size}`);
    return file.close();
  }
  if (range !== 'all') {
    ctx.status = 206;
    ctx.set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  }
  const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
  if (ctx.method === 'HEAD') await file.close();
  else ctx.body = file.createReadStream({ start, end });
  ctx.length = end - start + 1;
}

/** The one range that is asked for; several, or one of another state of the file, get all of it (RFC 9110, 14.2). */
function rangeOf(ctx: Context, size: number): Range | 'none' | 'all' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(ctx.get('Range')) ?? [];
  const ifRange = ctx.get('If-Range');
  if (first === undefined || last === undefined || (ifRange !== '' && ifRange !== ctx.response.get('ETag')))
    return 'all';
  if (first === '' && last === '') return 'all';
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size - 1 }
      : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
  if (first !== '' && last !== '' && Number(last) < Number(first)) return 'all';
  return range.start >= size || range.end < range.start ? 'none' : range;
}

/** RFC 6266: the name in ASCII for old browsers, and as it is (RFC 8187). */
function fileNameParameters(name: string): string {
  const ascii = name.replaceAll(/[^ -~]|["\\%]/g, '_');
  const exact = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${exact}`;
}
