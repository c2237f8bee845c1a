export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Which edges follow the pointer: some of n, s, e, w; none moves the whole box. */
export type Edges = string;

/** Moves an element of the viewport by pointer and arrow keys, and never lets it leave the window. */
export class Floating {
  readonly #element: HTMLElement;
  /** What grows with its content stays within the window. */
  readonly #growth = new ResizeObserver(() => this.#fit());
  #box: Box | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
    window.addEventListener('resize', this.#fit);
    this.#growth.observe(element);
  }

  close(): void {
    window.removeEventListener('resize', this.#fit);
    this.#growth.disconnect();
  }

  grab(event: PointerEvent, edges: Edges = ''): void {
    const handle = event.currentTarget as HTMLElement;
    if (event.button !== 0 || (event.target as Element).closest('button:not(.grip)')) return;
    const start = this.#measure();
    const drag = (next: PointerEvent) =>
      this.#change(start, next.clientX - event.clientX, next.clientY - event.clientY, edges);
    const drop = () => {
      handle.removeEventListener('pointermove', drag);
      handle.removeEventListener('lostpointercapture', drop);
    };
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', drag);
    handle.addEventListener('lostpointercapture', drop);
  }

  /** Arrow keys move; with Shift they size what has a size of its own. */
  key(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-16, 0], ArrowRight: [16, 0], ArrowUp: [0, -16], ArrowDown: [0, 16] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#change(this.#measure(), step[0] ?? 0, step[1] ?? 0, event.shiftKey ? 'se' : '');
  }

  /** What becomes of the box whose edges are drawn so far. */
  protected drawn(start: Box, dx: number, dy: number, _edges: Edges): Box {
    return { ...start, left: start.left + dx, top: start.top + dy };
  }

  /** The element keeps the size that its content gives it. */
  protected sized(_style: CSSStyleDeclaration, _box: Box): Pick<Box, 'width' | 'height'> {
    return this.#measure();
  }

  #measure(): Box {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    return { left, top, width, height };
  }

  #change(start: Box, dx: number, dy: number, edges: Edges): void {
    this.#box = this.drawn(start, dx, dy, edges);
    this.#fit();
  }

  #fit = (): void => {
    const box = this.#box;
    if (!box) return;
    const { style } = this.#element;
    const { clientWidth, clientHeight } = document.documentElement;
    const { width, height } = this.sized(style, box);
    style.inset = 'auto';
    style.transform = 'none';
    style.left = `${Math.max(0, Math.min(box.left, clientWidth - width))}px`;
    style.top = `${Math.max(0, Math.min(box.top, clientHeight - height))}px`;
  };
}
