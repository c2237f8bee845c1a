import { focused } from '../../focused.ts';
import { raise } from '../../root.ts';

/** The widget’s other faces. */
const OTHERS = '.panel, .launcher, .notice';
/** Between two faces, and least to the window’s upper edge; CSS pixels. */
const APART = 10;

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Keeps a floating element in sight, whatever else of the widget comes: in front of it and, as far as there is room,
 * above it. Where there is none, the element is to become a bar along the window’s upper edge, and leave room by
 * `--cv-bar`.
 */
export class ClearSpot {
  readonly #element: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #layer: HTMLElement;
  readonly #onBar: (isBar: boolean) => void;
  readonly #comings = new MutationObserver((records) => this.#come(records));
  readonly #sizes = new ResizeObserver(() => this.#settle());
  #others: HTMLElement[] = [];
  /** Where it stands as long as it is no bar. */
  #own: Place | undefined;
  #isBar = false;

  constructor(element: HTMLElement, onBar: (isBar: boolean) => void) {
    this.#element = element;
    this.#onBar = onBar;
    this.#root = element.getRootNode() as ShadowRoot;
    this.#layer = element.closest('.layer') as HTMLElement;
    window.addEventListener('resize', this.#settle);
    this.#look();
  }

  close(): void {
    this.#comings.disconnect();
    this.#sizes.disconnect();
    window.removeEventListener('resize', this.#settle);
    (this.#root.host as HTMLElement).style.removeProperty('--cv-bar');
  }

  #come(records: readonly MutationRecord[]): void {
    if (records.some(({ target, addedNodes }) => target === this.#root && addedNodes.length > 0)) {
      const before = focused();
      raise(this.#layer);
      if (before && this.#layer.contains(before)) before.focus();
    }
    this.#look();
  }

  /** The faces stand in the layers; layers of marks have none, and change all the time. */
  #look(): void {
    this.#comings.disconnect();
    this.#sizes.disconnect();
    this.#comings.observe(this.#root, { childList: true });
    this.#sizes.observe(this.#element);
    this.#others = [];
    for (const layer of this.#root.children) {
      if (layer === this.#layer || layer.ariaHidden) continue;
      this.#comings.observe(layer, { childList: true });
      this.#others.push(...layer.querySelectorAll<HTMLElement>(OTHERS));
    }
    for (const other of this.#others) this.#sizes.observe(other);
  }

  #settle = (): void => {
    const element = this.#element;
    if (!this.#isBar) {
      element.style.setProperty('--lift', '0px');
      const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = element;
      this.#own = { left, top, width, height };
    }
    const top = this.#own && this.#clearTop(this.#own);
    element.style.setProperty('--lift', `${(this.#own?.top ?? 0) - (top ?? 0)}px`);
    const isBar = top === undefined;
    if (isBar !== this.#isBar) {
      this.#isBar = isBar;
      this.#onBar(isBar);
    }
    (this.#root.host as HTMLElement).style.setProperty('--cv-bar', isBar ? `${element.offsetHeight}px` : '0px');
  };

  /** Undefined: there is no room. */
  #clearTop({ left, width, top, height }: Place): number | undefined {
    const boxes = this.#others.map((other) => other.getBoundingClientRect()).filter((box) => box.width > 0);
    let clear = top;
    for (;;) {
      const { [0]: hit } = boxes.filter(
        (box) =>
          box.left < left + width + APART &&
          box.right + APART > left &&
          box.top < clear + height &&
          box.bottom + APART > clear,
      );
      if (!hit) return clear;
      clear = hit.top - APART - height;
      if (clear < APART) return undefined;
    }
  }
}
