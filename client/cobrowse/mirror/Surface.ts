import { Keys } from './Keys.ts';
import type { MirrorInput, MirrorMode, Modifier } from './messages.ts';

interface SurfaceOptions {
  /** What a screen reader says of the place where keys go to the visitor’s page. */
  label: string;
  tell(input: MirrorInput): void;
}

/** Fingers tremble: what moved less, in pixels, was a tap. */
const TAP = 8;

/** Lies over the mirror and takes the agent’s pointer, wheel, fingers and keys, except where the agent only looks. */
export class Surface {
  readonly element = document.createElement('div');
  readonly #options: SurfaceOptions;
  readonly #keys: Keys;
  #mode: MirrorMode = 'view';
  /** Where the pointer went since the last frame that was drawn. */
  #moved: { x: number; y: number } | undefined;
  #frame = 0;
  /** A finger that is down, while it is not known whether it taps or scrolls. */
  #finger: { x: number; y: number; scrolls: boolean } | undefined;

  constructor(options: SurfaceOptions) {
    this.#options = options;
    this.#keys = new Keys(options);
    this.element.className = 'surface';
    this.element.dataset['cv'] = 'mirror-surface';
    this.element.append(this.#keys.element);
    this.mode('view');
    const on = this.element.addEventListener.bind(this.element);
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#move(event));
    on('pointerup', (event) => this.#up(event));
    on('pointercancel', (event) => this.#cancel(event));
    on('pointerleave', (event) => this.#leave(event));
    on('wheel', (event) => this.#wheel(event), { passive: false });
    on('contextmenu', (event) => event.preventDefault());
    // The focus stays with the keys.
    on('mousedown', (event) => event.preventDefault());
  }

  mode(mode: MirrorMode): void {
    this.#mode = mode;
    this.#finger = undefined;
    this.element.dataset['mode'] = mode;
    this.#keys.enable(mode === 'control');
  }

  /** Whether something can be done where the pointer is. */
  reach(can: boolean): void {
    this.element.classList.toggle('beyond', !can);
  }

  /** Whether the agent’s keys go to the page. */
  get hasKeys(): boolean {
    const { element } = this.#keys;
    return (element.getRootNode() as ShadowRoot).activeElement === element;
  }

  focus(): void {
    this.#keys.focus();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** In CSS pixels of the mirrored window, whatever the zoom. */
  #at({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.element;
    return { x: ((clientX - left) * offsetWidth) / (width || 1), y: ((clientY - top) * offsetHeight) / (height || 1) };
  }

  #scrollsBy({ pointerType }: PointerEvent): boolean {
    return pointerType === 'touch' && this.#mode === 'control';
  }

  #down(event: PointerEvent): void {
    const { button, pointerId, isPrimary } = event;
    if (!isPrimary || button > 2) return;
    if (this.#mode === 'control') this.#keys.focus();
    this.element.setPointerCapture(pointerId);
    const at = this.#at(event);
    if (this.#scrollsBy(event)) this.#finger = { ...at, scrolls: false };
    else this.#press('down', event);
  }

  #move(event: PointerEvent): void {
    if (!event.isPrimary) return;
    const at = this.#at(event);
    const finger = this.#finger;
    if (!finger) {
      this.#moved = at;
      this.#frame ||= requestAnimationFrame(() => this.#flush());
      return;
    }
    const [dx, dy] = [finger.x - at.x, finger.y - at.y];
    if (!finger.scrolls && Math.hypot(dx, dy) < TAP) return;
    this.#finger = { ...at, scrolls: true };
    this.#options.tell({ act: 'wheel', ...at, dx, dy });
  }

  #up(event: PointerEvent): void {
    if (!event.isPrimary || event.button > 2) return;
    const finger = this.#finger;
    this.#finger = undefined;
    if (finger?.scrolls) return;
    if (finger) this.#press('down', event);
    this.#press('up', event);
  }

  #cancel(event: PointerEvent): void {
    if (event.isPrimary && !this.#finger) this.#press('up', event);
    this.#finger = undefined;
  }

  #leave(event: PointerEvent): void {
    this.#flush();
    this.#options.tell({ act: 'leave', ...this.#at(event) });
  }

  #press(act: 'down' | 'up', event: PointerEvent): void {
    this.#flush();
    const button = Math.max(event.button, 0);
    this.#options.tell({ act, ...this.#at(event), button, modifiers: modifiersOf(event) });
  }

  #wheel(event: WheelEvent): void {
    // Zooming in and out stays the browser’s.
    if (this.#mode !== 'control' || event.ctrlKey) return;
    event.preventDefault();
    const unit = [1, 16, this.element.offsetHeight][event.deltaMode] ?? 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    this.#options.tell({ act: 'wheel', ...this.#at(event), dx, dy });
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const moved = this.#moved;
    this.#moved = undefined;
    if (moved) this.#options.tell({ act: 'move', ...moved });
  }
}

function modifiersOf(event: MouseEvent): Modifier[] {
  const held = { alt: event.altKey, ctrl: event.ctrlKey, meta: event.metaKey, shift: event.shiftKey };
  return (Object.keys(held) as Modifier[]).filter((name) => held[name]);
}
