/** What would make a document do something by itself. */
const doings = [
  'auxclick',
  'beforeinput',
  'click',
  'dragstart',
  'keydown',
  'mousedown',
  'submit',
  'touchstart',
] as const;

const undo = (event: Event): void => event.preventDefault();

/** No pointer and no key reaches this document; should one do so nevertheless, nothing follows from it. */
export function makeInert(): void {
  for (const type of doings) addEventListener(type, undo, { capture: true, passive: false });
}
