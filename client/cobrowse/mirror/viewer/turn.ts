import { getAttribute, removeAttribute, rootElement, setAttribute } from './dom.ts';
import type { Fields } from './shape.ts';

const FULL = 'cv-fullscreen';

/** What attributes say at first and not later: the state that has become of an element. */
export function turn(element: Element, changed: Fields): void {
  if (element instanceof HTMLOptionElement && 'selected' in changed) element.selected = changed['selected'] !== null;
  else if (element instanceof HTMLDialogElement && 'open' in changed) {
    if (changed['rr_open_mode'] === 'modal') showModal(element);
    else if (changed['open'] === null && element.matches(':modal')) closeModal(element);
  }
  if ('rr_popover' in changed && element instanceof HTMLElement) pop(element, changed['rr_popover'] !== null);
}

export function showModal(dialog: HTMLDialogElement): void {
  dialog.removeAttribute('open');
  if (!dialog.isConnected) return;
  dialog.showModal();
  // It takes the focus, which is the visitor’s matter.
  if (document.activeElement instanceof HTMLElement) HTMLElement.prototype.blur.call(document.activeElement);
}

/** Without the attribute it would stay on top of everything, unseen. */
function closeModal(dialog: HTMLDialogElement): void {
  dialog.open = true;
  dialog.close();
}

/** As the visitor has it. */
export function pop(element: HTMLElement, isOpen: boolean): void {
  // Older browsers know of none.
  if (!element.popover || !element.isConnected) return;
  element.togglePopover(isOpen);
}

/** Fills the visitor’s screen: lies above all else here, which no browser does by itself without the agent’s hand. */
export function fullscreen(element: Element, isOn: boolean): void {
  const isOwn = getAttribute(element, FULL) === 'popover';
  if (isOn) {
    const pops =
      element instanceof HTMLElement && element !== rootElement() && getAttribute(element, 'popover') === null;
    setAttribute(element, FULL, pops ? 'popover' : '');
    if (pops) setAttribute(element, 'popover', 'manual');
  } else removeAttribute(element, FULL);
  if (element instanceof HTMLElement && element !== rootElement()) pop(element, isOn);
  if (!isOn && isOwn) removeAttribute(element, 'popover');
}
