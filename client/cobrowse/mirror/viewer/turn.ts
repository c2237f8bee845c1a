import type { Fields } from './shape.ts';

/** What attributes say at first and not later: the state that has become of an element. */
export function turn(element: Element, changed: Fields): void {
  if (element instanceof HTMLOptionElement && 'selected' in changed) element.selected = changed['selected'] !== null;
  else if (element instanceof HTMLDialogElement && 'open' in changed) {
    if (changed['rr_open_mode'] === 'modal') showModal(element);
    else if (changed['open'] === null && element.matches(':modal')) element.close();
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

/** Shown by nobody but the visitor: here none closes another. */
export function pop(element: HTMLElement, isOpen: boolean): void {
  if (element.popover === null || !element.isConnected) return;
  element.togglePopover(isOpen);
}
