import { viewOf } from './place.ts';

/** The mouse’s own number, which pages may name without an error even where no mouse is. */
export const POINTER = 1;

/**
 * Browsers give nobody the capture of a pointer that is only made up. Pages that ask for it within an event of ours
 * get it from here: what follows goes to the element that asked.
 */
export class PointerCapture {
  element: Element | undefined;

  /** Runs what tells the page of the pointer. */
  during(target: Element, act: () => void): void {
    const prototype = viewOf(target)?.Element.prototype;
    if (!prototype) return act();
    const { setPointerCapture, releasePointerCapture, hasPointerCapture } = prototype;
    const capture = this;
    Object.assign(prototype, {
      setPointerCapture(this: Element, pointer: number) {
        if (pointer === POINTER) capture.#take(this);
        else setPointerCapture.call(this, pointer);
      },
      releasePointerCapture(this: Element, pointer: number) {
        if (pointer !== POINTER) releasePointerCapture.call(this, pointer);
        else if (capture.element === this) capture.release();
      },
      hasPointerCapture(this: Element, pointer: number) {
        return pointer === POINTER ? capture.element === this : hasPointerCapture.call(this, pointer);
      },
    });
    try {
      act();
    } finally {
      Object.assign(prototype, { setPointerCapture, releasePointerCapture, hasPointerCapture });
    }
  }

  release(): void {
    const { element } = this;
    this.element = undefined;
    if (element) tell(element, 'lostpointercapture');
  }

  #take(element: Element): void {
    if (this.element === element) return;
    this.release();
    this.element = element;
    tell(element, 'gotpointercapture');
  }
}

function tell(element: Element, type: string): void {
  const view = viewOf(element);
  if (view) element.dispatchEvent(new view.PointerEvent(type, { bubbles: true, composed: true, pointerId: POINTER }));
}
