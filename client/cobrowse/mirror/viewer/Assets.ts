import type { CssAssets } from './cleanCss.ts';
import type { Features } from './features.ts';

interface AssetsOptions {
  /** Asks for these, each once. */
  wants(hashes: string[]): void;
}

interface Had {
  mime: string;
  /** Null: it cannot be had. */
  blob: Blob | null;
  /** Of a picture or a font. */
  url?: string;
  style?: string;
}

const SHOWN = /^(image|font)\/|^application\/(x-)?font|^application\/octet-stream/i;
/** What shows nothing. */
const NOTHING = 'data:,';
const HASH = /^[0-9a-f]{64}$/;
const PLACE = /data:,cv-asset-(\d+)/g;

/**
 * Pictures, fonts and style sheets of the page, by the numbers that stand in it. An address is had at once, or a place
 * for it, and whoever got a place is called when the asset is there.
 */
export class Assets {
  /** What holds at the visitor. */
  features: Features | undefined;
  readonly #options: AssetsOptions;
  readonly #hashes = new Map<number, string | null>();
  /** By hash. They outlast the page: the next one has most of them again. */
  readonly #had = new Map<string, Had>();
  readonly #asked = new Set<string>();
  readonly #asking = new Set<string>();
  readonly #waiting = new Map<number, Map<object, () => void>>();

  constructor(options: AssetsOptions) {
    this.#options = options;
  }

  /** Numbers begin anew. */
  forget(): void {
    this.#hashes.clear();
    this.#waiting.clear();
  }

  /** For a document that comes later. */
  known(): [n: number, hash: string | null][] {
    return [...this.#hashes];
  }

  /** Asset `n` has this hash. */
  tell(n: number, hash: string | null): void {
    const known = hash !== null && HASH.test(hash) ? hash : null;
    this.#hashes.set(n, known);
    if (known && !this.#had.has(known) && !this.#asked.has(known)) this.#asking.add(known);
    else this.#settle(n);
  }

  /** Asks for what is missing, all at once. */
  ask(): void {
    if (this.#asking.size === 0) return;
    const hashes = [...this.#asking];
    this.#asking.clear();
    for (const hash of hashes) this.#asked.add(hash);
    this.#options.wants(hashes);
  }

  async take(hash: string, mime: string, given: ArrayBuffer | Blob | null): Promise<void> {
    if (!HASH.test(hash) || this.#had.has(hash)) return;
    const isStyle = /^text\/css/i.test(mime);
    const css = given instanceof Blob && isStyle ? await given.arrayBuffer() : given;
    const blob = given && new Blob([given], { type: mime });
    this.#had.set(hash, {
      mime,
      blob,
      ...(blob && SHOWN.test(mime) && { url: URL.createObjectURL(blob) }),
      ...(css instanceof ArrayBuffer && isStyle && { style: new TextDecoder().decode(css) }),
    });
    for (const [n, of] of this.#hashes) if (of === hash) this.#settle(n);
  }

  /** For a document within this one. */
  had(hash: string): Pick<Had, 'mime' | 'blob'> | undefined {
    return this.#had.get(hash);
  }

  /** The address of asset `n`; undefined while nobody knows. */
  url(n: number): string | undefined {
    const hash = this.#hashes.get(n);
    if (hash === undefined) return undefined;
    if (hash === null) return NOTHING;
    const had = this.#had.get(hash);
    return had && (had.url ?? NOTHING);
  }

  /** Undefined while nobody has it. */
  file(n: number): Blob | undefined {
    const hash = this.#hashes.get(n);
    return (hash && this.#had.get(hash)?.blob) || undefined;
  }

  style(n: number): string | undefined {
    const hash = this.#hashes.get(n);
    return hash ? this.#had.get(hash)?.style : undefined;
  }

  /** Calls once, when there is something new about asset `n`; one call for each `who`. */
  wait(n: number, who: object, call: () => void): void {
    const waiting = this.#waiting.get(n) ?? new Map();
    this.#waiting.set(n, waiting.set(who, call));
  }

  /** For a style sheet: `patch` puts addresses in their places, `render` writes it anew. */
  forCss(who: object, patch: () => void, render: () => void): CssAssets {
    return {
      features: this.features,
      url: (n) => {
        const url = this.url(n);
        if (url === undefined) this.wait(n, who, patch);
        return url ?? `${NOTHING}cv-asset-${n}`;
      },
      style: (n) => {
        const style = this.style(n);
        if (style === undefined && this.url(n) === undefined) this.wait(n, { who }, render);
        return style;
      },
    };
  }

  /** CSS with addresses in all places that can be filled. */
  placed(css: string): string {
    return css.replace(PLACE, (place, n: string) => this.url(Number(n)) ?? place);
  }

  #settle(n: number): void {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    for (const call of waiting?.values() ?? []) call();
  }
}

export const hasPlaces = (css: string): boolean => css.includes('data:,cv-asset-');
