import { isConnected, isElement, rootElement, scrollLeftOf, scrollTo, scrollTopOf } from './dom.ts';

/** How far everything is scrolled. What is not large enough yet is scrolled on as it grows. */
export class Scrolls {
  readonly #wanted = new Map<Node, { x: number; y: number }>();
  readonly #scrolled: (x: number, y: number) => void;
  #last = { x: 0, y: 0 };

  constructor(scrolled: (x: number, y: number) => void) {
    this.#scrolled = scrolled;
  }

  clear(): void {
    this.#wanted.clear();
  }

  set(node: Node, x: number, y: number): void {
    this.#wanted.set(node, { x, y });
    this.#apply(node, x, y);
  }

  /** The page has changed its size, or may have. */
  settle(): void {
    for (const [node, { x, y }] of this.#wanted) this.#apply(node, x, y);
  }

  #apply(node: Node, x: number, y: number): void {
    const element = node === document ? document.scrollingElement : node;
    const isWindow = element === null || element === document.scrollingElement;
    if (!isConnected(node) || (element && !isElement(element))) {
      this.#wanted.delete(node);
      return;
    }
    const target = element ?? rootElement();
    if (!target) return;
    scrollTo(target, { left: x, top: y, behavior: 'instant' });
    const [left, top] = [scrollLeftOf(target), scrollTopOf(target)];
    if (Math.abs(left - x) < 1 && Math.abs(top - y) < 1) this.#wanted.delete(node);
    if (isWindow) this.#tell(left, top);
  }

  #tell(x: number, y: number): void {
    if (x === this.#last.x && y === this.#last.y) return;
    this.#last = { x, y };
    this.#scrolled(x, y);
  }
}
