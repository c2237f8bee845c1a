import { doesMatch } from '../privacy/reads.ts';
import { isElement, shadowOf } from './dom.ts';
import { incremental, type PageEvent, Source } from './events.ts';
import { type Desk, isDocument, type Listen, type Root, targetOf, type Watcher } from './watcher.ts';

/** At rrweb’s numbers of them. */
const kinds = 'mouseup mousedown click contextmenu dblclick focus blur touchstart - touchend touchcancel'.split(' ');
const FOCUS = 5;
const pointers = ['mouse', 'pen', 'touch'];

/** Clicks, taps, and where the focus is. */
export class Gestures implements Watcher {
  readonly #desk: Desk;
  #events: PageEvent[] = [];
  /** Documents whose focus was there before. */
  #entered: Document[] = [];
  #pointer = -1;
  #focused: { element: Element; shown: string } | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  enter(root: Root, listen: Listen): void {
    if (!isDocument(root)) return;
    this.#entered.push(root);
    listen('pointerdown', (event) => {
      this.#pointer = pointers.indexOf((event as PointerEvent).pointerType);
    });
    for (const [kind, type] of kinds.entries()) listen(type, (event) => this.#happened(event, kind));
  }

  flush(): PageEvent[] {
    for (const document of this.#entered.splice(0)) this.#entry(document);
    const events = this.#events;
    this.#events = [];
    return events;
  }

  clear(): void {
    this.#events = [];
    this.#entered = [];
    this.#focused = undefined;
  }

  /** A key can make a focus visible that was none before, and no event tells. */
  look(): void {
    const { element, shown } = this.#focused ?? {};
    if (element && doesMatch(element, ':focus') && shownAs(element) !== shown) this.#focus(element);
  }

  #focus(element: Element): void {
    const shown = shownAs(element);
    this.#focused = { element, shown };
    this.#tell(element, FOCUS, { visible: shown !== '' || undefined, ring: shown === 'ring' || undefined });
  }

  #entry({ activeElement }: Document): void {
    let element = activeElement;
    for (let inner = element; inner; inner = shadowOf(inner)?.activeElement ?? null) element = inner;
    if (element && doesMatch(element, ':focus:not(body, iframe)')) this.#focus(element);
  }

  #happened(event: Event, type: number): void {
    const isFocus = event.type === 'focus' || event.type === 'blur';
    // The focus is where it is, whoever put it there; the rest is the visitor’s hand, or none.
    const target = event.isTrusted || isFocus ? targetOf(event) : undefined;
    const point = 'changedTouches' in event ? (event as TouchEvent).changedTouches[0] : (event as MouseEvent);
    const at = !isFocus && point ? { x: Math.round(point.clientX), y: Math.round(point.clientY) } : {};
    const pointerType = isFocus || this.#pointer < 0 ? undefined : this.#pointer;
    if (event.type === 'focus' && target && isElement(target)) this.#focus(target);
    else if (target) this.#tell(target, type, { ...at, pointerType });
  }

  #tell(target: Node, type: number, more: object): void {
    const known = this.#desk.index.get(target);
    if (!known || known.verdict.blocked) return;
    this.#events.push(incremental({ source: Source.mouseInteraction, type, id: known.id, ...more } as never));
    this.#desk.ask();
  }
}

/** How the focus shows. Whether by the browser’s own ring can only be asked: layers of styles decide. */
const shownAs = (element: Element): '' | 'visible' | 'ring' => {
  if (!doesMatch(element, ':focus-visible')) return '';
  return getComputedStyle(element).outlineStyle === 'auto' ? 'ring' : 'visible';
};
