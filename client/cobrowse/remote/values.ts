import { wholeTypes } from '../wholeTypes.ts';
import { isReadOnly } from './editing.ts';
import { viewOf } from './place.ts';
import { setValue } from './setValue.ts';

/** By what the page asks for: a browser that has no such field shows one for text. */
export const isWhole = (element: Element): element is HTMLInputElement =>
  element.localName === 'input' && wholeTypes.has(element.getAttribute('type')?.toLowerCase() ?? '');

/** Whether the browser would let a visitor choose it; nothing changes. */
export function takes(field: HTMLInputElement, value: string): boolean {
  const probe = field.ownerDocument.createElement('input');
  for (const name of ['type', 'min', 'max', 'step', 'value']) {
    const given = field.getAttribute(name);
    if (given !== null) probe.setAttribute(name, given);
  }
  probe.value = value;
  const isKnown =
    probe.type === 'color' ? probe.value === value.toLowerCase() : (probe.value === '') === (value === '');
  return isKnown && probe.validity.valid;
}

/** As if it had been chosen. */
export function put(field: HTMLInputElement, value: string): void {
  if (field.value === value) return;
  setValue(field, value);
  tellPut(field);
}

/** What arrows do to numbers and sliders; false for other keys and fields. */
export function step(element: Element, key: string): boolean {
  const field = element as HTMLInputElement;
  const isSlider = field.localName === 'input' && field.type === 'range';
  const isNumber = field.localName === 'input' && field.type === 'number';
  const keys = isSlider ? /^(Arrow\w+|Page\w+|Home|End)$/ : /^Arrow(Up|Down)$/;
  if (!(isSlider || isNumber) || !keys.test(key)) return false;
  if (isReadOnly(field)) return true;
  const { value: former, min, max } = field;
  const [least, most] = isSlider ? [Number(min || 0), Number(max || 100)] : [-Infinity, Infinity];
  const isTurned = /Left|Right/.test(key) && viewOf(field)?.getComputedStyle(field).direction === 'rtl';
  const way = /Down|Left/.test(key) === isTurned ? 1 : -1;
  const far = key.startsWith('Page') ? (most - least) / 10 : 0;
  if (key === 'Home' || key === 'End') setValue(field, String(key === 'Home' ? least : most));
  else if (far || field.step.toLowerCase() === 'any') {
    setValue(field, String(Number(former) + way * (far || (isSlider ? (most - least) / 100 : 1))));
  } else if (way > 0) field.stepUp();
  else field.stepDown();
  if (field.value !== former) tellPut(field);
  return true;
}

function tellPut(field: HTMLInputElement): void {
  const view = viewOf(field);
  if (!view) return;
  field.dispatchEvent(new view.Event('input', { bubbles: true, composed: true }));
  field.dispatchEvent(new view.Event('change', { bubbles: true }));
}
