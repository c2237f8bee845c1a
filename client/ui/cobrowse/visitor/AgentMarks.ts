import type { CobrowseMark } from '#protocol/cobrowse.ts';
import { hueOf } from '../../../cobrowse/hueOf.ts';
import { Layer } from '../../Layer.ts';
import { plainName } from '../../plainName.ts';
import { fade } from './fade.ts';
import { cursorIcon, named } from './markShapes.ts';
import css from './marks.css?inline';
import { PenStrokes } from './PenStrokes.ts';

type Point = { x: number; y: number };
type BoxOf = () => DOMRect | undefined;

interface Shown {
  element: HTMLElement;
  fading?: Animation;
  /** Where the element is that it frames, in the window. */
  boxOf?: BoxOf;
}

/** Milliseconds until it is gone; as long as agents see their own. */
const LASER_MS = 2_500;
const HIGHLIGHT_MS = 5_000;
/** Between a frame and what it frames, and least to the window’s edge; CSS pixels. */
const APART = 4;
const EDGE = 3;

/**
 * What agents point at on the visitor’s page, and where they act. It lies above the page and takes nothing from it;
 * while nothing is shown, there is nothing of it.
 */
export class AgentMarks {
  readonly #shown = new Map<string, Shown>();
  readonly #strokes = new PenStrokes(() => this.#tidy());
  /** Goes along with the page. */
  readonly #ofPage = document.createElement('div');
  #layer: Layer | undefined;
  #frame = 0;

  constructor() {
    this.#ofPage.className = 'of-page';
    this.#ofPage.append(this.#strokes.element);
  }

  mark(agent: string, mark: CobrowseMark, boxOf: (node: number) => DOMRect | undefined): void {
    switch (mark.mark) {
      case 'laser': {
        const { element } = this.#fading('laser', agent, LASER_MS, this.#ofPage);
        moveTo(element, mark.at);
        return;
      }
      case 'pen':
        this.#open();
        this.#strokes.draw(agent, mark);
        return;
      case 'highlight': {
        const { node } = mark;
        if (!boxOf(node)) return;
        const shown = this.#fading('highlight', agent, HIGHLIGHT_MS);
        shown.boxOf = () => boxOf(node);
        this.#follow();
        return;
      }
      case 'none':
        for (const kind of ['laser', 'highlight']) this.#drop(`${kind} ${agent}`);
    }
  }

  /** Where the agent acts, in the window; stays until `clear`. */
  pointer(agent: string, at: Point): void {
    const { element } = this.#show('cursor', agent);
    moveTo(element, at);
  }

  clear(): void {
    for (const key of [...this.#shown.keys()]) this.#drop(key);
    this.#strokes.clear();
    this.#tidy();
  }

  /** One of a kind and agent, which stays from before or comes anew. */
  #show(kind: 'cursor' | 'laser' | 'highlight', agent: string, within?: HTMLElement): Shown {
    const key = `${kind} ${agent}`;
    let shown = this.#shown.get(key);
    if (!shown) {
      const element = named(kind, plainName(agent));
      element.style.setProperty('--hue', hueOf(agent));
      if (kind === 'cursor') element.prepend(cursorIcon());
      shown = { element };
      this.#shown.set(key, shown);
      const layer = this.#open();
      (within ?? layer).append(element);
    }
    return shown;
  }

  #fading(kind: 'laser' | 'highlight', agent: string, ms: number, within?: HTMLElement): Shown {
    const shown = this.#show(kind, agent, within);
    shown.fading?.cancel();
    shown.fading = fade(shown.element, ms, () => this.#drop(`${kind} ${agent}`));
    return shown;
  }

  #drop(key: string): void {
    const shown = this.#shown.get(key);
    if (!shown) return;
    this.#shown.delete(key);
    shown.fading?.cancel();
    shown.element.remove();
    this.#tidy();
  }

  #open(): HTMLElement {
    if (!this.#layer) {
      this.#layer = new Layer(document.documentElement.lang, css);
      this.#layer.element.setAttribute('aria-hidden', 'true');
      this.#layer.element.append(this.#ofPage);
      window.addEventListener('scroll', this.#scrolled, { passive: true });
      this.#scrolled();
    }
    return this.#layer.element;
  }

  #tidy(): void {
    if (!this.#layer || this.#shown.size > 0 || this.#strokes.count > 0) return;
    window.removeEventListener('scroll', this.#scrolled);
    this.#layer.close();
    this.#layer = undefined;
  }

  #scrolled = (): void => {
    moveTo(this.#ofPage, { x: -window.scrollX, y: -window.scrollY });
  };

  /** A frame goes along with what it frames, whatever scrolls or grows, for as long as it is there. */
  #follow = (): void => {
    cancelAnimationFrame(this.#frame);
    let isFollowing = false;
    for (const [key, { element, boxOf }] of this.#shown) {
      if (!boxOf) continue;
      const box = boxOf();
      if (box) frameOf(element, box);
      else this.#drop(key);
      isFollowing ||= box !== undefined;
    }
    if (isFollowing) this.#frame = requestAnimationFrame(this.#follow);
  };
}

function moveTo(element: HTMLElement, { x, y }: Point): void {
  element.style.transform = `translate(${x}px, ${y}px)`;
}

/** Around the box, and within the window where the box is larger than that. */
function frameOf(element: HTMLElement, box: DOMRect): void {
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.max(box.left - APART, Math.min(EDGE, box.right));
  const top = Math.max(box.top - APART, Math.min(EDGE, box.bottom));
  const right = Math.min(box.right + APART, Math.max(clientWidth - EDGE, box.left));
  const bottom = Math.min(box.bottom + APART, Math.max(clientHeight - EDGE, box.top));
  moveTo(element, { x: left, y: top });
  element.style.width = `${Math.max(0, right - left)}px`;
  element.style.height = `${Math.max(0, bottom - top)}px`;
  // The name stands above, or inside where there is no room.
  element.classList.toggle('inside', top < 28);
}
