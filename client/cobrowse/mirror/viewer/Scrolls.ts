import { isConnected, isElement, rootElement, scrollLeftOf, scrollTo, scrollTopOf } from './dom.ts';

/** After these a page may have another size than before. */
const growing = ['load', 'transitionend', 'animationend'];

/**
 * How far everything is scrolled at the visitor, which alone counts. What is not large enough here, yet or for a moment,
 * because it comes in pieces, is brought back to its place as soon as it is.
 */
export class Scrolls {
  readonly #told = new Map<Node, { x: number; y: number }>();
  readonly #scrolled: (x: number, y: number) => void;
  #last = { x: 0, y: 0 };
  #frame = 0;

  constructor(scrolled: (x: number, y: number) => void) {
    this.#scrolled = scrolled;
  }

  /** The page begins anew, perhaps in a document that was opened anew. */
  begin(): void {
    this.#told.clear();
    for (const type of growing) document.addEventListener(type, this.settle, true);
    document.fonts.addEventListener('loadingdone', this.settle);
  }

  set(given: Node, x: number, y: number): void {
    // The page is told of as its document, and at first as the element that scrolls: of one place the last word counts.
    const node = given === document.scrollingElement ? document : given;
    if (x === 0 && y === 0) this.#told.delete(node);
    else this.#told.set(node, { x, y });
    this.#apply(node, x, y);
  }

  /** The page has changed its size, or may have: it is looked at once before it is drawn. */
  readonly settle = (): void => {
    if (this.#told.size === 0) return;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      for (const [node, { x, y }] of this.#told) this.#apply(node, x, y);
    });
  };

  #apply(node: Node, x: number, y: number): void {
    const element = node === document ? document.scrollingElement : node;
    const isWindow = element === null || element === document.scrollingElement;
    if (!isConnected(node) || (element && !isElement(element))) {
      this.#told.delete(node);
      return;
    }
    const target = element ?? rootElement();
    if (!target) return;
    const isThere = () => Math.abs(scrollLeftOf(target) - x) < 1 && Math.abs(scrollTopOf(target) - y) < 1;
    if (!isThere()) scrollTo(target, { left: x, top: y, behavior: 'instant' });
    if (isWindow) this.#tell(scrollLeftOf(target), scrollTopOf(target));
  }

  #tell(x: number, y: number): void {
    if (x === this.#last.x && y === this.#last.y) return;
    this.#last = { x, y };
    this.#scrolled(x, y);
  }
}
