import { closest, viewOf } from './place.ts';

/** What opens something of the browser’s own, which no agent sees. */
export const opensPicker = (element: Element): boolean =>
  element.localName === 'input' && /^(file|color)$/.test((element as HTMLInputElement).type);

const OWN_WINDOW = /^(_self|_parent|_top)?$/i;

/**
 * Does what an agent asked for, but for what is left to the visitor’s own hand, whoever in the page asks the browser
 * for it then: pickers, other windows, downloads, and what other programs would open. Answers whether there was any.
 */
export function keptFor(target: Element, act: () => void): boolean {
  const view = viewOf(target);
  let kept = false;
  const look = (event: Event) => {
    const element = event.composedPath()[0] as Element;
    const isIts = event.type === 'submit' ? sendsAway(event as SubmitEvent) : leadsAway(element, event as MouseEvent);
    if (!isIts) return;
    event.preventDefault();
    kept = true;
  };
  for (const type of ['click', 'submit']) view?.addEventListener(type, look, true);
  try {
    act();
  } finally {
    for (const type of ['click', 'submit']) view?.removeEventListener(type, look, true);
  }
  return kept;
}

function leadsAway(element: Element, { ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  if (opensPicker(element)) return true;
  const link = closest(element, ({ localName }) => /^(a|area)$/.test(localName));
  const address = link?.getAttribute('href') ?? link?.getAttribute('xlink:href');
  if (!link || address === null || address === undefined) return false;
  const apart = ctrlKey || metaKey || shiftKey || altKey || link.hasAttribute('download');
  return apart || isElsewhere(link, address, link.getAttribute('target'));
}

function sendsAway({ target, submitter }: SubmitEvent): boolean {
  const form = target as Element;
  const of = (name: string) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name);
  return isElsewhere(form, of('action') ?? '', of('target'));
}

/** In another window, or in another program. */
function isElsewhere(from: Element, address: string, given: string | null): boolean {
  const { ownerDocument: page } = from;
  const name = given ?? page.querySelector('base[target]')?.getAttribute('target') ?? '';
  const isFrame = () => [...page.querySelectorAll('iframe, frame')].some((one) => one.getAttribute('name') === name);
  if (!OWN_WINDOW.test(name) && !isFrame()) return true;
  try {
    return !/^(https?|javascript):$/.test(new URL(address, page.baseURI).protocol);
  } catch {
    // It leads nowhere.
    return false;
  }
}
