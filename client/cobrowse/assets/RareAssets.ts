import { importsInlined } from './importsInlined.ts';
import { type AssetKind, mediaTypeOf } from './kinds.ts';
import type { Loaded, LoaderOptions, Stored } from './loaded.ts';
import { rewriteCss } from './rewriteCss.ts';

/**
 * What most assets do well without, and loads with the first that does not: the server in the page’s place, addresses
 * that hold the file itself, files that do not say what they are, style sheets with what they import.
 */
export class RareAssets {
  readonly #options: LoaderOptions;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** By its bytes, and what the server said. */
  named(kind: AssetKind, { bytes, type: said }: Loaded): Loaded | null {
    const type = mediaTypeOf(kind, said, bytes);
    return type ? { bytes, type } : null;
  }

  /** A page’s policy may forbid it to fetch `data:` addresses. */
  inAddress(url: string): Loaded | null {
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

  /** What the page must not read, the server gets, without the visitor’s cookies. */
  async byServer(url: string, kind: AssetKind): Promise<Stored | null> {
    const response = await this.#ask('fetch', JSON.stringify({ url }));
    if (!response.ok) return null;
    const stored = (await response.json()) as Stored;
    return stored.type.startsWith(kind === 'style' ? 'text/css' : `${kind}/`) ? stored : null;
  }

  /** With what it imports in it, and every address replaced. `load` gets another one. */
  async style(
    sheet: Loaded | Stored,
    url: string,
    load: (url: string) => Promise<Loaded | Stored | null>,
    address: (url: string, kind: AssetKind) => string,
  ): Promise<Loaded | null> {
    const own = await this.#textOf(sheet);
    if (own === undefined) return null;
    const text = await importsInlined(own, url, async (imported) => {
      const asset = await load(imported);
      return (asset && (await this.#textOf(asset))) ?? '';
    });
    return { bytes: new TextEncoder().encode(rewriteCss(text, address)), type: 'text/css' };
  }

  /** Also of what the server got in the page’s place. */
  async #textOf(asset: Loaded | Stored): Promise<string | undefined> {
    if ('bytes' in asset) return new TextDecoder().decode(asset.bytes);
    const response = await this.#ask(`assets/${asset.hash}`);
    return response.ok ? response.text() : undefined;
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
