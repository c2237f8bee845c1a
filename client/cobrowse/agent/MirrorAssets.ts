import type { CobrowseId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';

interface MirrorAssetsOptions {
  boot: Pick<WidgetBoot, 'host' | 'site'>;
  session: CobrowseId;
  token: string;
  /** Null: it cannot be had. */
  on(hash: string, mime: string, bytes: ArrayBuffer | null): void;
  fetch?: typeof fetch;
}

/** The mirror shows what others made: no other address is asked for in the agent’s name. */
const HASH = /^[0-9a-f]{64}$/;
const AT_ONCE = 6;
const TRIES = 4;
const RETRY_MS = 500;

/** Gets what a mirrored page is made of beside its DOM: each thing once at a time, a few together. */
export class MirrorAssets {
  readonly #options: MirrorAssetsOptions;
  readonly #wanted = new Set<string>();
  readonly #queue: string[] = [];
  readonly #abort = new AbortController();
  #running = 0;

  constructor(options: MirrorAssetsOptions) {
    this.#options = options;
  }

  want(hashes: readonly string[]): void {
    for (const hash of hashes) {
      if (!HASH.test(hash) || this.#wanted.has(hash)) continue;
      this.#wanted.add(hash);
      this.#queue.push(hash);
    }
    this.#go();
  }

  close(): void {
    this.#queue.length = 0;
    this.#abort.abort();
  }

  #go(): void {
    while (this.#running < AT_ONCE) {
      const hash = this.#queue.shift();
      if (hash === undefined) return;
      this.#running++;
      void this.#get(hash).finally(() => {
        this.#running--;
        this.#wanted.delete(hash);
        this.#go();
      });
    }
  }

  async #get(hash: string): Promise<void> {
    const { signal } = this.#abort;
    for (let tried = 1; !signal.aborted; tried++) {
      try {
        const found = await this.#ask(hash, signal);
        if (signal.aborted) return;
        this.#options.on(hash, found?.mime ?? '', found?.bytes ?? null);
        return;
      } catch {
        if (signal.aborted) return;
        if (tried === TRIES) {
          this.#options.on(hash, '', null);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** (tried - 1)));
      }
    }
  }

  /** Throws where another try may help. */
  async #ask(hash: string, signal: AbortSignal): Promise<{ mime: string; bytes: ArrayBuffer } | undefined> {
    const { boot, session, token, fetch: get = fetch } = this.#options;
    const address = [boot.host, 'cobrowse', encodeURIComponent(boot.site), session, 'assets', hash].join('/');
    const response = await get(address, {
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
      signal,
    });
    if (response.status === 429 || response.status >= 500) throw new Error(`HTTP ${response.status}`);
    if (!response.ok) return undefined;
    return { mime: response.headers.get('content-type') ?? '', bytes: await response.arrayBuffer() };
  }
}
