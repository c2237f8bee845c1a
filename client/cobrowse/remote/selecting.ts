import { viewOf } from './place.ts';

/** Chooses options by their positions, as the visitor would; positions that cannot be chosen are passed over. */
export function choose(select: HTMLSelectElement, positions: readonly number[]): void {
  const view = viewOf(select);
  const { options } = select;
  const wanted = new Set(positions.filter((at) => options[at] && !options[at].matches(':disabled')));
  if (!view || (!select.multiple && wanted.size !== 1)) return;
  const changed = [...options].filter(
    ({ selected }, at) => selected !== wanted.has(at) && !options[at]?.matches(':disabled'),
  );
  if (changed.length === 0) return;
  if (select.multiple) for (const option of changed) option.selected = !option.selected;
  else for (const at of wanted) select.selectedIndex = at;
  select.dispatchEvent(new view.Event('input', { bubbles: true, composed: true }));
  select.dispatchEvent(new view.Event('change', { bubbles: true }));
}
