import { viewOf } from '../privacy/reads.ts';
import { custom, incremental, meta, type PageEvent, Source } from './events.ts';
import type { Desk } from './watcher.ts';

/** The window onto the page: its size, how far it is zoomed, and the address. */
export class View {
  readonly #document: Document;
  /** Of an address only the page, as its rest may name a person. */
  readonly #isBare: boolean;
  #size = '';
  #zoom = '';
  #href = '';
  /** Sizes are read only then, as that makes the browser lay out the page. */
  #isResized = false;

  constructor(document: Document, isBare: boolean) {
    this.#document = document;
    this.#isBare = isBare;
  }

  listen(desk: Desk, signal: AbortSignal): void {
    const view = viewOf(this.#document);
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
    return [...events, ...this.#zoomed()];
  }

  #sizeNow(): { width: number; height: number } {
    const view = viewOf(this.#document);
    return { width: view?.innerWidth ?? 0, height: view?.innerHeight ?? 0 };
  }

  #zoomed(): PageEvent[] {
    const view = viewOf(this.#document);
    const { width, height } = this.#sizeNow();
    const { scale = 1, offsetLeft: x = 0, offsetTop: y = 0 } = view?.visualViewport ?? {};
    const zoom = { width, height, scale, x, y, dpr: view?.devicePixelRatio ?? 1 };
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
