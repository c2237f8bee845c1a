import type { AssetKind } from './kinds.ts';
import type { Loaded, LoaderOptions, Stored } from './loaded.ts';
import type { RareAssets } from './RareAssets.ts';

/** Largest one that is sent, in bytes. */
const MOST_BYTES = 5 * 1024 * 1024;

/**
 * Gets what a page shows as the page got it: from the browser’s cache, with the visitor’s cookies; if the page must
 * not read it, the server gets it, without any.
 */
export class AssetLoader {
  readonly #options: LoaderOptions;
  readonly #rare: () => Promise<RareAssets>;
  /** Origins that let no page read what they serve: they are not asked again. */
  readonly #closed = new Set<string>();

  constructor(options: LoaderOptions, rare: () => Promise<RareAssets>) {
    this.#options = options;
    this.#rare = rare;
  }

  async load(url: string, kind: AssetKind): Promise<Loaded | Stored | null> {
    if (url.startsWith('data:')) return this.#named(kind, (await this.#rare()).inAddress(url));
    const read = await this.#read(url, kind);
    return read === undefined ? (await this.#rare()).byServer(url, kind) : this.#named(kind, read);
  }

  /** Undefined: the page must not read it. */
  async #read(url: string, kind: AssetKind): Promise<Loaded | null | undefined> {
    const { origin, protocol } = new URL(url);
    if (this.#closed.has(origin)) return undefined;
    const signal = this.#options.signal();
    const headers = { accept: kind === 'image' ? 'image/*' : '*/*' };
    const init = { credentials: 'same-origin', cache: 'force-cache', headers, signal } as const;
    try {
      const response = await this.#options.fetch(url, init);
      if (!response.ok || Number(response.headers.get('content-length')) > MOST_BYTES) return null;
      const bytes = await bounded(response);
      return bytes && { bytes, type: response.headers.get('content-type') ?? '' };
    } catch {
      if (signal.aborted || origin === location.origin || protocol === 'blob:') return null;
      this.#closed.add(origin);
      return undefined;
    }
  }

  async #named(kind: AssetKind, loaded: Loaded | null): Promise<Loaded | null> {
    const { length = 0 } = loaded?.bytes ?? {};
    if (!loaded || length === 0 || length > MOST_BYTES) return null;
    const type = loaded.type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return type.startsWith(`${kind}/`) ? { ...loaded, type } : (await this.#rare()).named(kind, loaded);
  }
}

/** Null if it is too large; then no more of it is read. */
async function bounded(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done || !value) break;
    parts.push(value);
    length += value.length;
    if (length > MOST_BYTES) {
      await reader?.cancel();
      return null;
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
