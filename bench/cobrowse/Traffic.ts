import type { Page, Request } from 'playwright-core';
import { type FrameKind, readFrameHeader } from '#protocol/frame.ts';

/** Page frames by kind, what else is said on the socket, and pictures, fonts and styles by HTTP. */
export type TrafficKind = FrameKind | 'messages' | 'assets';
type Direction = 'up' | 'down';

/** Bytes that go between one page and CoView’s server, by direction and kind, without the headers of HTTP. */
export class Traffic {
  readonly bytes = { up: none(), down: none() };
  /** Modules of the widget that came since `start`, by file name. */
  readonly modules = new Set<string>();
  readonly #earlier = new Set<string>();
  #counts = false;

  constructor(page: Page) {
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => this.#message('up', payload));
      socket.on('framereceived', ({ payload }) => this.#message('down', payload));
    });
    page.on('request', (request) => this.#request(request));
    page.on('requestfinished', (request) => void this.#finished(request));
  }

  start(): void {
    this.#counts = true;
  }

  stop(): void {
    this.#counts = false;
  }

  framesOf(direction: Direction): number {
    const { full, delta, pointer } = this.bytes[direction];
    return full + delta + pointer;
  }

  #message(direction: Direction, payload: string | Buffer): void {
    const kind = typeof payload === 'string' ? undefined : readFrameHeader(payload)?.kind;
    this.#add(direction, kind ?? 'messages', payload.length);
  }

  #request(request: Request): void {
    const [, module] = /\/cdn\/app\/([\w.-]+\.js)$/.exec(request.url()) ?? [];
    if (module && !this.#earlier.has(module)) (this.#counts ? this.modules : this.#earlier).add(module);
    if (isAsset(request)) this.#add('up', 'assets', request.postDataBuffer()?.length ?? 0);
  }

  async #finished(request: Request): Promise<void> {
    if (isAsset(request)) this.#add('down', 'assets', (await request.sizes()).responseBodySize);
  }

  #add(direction: Direction, kind: TrafficKind, bytes: number): void {
    if (this.#counts) this.bytes[direction][kind] += bytes;
  }
}

const isAsset = (request: Request) => /\/cobrowse\/[^/]+\/cb_[^/]+\//.test(request.url());

const none = (): Record<TrafficKind, number> => ({ full: 0, delta: 0, pointer: 0, messages: 0, assets: 0 });
