import { type AssetKind, MAX_ASSET_BYTES, mediaTypeOf } from './kinds.ts';

export interface Loaded {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

/** It is on the server already. */
export interface Stored {
  hash: string;
  type: string;
}

interface LoaderOptions {
  fetch: typeof fetch;
  /** Address of the session’s assets on the server, without a slash at the end. */
  base: string;
  token: () => string;
  /** Of what is begun now. */
  signal: () => AbortSignal;
}

const ACCEPTED: Readonly<Record<AssetKind, string>> = { image: 'image/*', font: '*/*', style: 'text/css' };

/**
 * Gets what a page shows as the page got it: from the browser’s cache, with the visitor’s cookies; if the page must
 * not read it, the server gets it, without any.
 */
export class AssetLoader {
  readonly #options: LoaderOptions;
  /** Origins that let no page read what they serve: they are not asked again. */
  readonly #closed = new Set<string>();

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  async load(url: string, kind: AssetKind): Promise<Loaded | Stored | null> {
    if (url.startsWith('data:')) return named(kind, fromData(url));
    const { origin, protocol } = new URL(url);
    const signal = this.#options.signal();
    const own = origin === location.origin || protocol === 'blob:';
    if (own) return this.#read(url, kind, 'same-origin').catch(() => null);
    if (!this.#closed.has(origin)) {
      try {
        return await this.#read(url, kind, 'same-origin');
      } catch {
        if (signal.aborted) return null;
        this.#closed.add(origin);
      }
    }
    return this.#byServer(url, kind);
  }

  /** What the server got in the page’s place. */
  async stored({ hash, type }: Stored): Promise<Loaded | null> {
    const response = await this.#ask(`assets/${hash}`);
    return response.ok ? { bytes: new Uint8Array(await response.arrayBuffer()), type } : null;
  }

  /** Throws if the page must not read it. */
  async #read(url: string, kind: AssetKind, credentials: RequestCredentials): Promise<Loaded | null> {
    const signal = this.#options.signal();
    const headers = { accept: ACCEPTED[kind] };
    const response = await this.#options.fetch(url, { credentials, cache: 'force-cache', headers, signal });
    if (!response.ok || Number(response.headers.get('content-length')) > MAX_ASSET_BYTES) return null;
    const bytes = await bounded(response);
    return bytes && named(kind, { bytes, type: response.headers.get('content-type') ?? '' });
  }

  async #byServer(url: string, kind: AssetKind): Promise<Stored | null> {
    const response = await this.#ask('fetch', JSON.stringify({ url }));
    if (!response.ok) return null;
    const stored = (await response.json()) as Stored;
    return stored.type.startsWith(kind === 'style' ? 'text/css' : `${kind}/`) ? stored : null;
  }

  #ask(path: string, body?: string): Promise<Response> {
    const { fetch, base, token, signal } = this.#options;
    const headers = { authorization: `Bearer ${token()}`, ...(body && { 'content-type': 'application/json' }) };
    return fetch(`${base}/${path}`, {
      method: body ? 'POST' : 'GET',
      body,
      headers,
      credentials: 'omit',
      signal: signal(),
    });
  }
}

function named(kind: AssetKind, loaded: Loaded | null): Loaded | null {
  const type =
    loaded &&
    loaded.bytes.length > 0 &&
    loaded.bytes.length <= MAX_ASSET_BYTES &&
    mediaTypeOf(kind, loaded.type, loaded.bytes);
  return type ? { bytes: loaded.bytes, type } : null;
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
    if (length > MAX_ASSET_BYTES) {
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

/** A page’s policy may forbid it to fetch `data:` addresses. */
function fromData(url: string): Loaded | null {
  const [, head = '', body = ''] = /^data:([^,]*),(.*)$/s.exec(url) ?? [];
  try {
    const isBase64 = /;\s*base64$/i.test(head);
    const plain = decodeURIComponent(body.split('#', 1)[0] ?? '');
    const bytes = isBase64
      ? Uint8Array.from(atob(plain.replace(/\s/g, '')), (sign) => sign.charCodeAt(0))
      : new TextEncoder().encode(plain);
    return { bytes, type: head };
  } catch {
    return null;
  }
}
