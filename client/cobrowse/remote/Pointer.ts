import { focusAt } from './focus.ts';
import { type Buttons, bitOf, type Modifier, tellMouse, tellPointer } from './mouse.ts';
import { NativeDrag } from './NativeDrag.ts';
import { PointerCapture } from './PointerCapture.ts';
import { around, closest, isWithin, type Place } from './place.ts';
import { slideTo } from './slideTo.ts';

/** Two clicks within this time and this near are a double click. */
const AGAIN_MS = 500;
const NEAR_PX = 5;

interface Pressed {
  place: Place;
  button: number;
  /** The page has cancelled pointerdown: no events of the mouse follow. */
  silent: boolean;
  /** What a move makes a drag of. */
  draggable: Element | undefined;
}

/** The agent’s mouse in the visitor’s page: everything a page is told of a real one, in the same order. */
export class Pointer {
  readonly #capture = new PointerCapture();
  readonly #now: () => number;
  #over: Element | undefined;
  #pressed: Pressed | undefined;
  #drag: NativeDrag | undefined;
  #clicked: { target: Element; button: number; x: number; y: number; at: number; times: number } | undefined;
  #buttons = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  move(place: Place, modifiers: readonly Modifier[] = []): void {
    const state = { button: -1, buttons: this.#buttons, modifiers };
    const pressed = this.#pressed;
    if (pressed?.draggable && !this.#drag && far(pressed.place, place)) {
      this.#drag = NativeDrag.begin(pressed.draggable, pressed.place, state);
      pressed.draggable = undefined;
      if (this.#drag) this.#pointer('pointercancel', pressed.place, state);
    }
    if (this.#drag) return this.#drag.move(place, state);
    this.#enter(place, state);
    this.#pointer('pointermove', place, state);
    if (!pressed?.silent) tellMouse('mousemove', this.#captured(place), state);
    if (pressed) slideTo(pressed.place.target, place);
  }

  down(place: Place, button: number, modifiers: readonly Modifier[]): void {
    this.#enter(place, { button: -1, buttons: this.#buttons, modifiers });
    const again = this.#isAgain(place, button);
    const detail = again ? (this.#clicked?.times ?? 0) + 1 : 1;
    const first = this.#buttons === 0;
    this.#buttons |= bitOf(button);
    const state = { button, buttons: this.#buttons, modifiers, detail };
    const silent = !this.#pointer(first ? 'pointerdown' : 'pointermove', place, { ...state, detail: 0 });
    const draggable = button === 0 ? closest(place.target, isDraggable) : undefined;
    this.#pressed = { place, button, silent, draggable };
    if (isDisabled(place.target)) return;
    if (!silent && !tellMouse('mousedown', place, state)) this.#pressed.draggable = undefined;
    else {
      focusAt(place.target);
      if (button === 0) setCaret(place);
    }
    if (button === 0) slideTo(place.target, place);
  }

  up(place: Place, button: number, modifiers: readonly Modifier[]): void {
    const pressed = this.#pressed;
    this.#pressed = undefined;
    this.#buttons &= ~bitOf(button);
    const detail = this.#countClick(place, button, pressed);
    const state = { button, buttons: this.#buttons, modifiers, detail };
    if (this.#drag) {
      this.#drag.move(place, { ...state, button: -1 });
      this.#drag.end(place, state);
      this.#drag = undefined;
      return;
    }
    const at = this.#captured(place);
    this.#pointer(this.#buttons === 0 ? 'pointerup' : 'pointermove', place, { ...state, detail: 0 });
    if (!pressed?.silent && !isDisabled(at.target)) tellMouse('mouseup', at, state);
    this.#capture.release();
    const target = pressed?.button === button ? common(pressed.place.target, at.target) : undefined;
    if (!target || isDisabled(target)) return;
    slideTo(target, place, true);
    this.#click({ ...place, target }, state);
  }

  /** The agent acts no more: nothing stays pressed, and nothing looks at. */
  leave(): void {
    if (!this.#pressed) return;
    const { place, button } = this.#pressed;
    const state = { button, buttons: 0, modifiers: [] };
    this.#pressed = undefined;
    this.#buttons = 0;
    this.#drag?.end(place, state);
    this.#drag = undefined;
    this.#pointer('pointercancel', place, state);
    this.#capture.release();
  }

  #click(place: Place, state: Buttons): void {
    if (state.button !== 0) {
      tellPointer('auxclick', place, state);
      if (state.button === 2) tellPointer('contextmenu', place, { ...state, detail: 0 });
      return;
    }
    tellPointer('click', place, state);
    if (state.detail === 2) tellMouse('dblclick', place, state);
  }

  #pointer(type: string, place: Place, state: Buttons): boolean {
    let goesOn = true;
    const at = this.#captured(place);
    this.#capture.during(at.target, () => {
      goesOn = tellPointer(type, at, state);
    });
    return goesOn;
  }

  #captured(place: Place): Place {
    const { element } = this.#capture;
    return element?.isConnected ? { ...place, target: element } : place;
  }

  /** What the mouse has left and what it has come to hear of it. */
  #enter(place: Place, state: Buttons): void {
    const { target } = this.#captured(place);
    const former = this.#over?.isConnected ? this.#over : undefined;
    if (former === target) return;
    this.#over = target;
    const left = former ? outside(former, target) : [];
    const entered = outside(target, former).reverse();
    for (const [kind, tell] of [['pointer', tellPointer] as const, ['mouse', tellMouse] as const]) {
      const say = (type: string, at: Element, related: Element | undefined) =>
        tell(kind + type, { ...place, target: at }, { ...state, related });
      if (former) say('out', former, target);
      for (const one of left) say('leave', one, target);
      say('over', target, former);
      for (const one of entered) say('enter', one, former);
    }
  }

  #isAgain({ target, x, y }: Place, button: number): boolean {
    const last = this.#clicked;
    if (last?.target !== target || last.button !== button || this.#now() - last.at > AGAIN_MS) return false;
    return Math.hypot(last.x - x, last.y - y) <= NEAR_PX;
  }

  #countClick(place: Place, button: number, pressed: Pressed | undefined): number {
    const times = pressed && this.#isAgain(pressed.place, button) ? (this.#clicked?.times ?? 0) + 1 : 1;
    const { target } = pressed?.place ?? place;
    this.#clicked = { target, button, x: place.x, y: place.y, at: this.#now(), times };
    return times;
  }
}

/** From the element outwards, up to what both are in. */
function outside(element: Element, other: Element | undefined): Element[] {
  const all: Element[] = [];
  for (let one: Element | undefined = element; one && !(other && isWithin(other, one)); one = around(one))
    all.push(one);
  return all;
}

const far = (one: Place, other: Place): boolean => Math.hypot(one.x - other.x, one.y - other.y) > NEAR_PX;

const isDisabled = (element: Element): boolean => closest(element, (one) => one.matches(':disabled')) !== undefined;

const isDraggable = (element: Element): boolean => (element as HTMLElement).draggable === true;

/** A click is of what both the press and the release were in. */
const common = (one: Element, other: Element): Element | undefined => closest(other, (outer) => isWithin(one, outer));

/** Where text is edited, the caret goes under the mouse. */
function setCaret({ target, x, y }: Place): void {
  const host = closest(target, (one) => (one as HTMLElement).isContentEditable);
  const selection = host?.ownerDocument.getSelection();
  const range = host?.ownerDocument.caretRangeFromPoint?.(x, y);
  if (!host || !selection || !range || !host.contains(range.startContainer)) return;
  selection.removeAllRanges();
  selection.addRange(range);
}
