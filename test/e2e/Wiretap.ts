import { inflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { FRAME_HEADER_BYTES, readFrameHeader } from '#protocol/frame.ts';

/** Everything that goes between a page and the server, in words. */
export class Wiretap {
  readonly #parts: string[] = [];

  /** `server` is its address; the page’s own website may know what it likes. */
  constructor(page: Page, server: string) {
    page.on('request', (request) => {
      if (!request.url().startsWith(server)) return;
      this.#parts.push(request.url(), JSON.stringify(request.headers()), String(request.postDataBuffer() ?? ''));
    });
    page.on('websocket', (socket) => {
      if (!socket.url().startsWith(server.replace('http', 'ws'))) return;
      this.#parts.push(socket.url());
      for (const direction of ['framesent', 'framereceived'] as const) {
        const hear = this.#hearing();
        if (direction === 'framesent') socket.on('framesent', ({ payload }) => hear(payload));
        else socket.on('framereceived', ({ payload }) => hear(payload));
      }
    });
  }

  get text(): string {
    return this.#parts.join('\n');
  }

  /** Of one direction: frames that came in parts are put together. */
  #hearing(): (payload: string | Buffer) => void {
    let parts: Uint8Array[] = [];
    return (payload) => {
      const header = typeof payload === 'string' ? undefined : readFrameHeader(payload);
      this.#parts.push(String(payload));
      if (!header || typeof payload === 'string') return;
      parts.push(payload.subarray(FRAME_HEADER_BYTES));
      if (header.more) return;
      const bytes = Buffer.concat(parts);
      parts = [];
      this.#parts.push(String(header.deflated ? inflateRawSync(bytes) : bytes));
    };
  }
}
