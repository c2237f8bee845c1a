import { pageAddress } from '#protocol/addresses.ts';
import { rootElementOf, targetIn, viewOf } from '../privacy/reads.ts';
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
  #size = '';
  #zoom = '';
  #dpr: number | undefined;
  #bar = 0;
  #desk: Desk | undefined;
  #target: number | undefined;
  /** As it is, and as it was told. */
  #href = '';
  #told = '';
  /** Sizes are read only then, as that makes the browser lay out the page. */
  #isResized = false;

  constructor(document: Document) {
    this.#document = document;
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
    this.#told = this.#zoom = '';
    this.#dpr = this.#target = undefined;
    // What it points at can be told when all is.
    this.#isResized = true;
    return this.#window();
  }

  /** Whether the page has got another address, which no event tells. */
  get hasMoved(): boolean {
    return this.#href !== this.#address;
  }

  flush(): PageEvent[] {
    if (!this.#isResized && !this.hasMoved) return [];
    this.#isResized = false;
    return [...this.#window(), ...this.#targeted()];
  }

  #window(): PageEvent[] {
    const events: PageEvent[] = [];
    const view = viewOf(this.#document);
    const { innerWidth: width = 0, innerHeight: height = 0, devicePixelRatio: dpr = 1, visualViewport } = view ?? {};
    this.#href = this.#address;
    const href = pageAddress(this.#href);
    const size = `${width} ${height}`;
    if (this.#told !== href) events.push(meta({ href, width, height }));
    else if (this.#size !== size) events.push(incremental({ source: Source.viewport, width, height }));
    this.#told = href;
    this.#size = size;
    if (dpr !== this.#dpr) this.#bar = barIn(this.#document);
    this.#dpr = dpr;
    const { scale = 1, offsetLeft: x = 0, offsetTop: y = 0 } = visualViewport ?? {};
    const features = FEATURES.filter((feature) => view?.matchMedia(`(${feature})`).matches);
    const zoom = { width, height, scale, x, y, dpr, bar: this.#bar, features };
    const text = JSON.stringify(zoom);
    if (text !== this.#zoom) events.push(custom('cv.view', zoom));
    this.#zoom = text;
    return events;
  }

  #targeted(): PageEvent[] {
    const element = targetIn(this.#document);
    const id = element ? this.#desk?.index.get(element)?.id : undefined;
    if (id === this.#target) return [];
    this.#target = id;
    return [custom('cv.target', { id })];
  }

  get #address(): string {
    return this.#document.location?.href ?? 'about:blank';
  }
}

const { createElement } = Document.prototype;

/** How much of a box this browser takes for a scrollbar: nothing where those lie above the page. */
function barIn(page: Document): number {
  // An element that no recording has.
  const box = createElement.call(page, 'coview-widget');
  box.style.cssText = 'all:initial;position:fixed;width:99px;overflow:scroll;visibility:hidden;'.replaceAll(
    ';',
    '!important;',
  );
  rootElementOf(page)?.append(box);
  const bar = box.offsetWidth - box.clientWidth;
  box.remove();
  return bar;
}
