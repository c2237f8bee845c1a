export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Which edges follow the pointer: some of n, s, e, w; none moves the whole box. */
export type Edges = string;

/** What becomes of a box whose edges are drawn so far. */
export type Sizing = (start: Box, dx: number, dy: number, edges: Edges) => Box;

/** Moves (and sizes) an element of the viewport by pointer and arrow keys, and never lets it leave the window. */
export class Floating {
  readonly #element: HTMLElement;
  readonly #sizing: Sizing | undefined;
  /** What grows with its content stays within the window. */
  readonly #growth = new ResizeObserver(() => this.#sizing || this.#fit());
  #box: Box | undefined;

  /** Without `sizing` the element keeps the size that its content gives it. */
  constructor(element: HTMLElement, sizing?: Sizing) {
    this.#element = element;
    this.#sizing = sizing;
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

  /** Arrow keys move; with Shift they size. */
  key(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-16, 0], ArrowRight: [16, 0], ArrowUp: [0, -16], ArrowDown: [0, 16] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#change(this.#measure(), step[0] ?? 0, step[1] ?? 0, event.shiftKey ? 'se' : '');
  }

  #measure(): Box {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    return { left, top, width, height };
  }

  #change(start: Box, dx: number, dy: number, edges: Edges): void {
    const { left, top } = start;
    const sized = edges && this.#sizing?.(start, dx, dy, edges);
    this.#box = sized || { ...start, left: left + dx, top: top + dy };
    this.#fit();
  }

  #fit = (): void => {
    const box = this.#box;
    if (!box) return;
    const { style } = this.#element;
    const { clientWidth, clientHeight } = document.documentElement;
    const now = this.#sizing ? box : this.#measure();
    const width = Math.min(now.width, clientWidth);
    const height = Math.min(now.height, clientHeight);
    style.inset = 'auto';
    style.transform = 'none';
    style.left = `${Math.max(0, Math.min(box.left, clientWidth - width))}px`;
    style.top = `${Math.max(0, Math.min(box.top, clientHeight - height))}px`;
    if (this.#sizing) {
      style.width = `${width}px`;
      style.height = `${height}px`;
    }
  };
}
