import { Late } from '../../core/Late.ts';
import { AssetLoader } from './AssetLoader.ts';
import { AssetUploads } from './AssetUploads.ts';
import type { AssetKind } from './kinds.ts';
import type { Loaded, Stored } from './loaded.ts';
import type { RareAssets } from './RareAssets.ts';
import { resolved } from './resolved.ts';
import { rewriteCss } from './rewriteCss.ts';
import { Turnstile } from './Turnstile.ts';

export interface AssetBookOptions {
  /** Origin of the CoView server. */
  host: string;
  site: string;
  session: string;
  /** The visitor’s, as it is at the moment. */
  token: () => string;
  /** Which of these the server does not have. */
  missing: (hashes: string[]) => Promise<readonly string[]>;
  /** The server has asset `n` under this hash now; null: it could not be had. */
  on: (n: number, hash: string | null, type: string) => void;
  fetch?: typeof fetch;
}

/** Where it is on the server; null: it cannot be had. */
type Place = { hash: string; type: string } | null;

interface Entry {
  n: number;
  url: string;
  kind: AssetKind;
  /** Undefined until that is settled. */
  place?: Place;
}

const AT_ONCE = 4;
/** A `data:` address up to this length, in characters, goes as it is. */
const SMALL = 2048;

/**
 * Numbers every picture, font and style sheet of a page, loads it as the page does, with the visitor’s own cookies, and
 * brings it to the server once, under the hash of what it holds. A number stays with its address as long as the page.
 */
export class AssetBook {
  readonly #options: AssetBookOptions;
  readonly #entries = new Map<string, Entry>();
  /** Until `pause` or `close`. */
  #going = new AbortController();
  #isClosed = false;
  readonly #rare: () => Promise<RareAssets>;
  readonly #loader: AssetLoader;
  readonly #uploads: AssetUploads;
  readonly #turns = new Turnstile(AT_ONCE);

  constructor(options: AssetBookOptions) {
    this.#options = options;
    const { host, site, session, token, missing } = options;
    const bound = {
      fetch: options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init)),
      base: `${host}/cobrowse/${encodeURIComponent(site)}/${encodeURIComponent(session)}`,
      token,
      signal: () => this.#going.signal,
    };
    const rare = new Late(async () => new (await import('./RareAssets.ts')).RareAssets(bound));
    this.#rare = async () => {
      this.#going.signal.throwIfAborted();
      return rare.get();
    };
    this.#loader = new AssetLoader(bound, this.#rare);
    this.#uploads = new AssetUploads({ ...bound, missing });
  }

  /** `asset:N`; a small `data:` address as it is; nothing for what is no picture, font or style sheet. */
  of(url: string, kind: AssetKind, base: string): string {
    const address = resolved(url, base);
    if (!address || this.#isClosed) return '';
    if (address.startsWith('data:') && address.length <= SMALL && kind !== 'style') {
      return /^data:(image|font|application\/[\w.-]*font)[\w./+-]*[;,]/i.test(address) ? address : '';
    }
    const key = `${kind} ${address}`;
    const known = this.#entries.get(key);
    if (known) return `asset:${known.n}`;
    const entry: Entry = { n: this.#entries.size, url: address, kind };
    this.#entries.set(key, entry);
    this.#settle(entry);
    return `asset:${entry.n}`;
  }

  /** A style sheet’s text with `asset:N` for every address in it. */
  css(text: string, base: string): string {
    return rewriteCss(text, (url, kind) => this.of(url, kind, base));
  }

  /** A style sheet that the page must not read. */
  styleOf(url: string, base = document.baseURI): string {
    return this.of(url, 'style', base);
  }

  /** A new stream begins: all that is known is told anew, and what could not be had is tried again. */
  forget(): void {
    for (const entry of this.#entries.values()) {
      if (entry.place === undefined) continue;
      if (entry.place) this.#tell(entry);
      else this.#settle(entry);
    }
  }

  /** Nothing is loaded, sent or told until `resume`; what that stops is begun anew then. */
  pause(): void {
    this.#going.abort();
  }

  resume(): void {
    if (!this.#isClosed && this.#going.signal.aborted) this.#going = new AbortController();
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.pause();
  }

  #tell({ n, place }: Entry): void {
    // Whoever asked for the number has it before anything is told of it.
    queueMicrotask(() => {
      if (!this.#going.signal.aborted) this.#options.on(n, place?.hash ?? null, place?.type ?? '');
    });
  }

  #settle(entry: Entry): void {
    entry.place = undefined;
    const { signal } = this.#going;
    void this.#placeOf(entry)
      .catch(() => null)
      .then((place) => {
        // It may be going on again by now.
        if (!place && signal.aborted && !this.#going.signal.aborted) return this.#settle(entry);
        entry.place = place;
        this.#tell(entry);
      });
  }

  async #placeOf({ url, kind }: Entry): Promise<Place> {
    const asset = await this.#load(url, kind);
    if (!asset) return null;
    if (kind !== 'style') return 'hash' in asset ? asset : this.#uploads.send(asset);
    const style = await (await this.#rare()).style(
      asset,
      url,
      (imported) => this.#load(imported, 'style'),
      (inner, its) => this.of(inner, its, url),
    );
    return style && this.#uploads.send(style);
  }

  #load(url: string, kind: AssetKind): Promise<Loaded | Stored | null> {
    const load = () => this.#loader.load(url, kind);
    // What a page made itself may be gone by the next task.
    return url.startsWith('blob:') ? load() : this.#turns.pass(load);
  }
}
