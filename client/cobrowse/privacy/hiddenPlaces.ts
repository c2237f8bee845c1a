import {
  dataOf,
  documentIn,
  documentOf,
  firstChildOf,
  isElement,
  isText,
  nameOf,
  nextSiblingOf,
  shadowOf,
} from '../record/dom.ts';
import { boxOf, viewOf } from './reads.ts';
import type { Verdict } from './verdicts.ts';

/** Who knows what becomes of an element. */
export interface Judge {
  verdictOf(element: Element): Verdict;
}

/** An element of which nothing is seen, or whose own text is not. */
export interface HiddenPlace {
  element: Element;
  onlyText: boolean;
}

/** Walks a page with its open shadow roots and the frames that it may read; yields undefined where nothing is hidden. */
export function* hiddenPlaces(root: Document | ShadowRoot | Element, judge: Judge): Generator<HiddenPlace | undefined> {
  for (let element = firstChildOf(root); element; element = nextSiblingOf(element)) {
    if (!isElement(element) || nameOf(element) === 'coview-widget') continue;
    const { blocked, mute, masked, open } = judge.verdictOf(element);
    if (mute && !blocked) continue;
    if (masked && !open) {
      yield { element, onlyText: false };
      continue;
    }
    yield masked && hasText(element) ? { element, onlyText: true } : undefined;
    yield* hiddenPlaces(element, judge);
    const shadow = shadowOf(element);
    if (shadow) yield* hiddenPlaces(shadow, judge);
    const inner = documentIn(element);
    if (inner) yield* hiddenPlaces(inner, judge);
  }
}

/** Where it is in the window, frames around it taken into account. */
export function boxesOf({ element, onlyText }: HiddenPlace): DOMRect[] {
  const boxes = onlyText ? textsOf(element).map(boxOfText) : [boxOf(element)];
  const page = documentOf(element);
  const frame = page && viewOf(page)?.frameElement;
  if (!frame) return boxes;
  const [outer] = boxesOf({ element: frame, onlyText: false });
  const { clientLeft, clientTop } = frame;
  const left = (outer?.x ?? 0) + clientLeft;
  const top = (outer?.y ?? 0) + clientTop;
  return boxes.map(({ x, y, width, height }) => new DOMRect(x + left, y + top, width, height));
}

function textsOf(element: Element): Text[] {
  const texts: Text[] = [];
  for (let child = firstChildOf(element); child; child = nextSiblingOf(child)) {
    if (isText(child) && /\S/.test(dataOf(child))) texts.push(child);
  }
  return texts;
}

const hasText = (element: Element) => textsOf(element).length > 0;

function boxOfText(text: Node): DOMRect {
  const range = text.ownerDocument?.createRange() ?? new Range();
  range.selectNodeContents(text);
  return range.getBoundingClientRect();
}
