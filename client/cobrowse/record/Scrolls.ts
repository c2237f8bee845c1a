import { leftOf, rootElementOf, scrollerOf, topOf } from '../privacy/reads.ts';
import { incremental, type PageEvent, Source } from './events.ts';
import { type Desk, isDocument, type Listen, type Root, type Watcher } from './watcher.ts';

/** How far the page and what scrolls in it are scrolled, in CSS pixels. */
export class Scrolls implements Watcher {
  readonly #desk: Desk;
  readonly #scrolled = new Set<Node>();
  /** Where the page itself was when it was last told. */
  #page = { left: 0, top: 0 };

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  enter(_root: Root, listen: Listen): void {
    listen('scroll', ({ target }) => {
      if (target && 'nodeType' in target) this.touch(target as Node);
    });
  }

  /** Also what was scrolled before it was told. */
  touch(node: Node): void {
    this.#scrolled.add(node);
    this.#desk.ask();
  }

  /** What a page begins with. */
  begin(page: Document): { left: number; top: number } {
    this.#page = placeOf(page);
    return this.#page;
  }

  /** A page that nobody draws, as its window is covered, hears of no scrolling. */
  look(page: Document): void {
    const { left, top } = placeOf(page);
    if (left !== this.#page.left || top !== this.#page.top) this.touch(page);
  }

  flush(): PageEvent[] {
    const nodes = [...this.#scrolled];
    this.#scrolled.clear();
    return nodes.flatMap((node) => {
      const known = this.#desk.index.get(node);
      if (!known || known.verdict.blocked) return [];
      const place = placeOf(node);
      if (!known.parent) this.#page = place;
      return incremental({ source: Source.scroll, id: known.id, x: place.left, y: place.top });
    });
  }

  clear(): void {
    this.#scrolled.clear();
  }
}

function placeOf(node: Node): { left: number; top: number } {
  const box = isDocument(node) ? (scrollerOf(node) ?? rootElementOf(node)) : (node as Element);
  return { left: box ? leftOf(box) : 0, top: box ? topOf(box) : 0 };
}
