import { closest, focused, isWithin } from './place.ts';

const FOCUSABLE =
  'a[href], area[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable], audio[controls], video[controls]';

const isVisible = (element: Element): boolean =>
  element.getClientRects().length > 0 && getComputedStyle(element).visibility === 'visible';

const canFocus = (element: Element): element is HTMLElement =>
  element.matches(FOCUSABLE) &&
  !element.matches(':disabled, input[type="hidden"], [contenteditable="false"]') &&
  !closest(element, (one) => one.hasAttribute('inert'));

/** What a press of the mouse does: the focus goes to what was pressed, or to nothing. */
export function focusAt(target: Element): void {
  const label = closest(target, ({ localName }) => localName === 'label');
  const element = closest(target, canFocus) as HTMLElement | undefined;
  const former = focused(target.ownerDocument);
  if (element) {
    if (former !== element) element.focus({ preventScroll: true });
  } else if (!label && former && former !== target.ownerDocument.body) (former as HTMLElement).blur();
}

/** The focus goes where the element or what stands around it can have it. */
export function focusOn(element: Element): void {
  const now = focused(element.ownerDocument);
  if (now && (now === element || isWithin(element, now)) && now !== element.ownerDocument.body) return;
  (closest(element, canFocus) as HTMLElement | undefined)?.focus({ preventScroll: true });
}

/** The next one in the order of the tab key, round the document. */
export function tabFrom(element: Element, backwards: boolean, may: (one: Element) => boolean): Element | undefined {
  const all = inOrder(element.ownerDocument).filter(
    (one) => one === element || (canFocus(one) && one.tabIndex >= 0 && isVisible(one) && may(one)),
  );
  const at = all.indexOf(element);
  return all.at(backwards ? at - 1 : (at + 1) % all.length);
}

function inOrder(root: ParentNode): Element[] {
  const found: Element[] = [];
  for (const element of root.querySelectorAll('*')) {
    if (element.matches(FOCUSABLE)) found.push(element);
    if (element.shadowRoot) found.push(...inOrder(element.shadowRoot));
  }
  const first = found.filter((one) => (one as HTMLElement).tabIndex > 0);
  first.sort((one, other) => (one as HTMLElement).tabIndex - (other as HTMLElement).tabIndex);
  return [...first, ...found.filter((one) => !first.includes(one))];
}
