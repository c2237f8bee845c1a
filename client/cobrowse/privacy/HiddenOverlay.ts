import { Layer } from '#client/ui/Layer.ts';
import { isConnected } from '../record/dom.ts';
import css from './hidden.css?inline';
import { boxesOf, type HiddenPlace, hiddenPlaces, type Judge } from './hiddenPlaces.ts';

/** Milliseconds of a frame that may go into looking for what is hidden. */
const BUDGET_MS = 4;
/** After the page has changed, and between two looks through it, at least. */
const AGAIN_MS = 400;
/** Boxes at once. */
const MOST = 400;

/** Shows the visitor what agents do not see: a hatched box over everything hidden, which goes along with the page. */
export class HiddenOverlay {
  #layer: Layer | undefined;
  #judge: Judge | undefined;
  #frame = 0;
  #search: Iterator<HiddenPlace | undefined> | undefined;
  #searchedAt = 0;
  #dirty = false;
  /** Of the search that goes on. */
  #found: HiddenPlace[] = [];
  #places = new Map<Element, HiddenPlace>();
  readonly #near = new Set<Element>();
  #sight: IntersectionObserver | undefined;
  #changes: MutationObserver | undefined;
  #boxes: HTMLElement[] = [];

  show(judge: Judge): void {
    this.hide();
    this.#judge = judge;
    this.#layer = new Layer(document.documentElement.lang, css);
    this.#layer.element.setAttribute('aria-hidden', 'true');
    this.#layer.element.dataset['cv'] = 'hidden-places';
    this.#sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#near[isIntersecting ? 'add' : 'delete'](target);
    });
    this.#changes = new MutationObserver(() => {
      this.#dirty = true;
    });
    this.#dirty = true;
    this.#searchedAt = Number.NEGATIVE_INFINITY;
    this.#frame = requestAnimationFrame(this.#draw);
  }

  hide(): void {
    cancelAnimationFrame(this.#frame);
    this.#sight?.disconnect();
    this.#changes?.disconnect();
    this.#layer?.close();
    this.#layer = undefined;
    this.#search = undefined;
    this.#found = [];
    this.#places.clear();
    this.#near.clear();
    this.#boxes = [];
  }

  #draw = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#draw);
    this.#look(now);
    const boxes = [...this.#near]
      .slice(0, MOST)
      .flatMap((element) => this.#boxesOf(element))
      .filter(({ width, height }) => width > 0 && height > 0);
    for (const [index, box] of boxes.entries()) this.#place(box, index);
    for (const spare of this.#boxes.splice(boxes.length)) spare.remove();
  };

  #boxesOf(element: Element): DOMRect[] {
    const place = this.#places.get(element);
    return place && isConnected(element) ? boxesOf(place) : [];
  }

  #place({ x, y, width, height }: DOMRect, index: number): void {
    let box = this.#boxes[index];
    if (!box) {
      box = document.createElement('div');
      box.className = 'hidden-place';
      this.#boxes.push(box);
      this.#layer?.element.append(box);
    }
    const { style } = box;
    style.transform = `translate(${x}px, ${y}px)`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }

  /** A little of the page in each frame, so that a giant one stays as quick as it is. */
  #look(now: number): void {
    if (!this.#search) {
      if (!this.#dirty || now - this.#searchedAt < AGAIN_MS) return;
      this.#dirty = false;
      this.#found = [];
      this.#search = hiddenPlaces(document, this.#judge as Judge);
      this.#watch();
    }
    const until = performance.now() + BUDGET_MS;
    do {
      const { value, done } = this.#search.next();
      if (value) this.#found.push(value);
      if (done) {
        this.#searchedAt = now;
        this.#search = undefined;
        this.#take(this.#found);
        return;
      }
    } while (performance.now() < until);
  }

  #take(found: readonly HiddenPlace[]): void {
    const places = new Map(found.map((place) => [place.element, place]));
    for (const element of this.#places.keys()) {
      if (places.has(element)) continue;
      this.#sight?.unobserve(element);
      this.#near.delete(element);
    }
    for (const element of places.keys()) if (!this.#places.has(element)) this.#sight?.observe(element);
    this.#places = places;
  }

  #watch(): void {
    const all = { subtree: true, childList: true, attributes: true } as const;
    this.#changes?.disconnect();
    this.#changes?.observe(document, all);
  }
}
