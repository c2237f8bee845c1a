import { targetIn, viewOf } from '../privacy/reads.ts';
import { custom, incremental, meta, type PageEvent, Source } from './events.ts';
import type { Desk } from './watcher.ts';

/** What styles ask of a visitor’s device and wishes; where none of a feature holds, its other value does. */
const FEATURES = [
  'prefers-color-scheme:dark',
  'prefers-reduced-motion:reduce',
  'prefers-contrast:more',
  'hover:hover',
  'pointer:fine',
  'pointer:coarse',
  'any-hover:hover',
  'any-pointer:fine',
  'any-pointer:coarse',
];

/** The window onto the page: its size, how far it is zoomed, and the address. */
export class View {
  readonly #document: Document;
  /** Of an address only the page, as its rest may name a person. */
  readonly #isBare: boolean;
  #size = '';
  #zoom = '';
  #desk: Desk | undefined;
  #target: number | undefined;
  #href = '';
  /** Sizes are read only then, as that makes the browser lay out the page. */
  #isResized = false;

  constructor(document: Document, isBare: boolean) {
    this.#document = document;
    this.#isBare = isBare;
  }

  /** `again`: what styles ask for is another now. */
  listen(desk: Desk, signal: AbortSignal, again: () => void): void {
    this.#desk = desk;
    const view = viewOf(this.#document);
    for (const feature of FEATURES) view?.matchMedia(`(${feature})`).addEventListener('change', again, { signal });
    const ask = () => {
      this.#isResized = true;
      desk.ask();
    };
    view?.addEventListener('resize', ask, { signal, passive: true });
    for (const type of ['resize', 'scroll'])
      view?.visualViewport?.addEventListener(type, ask, { signal, passive: true });
    for (const type of ['popstate', 'hashchange']) view?.addEventListener(type, ask, { signal, passive: true });
  }

  /** What a page begins with. */
  begin(): PageEvent[] {
    const { width, height } = this.#sizeNow();
    this.#size = `${width} ${height}`;
    this.#href = this.#address();
    this.#zoom = '';
    this.#target = undefined;
    // What it points at can be told when all is.
    this.#isResized = true;
    return [meta({ href: this.#href, width, height }), ...this.#zoomed()];
  }

  /** Whether the page has got another address, which no event tells. */
  get hasMoved(): boolean {
    return this.#href !== this.#address();
  }

  flush(): PageEvent[] {
    if (!this.#isResized && !this.hasMoved) return [];
    const events: PageEvent[] = [];
    const { width, height } = this.#sizeNow();
    const size = `${width} ${height}`;
    if (this.hasMoved) {
      this.#href = this.#address();
      events.push(meta({ href: this.#href, width, height }));
    } else if (this.#size !== size) {
      events.push(incremental({ source: Source.viewport, width, height }));
    }
    this.#size = size;
    this.#isResized = false;
    return [...events, ...this.#zoomed(), ...this.#targeted()];
  }

  #targeted(): PageEvent[] {
    const element = targetIn(this.#document);
    const id = element ? this.#desk?.index.get(element)?.id : undefined;
    if (id === this.#target) return [];
    this.#target = id;
    return [custom('cv.target', { id })];
  }

  #sizeNow(): { width: number; height: number } {
    const view = viewOf(this.#document);
    return { width: view?.innerWidth ?? 0, height: view?.innerHeight ?? 0 };
  }

  #zoomed(): PageEvent[] {
    const view = viewOf(this.#document);
    const { width, height } = this.#sizeNow();
    const features = FEATURES.filter((feature) => view?.matchMedia(`(${feature})`).matches);
    const zoom = { width, height, scale: view?.visualViewport?.scale ?? 1, dpr: view?.devicePixelRatio ?? 1, features };
    const text = JSON.stringify(zoom);
    if (text === this.#zoom) return [];
    this.#zoom = text;
    return [custom('cv.view', zoom)];
  }

  #address(): string {
    const { href } = this.#document.location ?? { href: 'about:blank' };
    return this.#isBare ? (href.split(/[?#]/, 1)[0] ?? '') : href;
  }
}
