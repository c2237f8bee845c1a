import { focused } from '../../focused.ts';
import { raise } from '../../root.ts';

/** The widget’s other faces. */
const OTHERS = '.panel, .launcher, .notice';
/** Between two faces, and least to the window’s upper edge; CSS pixels. */
const APART = 10;

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
  #own: DOMRect | undefined;
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
    const isNew = records.some(({ target, addedNodes }) => target === this.#root && addedNodes.length > 0);
    // Bringing it forward would end a press that goes on.
    if (isNew && !this.#element.matches(':active')) {
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
      this.#own = element.getBoundingClientRect();
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
  #clearTop({ left, right, top, height }: DOMRect): number | undefined {
    // Where they come to stand, though they may still be moving there.
    const tops = this.#others
      .filter(({ offsetLeft, offsetWidth }) => {
        const isThere = offsetWidth > 0;
        return isThere && offsetLeft < right + APART && offsetLeft + offsetWidth + APART > left;
      })
      .sort((one, other) => other.offsetTop - one.offsetTop);
    let clear = top;
    for (const { offsetTop, offsetHeight } of tops) {
      const isHit = offsetTop < clear + height + APART && offsetTop + offsetHeight + APART > clear;
      if (isHit) clear = offsetTop - APART - height;
    }
    return clear < APART ? undefined : clear;
  }
}
