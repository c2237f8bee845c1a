import { custom, incremental, type PageEvent, Source } from './events.ts';
import { type Desk, isDocument, type Listen, type Root, targetOf } from './watcher.ts';

type Way = typeof Source.mouseMove | typeof Source.touchMove | typeof Source.drag;

/** Two places that are told are apart so far, in milliseconds: whoever watches glides from the one to the other. */
const APART_MS = 50;

interface Place {
  readonly source: Way;
  readonly target: Node;
  readonly x: number;
  readonly y: number;
}

/** Nothing of the page lies under the pointer. */
const out = custom('cv.hover', { id: null });

/** Where the visitor points, and at which node: the first place at once, then the last of each while. All may be lost. */
export class Pointer {
  readonly #desk: Desk;
  readonly #emit: (events: PageEvent[]) => void;
  readonly #now: () => number;
  #place: Place | typeof out | undefined;
  #told = '';
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk, emit: (events: PageEvent[]) => void, now: () => number) {
    this.#desk = desk;
    this.#emit = emit;
    this.#now = now;
  }

  enter(root: Root, listen: Listen): void {
    if (!isDocument(root)) return;
    // What lies under a resting mouse changes, too.
    for (const type of ['mousemove', 'mouseover'])
      listen(type, (event) => this.#moved(event, event as MouseEvent, Source.mouseMove));
    listen('drag', (event) => this.#moved(event, event as DragEvent, Source.drag));
    listen('touchmove', (event) => this.#moved(event, (event as TouchEvent).changedTouches[0], Source.touchMove));
    listen('mouseout', (event) => {
      if (!(event as MouseEvent).relatedTarget && event.isTrusted) this.#is(out);
    });
  }

  /** Where it rests nobody tells again. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What was told so far has got lost; and nobody may have heard where it went meanwhile. */
  again(): void {
    this.#told = '';
    const place = this.#place as Place | undefined;
    if (!(place?.target as Element | undefined)?.matches?.(':hover')) this.#place = undefined;
    this.#send();
  }

  /** What lies under it may have been told of by now. */
  look(): void {
    if (this.#timer === undefined) this.#send();
  }

  #moved(event: Event, point: { clientX: number; clientY: number } | undefined, source: Way): void {
    // What an agent does in the page by remote control is not the visitor’s hand.
    const target = event.isTrusted ? targetOf(event) : undefined;
    if (!target || !point) return;
    const [x, y] = [Math.round(point.clientX), Math.round(point.clientY)];
    this.#is({ source, target, x, y });
  }

  #is(place: Place | typeof out): void {
    this.#place = place;
    if (this.#timer !== undefined) return;
    const wait = this.#at + APART_MS - this.#now();
    // Out of one document may be into another, which tells so next.
    if (wait <= 0 && place !== out) this.#send(true);
    else this.#timer = setTimeout(() => this.#send(true), Math.min(wait, APART_MS));
  }

  /** `isNew`: what lies under the pointer may be so, too, and be told of before the next look. */
  #send(isNew = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const place = this.#place;
    const event = place && this.#eventOf(place);
    if (isNew && event === out && place !== out) return;
    const text = JSON.stringify(event);
    if (!event || text === this.#told) return;
    this.#told = text;
    this.#at = this.#now();
    this.#emit([event]);
  }

  #eventOf(place: Place | typeof out): PageEvent | undefined {
    if (!('target' in place)) return out;
    const { source, target, x, y } = place;
    const id = this.#desk.index.get(target)?.id;
    if (id !== undefined) return incremental({ source, positions: [{ x, y, id, timeOffset: 0 }] });
    return source === Source.mouseMove ? out : undefined;
  }
}
