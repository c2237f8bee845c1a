import type { MirrorOption } from '../messages.ts';

export const isDropdown = (select: HTMLSelectElement): boolean => !select.multiple && select.size <= 1;

export const optionsOf = (select: HTMLSelectElement): MirrorOption[] =>
  [...select.options].slice(0, 10_000).map((option) => ({
    label: option.label || option.text,
    selected: option.selected,
    disabled: option.disabled || (option.parentElement instanceof HTMLOptGroupElement && option.parentElement.disabled),
  }));

/** Positions that are chosen once `index` was clicked; `adds`: beside those chosen already, or one of them less. */
export function chosen(select: HTMLSelectElement, index: number, adds: boolean): number[] {
  if (!select.multiple || !adds) return [index];
  const had = [...select.selectedOptions].map((option) => option.index);
  return had.includes(index) ? had.filter((one) => one !== index) : [...had, index].sort((a, b) => a - b);
}
