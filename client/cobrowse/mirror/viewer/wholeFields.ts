import { wholeTypes } from '../../wholeTypes.ts';
import type { Box, MirrorField } from '../messages.ts';
import { getAttribute, hostOrParent } from './dom.ts';

const kindOf = (field: Element): string => getAttribute(field, 'type')?.toLowerCase() ?? '';

/** What an agent may fill in as a whole, as far as can be known here: what is masked is not. */
export const isWhole = (element: Element): element is HTMLInputElement =>
  element instanceof HTMLInputElement &&
  wholeTypes.has(kindOf(element)) &&
  !element.readOnly &&
  !element.matches(':disabled') &&
  getAttribute(element, 'cv-masked') === null;

export function closestWhole(element: Element): HTMLInputElement | undefined {
  for (let at: Node | null = element; at; at = hostOrParent(at)) {
    if (at instanceof Element && isWhole(at)) return at;
  }
  return undefined;
}

export function wholeOf(node: number, field: HTMLInputElement, at: Box): MirrorField {
  const [min = '', max = '', step = ''] = ['min', 'max', 'step'].map((name) => getAttribute(field, name) ?? '');
  return { node, at, kind: kindOf(field), value: field.value, min, max, step };
}
