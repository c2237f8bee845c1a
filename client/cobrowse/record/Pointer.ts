import type { mousePosition } from '@rrweb/types';
import { slotOf } from '../privacy/reads.ts';
import { isElement } from './dom.ts';
import { custom, incremental, type PageEvent, Source } from './events.ts';
import type { Known } from './Known.ts';
import { type Desk, isDocument, type Listen, type Root, targetOf } from './watcher.ts';

type Way = typeof Source.mouseMove | typeof Source.touchMove | typeof Source.drag;

/** Positions of one message reach so far into the past, in milliseconds. */
const BATCH_MS = 50;
/** Two positions are apart so far, at least. */
const APART_MS = 20;

/** Where the visitor points, and what lies under it. All of it may be lost on the way. */
export class Pointer {
  readonly #desk: Desk;
  readonly #emit: (events: PageEvent[]) => void;
  readonly #now: () => number;
  #positions: mousePosition[] = [];
  #way: Way = Source.mouseMove;
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over: Node | undefined;
  #told: Node | undefined;

  constructor(desk: Desk, emit: (events: PageEvent[]) => void, now: () => number) {
    this.#desk = desk;
    this.#emit = emit;
    this.#now = now;
  }

  enter(root: Root, listen: Listen): void {
    if (!isDocument(root)) return;
    listen('mousemove', (event) => this.#moved(event, event as MouseEvent, Source.mouseMove));
    // What lies under a resting mouse changes, too.
    listen('mouseover', (event) => event.isTrusted && this.#hover(targetOf(event)));
    listen('drag', (event) => this.#moved(event, event as DragEvent, Source.drag));
    listen('touchmove', (event) => this.#moved(event, (event as TouchEvent).changedTouches[0], Source.touchMove));
    listen('mouseout', (event) => {
      if (!(event as MouseEvent).relatedTarget && event.isTrusted) this.#hover(undefined);
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#positions = [];
    this.#over = undefined;
    this.#told = undefined;
  }

  #moved(event: Event, point: { clientX: number; clientY: number } | undefined, way: Way): void {
    // What an agent does in the page by remote control is not the visitor’s hand.
    const target = event.isTrusted ? targetOf(event) : undefined;
    if (!target || !point) return;
    if (way !== Source.touchMove) this.#hover(target);
    const now = this.#now();
    if (this.#positions.length > 0 && way !== this.#way) this.#send();
    if (now - this.#at < APART_MS && this.#positions.length > 0) this.#positions.pop();
    else this.#at = now;
    const id = this.#desk.index.get(target)?.id;
    if (id === undefined) return;
    this.#way = way;
    this.#positions.push({ x: Math.round(point.clientX), y: Math.round(point.clientY), id, timeOffset: now });
    this.#soon();
  }

  #hover(target: Node | undefined): void {
    this.#over = target;
    if (target !== this.#told) this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#send(), BATCH_MS);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = this.#now();
    const positions = this.#positions.map((one) => ({ ...one, timeOffset: one.timeOffset - now }));
    const events: PageEvent[] = positions.length > 0 ? [incremental({ source: this.#way, positions })] : [];
    if (this.#over !== this.#told) events.push(custom('cv.hover', { ids: this.#chain(this.#over) }));
    this.#told = this.#over;
    this.#positions = [];
    if (events.length > 0) this.#emit(events);
  }

  /** From the outermost element to the innermost, out of slots, shadow trees and frames. */
  #chain(target: Node | undefined): number[] {
    const { index } = this.#desk;
    const ids: number[] = [];
    for (let known = target && index.get(target); known; ) {
      const { node, id, parent }: Known = known;
      const slot = isElement(node) ? slotOf(node) : null;
      if (isElement(node)) ids.unshift(id);
      known = (slot && index.get(slot)) || parent || undefined;
    }
    return ids;
  }
}
