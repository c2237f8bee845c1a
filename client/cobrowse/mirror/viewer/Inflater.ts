import { MAX_INFLATED } from '#protocol/frame.ts';

/** Inflates raw DEFLATE as its parts come, and reads no further than a page can be large. */
export class Inflater {
  readonly #writer: WritableStreamDefaultWriter<BufferSource>;
  readonly #text: Promise<string>;

  constructor() {
    const { readable, writable } = new DecompressionStream('deflate-raw');
    this.#writer = writable.getWriter();
    this.#text = textOf(readable.getReader());
    // Whoever waits for the text hears of it.
    this.#text.catch(() => {});
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#writer.write(bytes).catch(() => {});
  }

  end(): Promise<string> {
    this.#writer.close().catch(() => {});
    return this.#text;
  }

  cancel(): void {
    this.#writer.abort().catch(() => {});
  }
}

async function textOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    bytes += read.value.length;
    if (bytes > MAX_INFLATED) {
      reader.cancel().catch(() => {});
      throw new RangeError('a page that large is none');
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
}
