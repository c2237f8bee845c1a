import { type Buttons, tellDrag } from './mouse.ts';
import type { Place } from './place.ts';

/** A drag as browsers make it of a pressed mouse on what is `draggable`: with data, told by events of its own. */
export class NativeDrag {
  readonly #source: Element;
  readonly #data: DataTransfer;
  #over: Element | undefined;
  #accepted = false;

  private constructor(source: Element, data: DataTransfer) {
    this.#source = source;
    this.#data = data;
  }

  /** Undefined if the page will not have it. */
  static begin(source: Element, place: Place, buttons: Buttons): NativeDrag | undefined {
    const data = new DataTransfer();
    if (!tellDrag('dragstart', { ...place, target: source }, buttons, data)) return undefined;
    return new NativeDrag(source, data);
  }

  move(place: Place, buttons: Buttons): void {
    const former = this.#over;
    tellDrag('drag', { ...place, target: this.#source }, buttons, this.#data);
    if (former !== place.target) {
      this.#over = place.target;
      tellDrag('dragenter', place, { ...buttons, related: former }, this.#data);
      if (former)
        tellDrag('dragleave', { ...place, target: former }, { ...buttons, related: place.target }, this.#data);
    }
    // Whoever takes it says so by cancelling.
    this.#accepted = !tellDrag('dragover', place, buttons, this.#data);
  }

  end(place: Place, buttons: Buttons): void {
    if (this.#accepted && this.#over) tellDrag('drop', { ...place, target: this.#over }, buttons, this.#data);
    else if (this.#over) tellDrag('dragleave', { ...place, target: this.#over }, buttons, this.#data);
    tellDrag('dragend', { ...place, target: this.#source }, buttons, this.#data);
  }
}
