import { viewOf } from './place.ts';

/** Past setters that a framework has put on the one element, which would take the change for its own. */
export function setValue(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  const view = viewOf(field);
  const { prototype } = (field.localName === 'input' ? view?.HTMLInputElement : view?.HTMLTextAreaElement) ?? {};
  const set = prototype && Object.getOwnPropertyDescriptor(prototype, 'value')?.set;
  if (set) set.call(field, value);
  else field.value = value;
}
