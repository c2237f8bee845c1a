import { nextTask } from './nextTask.ts';

/** Deflating so much takes a browser a few milliseconds, in which the page stands still. */
const AT_ONCE = 64 * 1024;

/** Texts as UTF-8 and raw DEFLATE (RFC 1951), as one stream; as fast as what comes out is taken. */
export async function* deflate(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new CompressionStream('deflate-raw');
  const reader = readable.getReader();
  const fed = feed(texts, writable.getWriter());
  // It fails when the reader went away, who knows.
  fed.catch(() => {});
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function feed(texts: AsyncIterable<string>, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  const encoder = new TextEncoder();
  try {
    for await (const text of texts) {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length; at += AT_ONCE) {
        if (at > 0) await nextTask();
        await writer.write(bytes.subarray(at, at + AT_ONCE));
      }
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error);
  }
}

/** The same bytes in pieces of `size`; only the last one may be smaller, and is never empty unless all are. */
export async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ bytes: Uint8Array; more: boolean }> {
  let rest = new Uint8Array();
  for await (const chunk of chunks) {
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    rest = joined;
    for (; rest.length > size; rest = rest.slice(size)) yield { bytes: rest.subarray(0, size), more: true };
  }
  yield { bytes: rest, more: false };
}
