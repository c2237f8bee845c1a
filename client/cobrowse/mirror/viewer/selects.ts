import type { MirrorList, MirrorOption } from '../messages.ts';

export const isDropdown = (select: HTMLSelectElement): boolean => !select.multiple && select.size <= 1;

/** Of so many one can still find one; more would take as long to show as a whole page. */
const MOST = 2000;

/** The options, or those around the chosen one. */
export function optionsOf(select: HTMLSelectElement): Pick<MirrorList, 'options' | 'from' | 'count'> {
  const count = select.options.length;
  const from = Math.max(0, Math.min(select.selectedIndex - MOST / 2, count - MOST));
  const options: MirrorOption[] = [];
  for (let at = from; at < Math.min(from + MOST, count); at++) {
    const option = select.options[at] as HTMLOptionElement;
    const { label, text, selected, disabled, parentElement: group } = option;
    const isOff = disabled || (group instanceof HTMLOptGroupElement && group.disabled);
    options.push({ label: label || text, selected, disabled: isOff });
  }
  return { options, from, count };
}

/** Positions that are chosen once `index` was clicked; `adds`: beside those chosen already, or one of them less. */
export function chosen(select: HTMLSelectElement, index: number, adds: boolean): number[] {
  if (!select.multiple || !adds) return [index];
  const had = [...select.selectedOptions].map((option) => option.index);
  return had.includes(index) ? had.filter((one) => one !== index) : [...had, index].sort((a, b) => a - b);
}
