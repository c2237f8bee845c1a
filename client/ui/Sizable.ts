import { type Box, type Edges, Floating } from './Floating.ts';

type Size = Pick<Box, 'width' | 'height'>;

/** What floats and is sized, too: each edge goes where it is drawn, as long as the box is no smaller than `min`. */
export class Sizable extends Floating {
  readonly #min: Size;

  constructor(element: HTMLElement, min: Size) {
    super(element);
    this.#min = min;
  }

  protected override drawn(start: Box, dx: number, dy: number, edges: Edges): Box {
    if (!edges) return super.drawn(start, dx, dy, edges);
    const min = this.#min;
    const box = { ...start };
    if (edges.includes('e')) box.width = Math.max(min.width, start.width + dx);
    if (edges.includes('s')) box.height = Math.max(min.height, start.height + dy);
    if (edges.includes('w')) {
      box.width = Math.max(min.width, start.width - dx);
      box.left = start.left + start.width - box.width;
    }
    if (edges.includes('n')) {
      box.height = Math.max(min.height, start.height - dy);
      box.top = start.top + start.height - box.height;
    }
    return box;
  }

  protected override sized(style: CSSStyleDeclaration, box: Box): Size {
    const { clientWidth, clientHeight } = document.documentElement;
    const width = Math.min(box.width, clientWidth);
    const height = Math.min(box.height, clientHeight);
    style.width = `${width}px`;
    style.height = `${height}px`;
    return { width, height };
  }
}
