import { leftOf, rootElementOf, scrollerOf, topOf } from '../privacy/reads.ts';
import { incremental, type PageEvent, Source } from './events.ts';
import { type Desk, isDocument, type Listen, type Root, type Watcher } from './watcher.ts';

/** How far the page and what scrolls in it are scrolled, in CSS pixels. */
export class Scrolls implements Watcher {
  readonly #desk: Desk;
  readonly #scrolled = new Set<Node>();

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

  flush(): PageEvent[] {
    const nodes = [...this.#scrolled];
    this.#scrolled.clear();
    return nodes.flatMap((node) => {
      const known = this.#desk.index.get(node);
      if (!known || known.verdict.blocked) return [];
      const box = isDocument(node) ? (scrollerOf(node) ?? rootElementOf(node)) : (node as Element);
      return box ? incremental({ source: Source.scroll, id: known.id, x: leftOf(box), y: topOf(box) }) : [];
    });
  }

  clear(): void {
    this.#scrolled.clear();
  }
}
