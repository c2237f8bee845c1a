import { type Fields, textOf } from './shape.ts';

/** What a field holds, as the visitor’s does. */
export function fill(element: Element, { text, isChecked, isMixed }: Fields): void {
  if (element instanceof HTMLInputElement) {
    if (element.type === 'checkbox' || element.type === 'radio') {
      element.checked = isChecked === true;
      element.indeterminate = isMixed === true;
    } else if (element.type !== 'file') element.value = textOf(text);
  } else if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) {
    element.value = textOf(text);
  } else if (element instanceof HTMLOptionElement) element.selected = isChecked === true;
}

/** What a field held when it was recorded; `attributes` as rrweb notes them, which puts the state among them. */
export function fillFirst(element: Element, { value, checked, selected, rr_mixed: mixed }: Fields): void {
  if (element instanceof HTMLTextAreaElement && typeof value === 'string') element.value = value;
  else if (element instanceof HTMLInputElement) {
    if (typeof value === 'string' && element.type !== 'file') element.value = value;
    if (mixed === true) element.indeterminate = true;
    if (checked !== undefined) element.checked = checked === true || checked === '';
  } else if (element instanceof HTMLOptionElement && selected === true) element.selected = true;
  else if (element instanceof HTMLSelectElement && typeof value === 'string') {
    const isKnown = [...element.options].some((option) => option.value === value);
    if (isKnown && !element.multiple) element.value = value;
  }
}
