import { removeAttribute, setAttribute } from './dom.ts';
import { type Fields, textOf } from './shape.ts';

/** Fields take no `*` that hold no text: what stands in its place is shown as dots, and as large as any other value. */
const inPlace: Readonly<Record<string, (stars: string) => string>> = {
  number: (stars) => '0'.repeat(Math.min(stars.length, 100)),
  date: () => '2000-10-10',
  'datetime-local': () => '2000-10-10T10:00',
  month: () => '2000-10',
  week: () => '2000-W40',
  time: () => '10:00',
  color: () => '#808080',
};

function write(field: HTMLInputElement, text: string): void {
  const stand = /^\*+$/.test(text) ? inPlace[field.type] : undefined;
  if (stand) setAttribute(field, 'cv-masked', '');
  else removeAttribute(field, 'cv-masked');
  field.value = stand ? stand(text) : text;
}

/** What a field holds, as the visitor’s does. */
export function fill(element: Element, { text, isChecked, isMixed }: Fields): void {
  if (element instanceof HTMLInputElement) {
    if (element.type === 'checkbox' || element.type === 'radio') {
      element.checked = isChecked === true;
      element.indeterminate = isMixed === true;
    } else if (element.type !== 'file') write(element, textOf(text));
  } else if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) {
    element.value = textOf(text);
  } else if (element instanceof HTMLOptionElement) element.selected = isChecked === true;
}

/** What a field held when it was recorded; `attributes` as rrweb notes them, which puts the state among them. */
export function fillFirst(element: Element, { value, checked, selected, rr_mixed: mixed }: Fields): void {
  if (element instanceof HTMLTextAreaElement && typeof value === 'string') element.value = value;
  else if (element instanceof HTMLInputElement) {
    if (typeof value === 'string' && element.type !== 'file') write(element, value);
    if (mixed === true) element.indeterminate = true;
    if (checked !== undefined) element.checked = checked === true || checked === '';
  } else if (element instanceof HTMLOptionElement && selected === true) element.selected = true;
  else if (element instanceof HTMLSelectElement && typeof value === 'string') {
    const isKnown = [...element.options].some((option) => option.value === value);
    if (isKnown && !element.multiple) element.value = value;
  }
}
