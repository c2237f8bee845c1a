import type { Privacy, Verdict } from './Privacy.ts';

const { closest } = Element.prototype;

/** Whether somebody else may act on it: never in what is hidden, nor in a field that is masked. */
export function mayControl(privacy: Pick<Privacy, 'guards' | 'judge'>, element: Element, verdict: Verdict): boolean {
  if (!verdict.open || privacy.guards(element, verdict)) return false;
  // A click on a label is one on its field.
  const field = (closest.call(element, 'label') as HTMLLabelElement | null)?.control;
  return !field || field === element || mayControl(privacy, field, privacy.judge(field));
}
