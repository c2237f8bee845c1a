import { POINTER } from './PointerCapture.ts';
import { inPage, type Place, viewOf } from './place.ts';

export type Modifier = 'alt' | 'ctrl' | 'meta' | 'shift';

export interface Buttons {
  /** The one that changes; -1 for none. */
  button: number;
  /** A bit each, of those that are down. */
  buttons: number;
  modifiers: readonly Modifier[];
  /** How many clicks in a row. */
  detail?: number;
  related?: Element | undefined;
}

export const modifierKeys = (modifiers: readonly Modifier[]) => ({
  altKey: modifiers.includes('alt'),
  ctrlKey: modifiers.includes('ctrl'),
  metaKey: modifiers.includes('meta'),
  shiftKey: modifiers.includes('shift'),
});

/** The bit of `buttons` for a `button`. */
export const bitOf = (button: number): number => [1, 4, 2][button] ?? 0;

const alone = new Set(['pointerenter', 'pointerleave', 'mouseenter', 'mouseleave']);

function initOf(type: string, { target, x, y }: Place, { button, buttons, modifiers, detail, related }: Buttons) {
  const view = viewOf(target);
  const at = inPage(target, x, y);
  const outside = related && related.ownerDocument !== target.ownerDocument;
  return {
    bubbles: !alone.has(type),
    cancelable: !alone.has(type) && type !== 'gotpointercapture',
    composed: !alone.has(type),
    view,
    detail: detail ?? 0,
    clientX: x,
    clientY: y,
    screenX: (view?.screenX ?? 0) + at.x,
    screenY: (view?.screenY ?? 0) + at.y,
    button: type.startsWith('mouse') && button < 0 ? 0 : button,
    buttons,
    relatedTarget: outside ? null : (related ?? null),
    ...modifierKeys(modifiers),
  };
}

/** Tells the page; answers whether it lets the browser go on with what it does by itself. */
export function tellPointer(type: string, place: Place, buttons: Buttons): boolean {
  const view = viewOf(place.target);
  if (!view) return false;
  const init = { pointerId: POINTER, pointerType: 'mouse', isPrimary: true, width: 1, height: 1 };
  const pressure = buttons.buttons > 0 ? 0.5 : 0;
  return place.target.dispatchEvent(
    new view.PointerEvent(type, { ...initOf(type, place, buttons), ...init, pressure }),
  );
}

export function tellMouse(type: string, place: Place, buttons: Buttons): boolean {
  const view = viewOf(place.target);
  return !!view && place.target.dispatchEvent(new view.MouseEvent(type, initOf(type, place, buttons)));
}

export function tellDrag(type: string, place: Place, buttons: Buttons, dataTransfer: DataTransfer): boolean {
  const view = viewOf(place.target);
  return (
    !!view && place.target.dispatchEvent(new view.DragEvent(type, { ...initOf(type, place, buttons), dataTransfer }))
  );
}
