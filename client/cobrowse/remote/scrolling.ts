import { around, viewOf } from './place.ts';

/** Scrolls the box around, as a mouse’s wheel does: the page may prevent it, and who cannot go on gives it to the next. */
export function scrollIn(element: Element, by: { x: number; y: number }): void {
  const view = viewOf(element);
  if (!view) return;
  const { left, top, width, height } = element.getBoundingClientRect();
  const [clientX, clientY] = [
    Math.min(Math.max(left + width / 2, 0), view.innerWidth - 1),
    Math.min(Math.max(top + height / 2, 0), view.innerHeight - 1),
  ];
  const told = { deltaX: by.x, deltaY: by.y, clientX, clientY, view, bubbles: true, cancelable: true, composed: true };
  if (!element.dispatchEvent(new view.WheelEvent('wheel', told))) return;
  for (let box: Element | undefined = element; box; box = around(box)) if (scrolls(box, by)) return;
  const { scrollingElement } = element.ownerDocument;
  const scrolled = scrollingElement && scrolls(scrollingElement, by);
  const frame = view.frameElement;
  if (!scrolled && frame) scrollIn(frame, by);
}

function scrolls(box: Element, { x, y }: { x: number; y: number }): boolean {
  const { scrollLeft, scrollTop } = box;
  const root = box === box.ownerDocument.scrollingElement;
  const style = viewOf(box)?.getComputedStyle(box);
  // What is merely cut off is not scrolled by a wheel either.
  const may = (overflow = '') => root || overflow === 'auto' || overflow === 'scroll';
  box.scrollBy({ left: may(style?.overflowX) ? x : 0, top: may(style?.overflowY) ? y : 0, behavior: 'instant' });
  return box.scrollLeft !== scrollLeft || box.scrollTop !== scrollTop;
}
