import { load } from '../../core/load.ts';
import type { Loaded, Stored } from './loaded.ts';
import { Turnstile } from './Turnstile.ts';

interface UploadOptions {
  fetch: typeof fetch;
  /** Address of the session’s assets on the server, without a slash at the end. */
  base: string;
  token: () => string;
  /** Of what is begun now. */
  signal: () => AbortSignal;
  missing: (hashes: string[]) => Promise<readonly string[]>;
}

const AT_ONCE = 4;
/** Hashes that are asked for at once. */
const MOST = 500;

/** Brings bytes to the server that it does not have; what is the same goes once. */
export class AssetUploads {
  readonly #options: UploadOptions;
  readonly #turns = new Turnstile(AT_ONCE);
  readonly #sent = new Map<string, Promise<Stored | null>>();
  /** Waiting for the next question; the answer says whether the server lacks it. */
  #asked = new Map<string, (missing: boolean) => void>();
  #asking = false;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  async send(asset: Loaded): Promise<Stored | null> {
    const hash = await sha256(asset.bytes);
    const known = this.#sent.get(hash);
    if (known) return known;
    const sending = this.#bring(hash, asset).catch(() => null);
    this.#sent.set(hash, sending);
    const stored = await sending;
    if (!stored) this.#sent.delete(hash);
    return stored;
  }

  async #bring(hash: string, { bytes, type }: Loaded): Promise<Stored | null> {
    const { fetch, base, token } = this.#options;
    const signal = this.#options.signal();
    if (!(await this.#lacks(hash))) return { hash, type };
    return this.#turns.pass(async () => {
      signal.throwIfAborted();
      const headers = { authorization: `Bearer ${token()}`, 'content-type': type };
      const init = { method: 'POST', body: bytes, headers, credentials: 'omit', signal } as const;
      const { ok } = await fetch(`${base}/assets/${hash}`, init);
      return ok ? { hash, type } : null;
    });
  }

  #lacks(hash: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#asked.set(hash, resolve);
      void this.#ask();
    });
  }

  /** One question at a time: what comes up meanwhile goes with the next. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#asked.size > 0) {
      const batch = [...this.#asked].slice(0, MOST);
      for (const [hash] of batch) this.#asked.delete(hash);
      const hashes = batch.map(([hash]) => hash);
      // Without an answer it is sent: the server refuses what it must not have.
      const asked = this.#options.signal().aborted ? undefined : this.#options.missing(hashes);
      const missing = await asked?.catch(() => undefined);
      for (const [hash, resolve] of batch) resolve(missing?.includes(hash) ?? true);
    }
    this.#asking = false;
  }
}

/** A page without TLS has no `crypto.subtle`. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : await load(async () => (await import('@noble/hashes/sha2.js')).sha256(bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
