import { getter } from '../record/dom.ts';

/**
 * The browser’s own accessors: fields of a form and named elements of a document stand in front of what those have
 * themselves (a field named `matches`).
 */
const reader = <T, V>(prototype: T & object, name: string): ((of: T) => V) => {
  const get = getter<V>(prototype, name);
  return (of) => get.call(of);
};

const { matches, closest, hasAttribute, querySelector, getBoundingClientRect } = Element.prototype;
const { getRootNode } = Node.prototype;
const { getSelection, querySelector: findIn } = Document.prototype;

export const doesMatch = (element: Element, selector: string): boolean => matches.call(element, selector);
export const hasAttributeOf = (element: Element, name: string): boolean => hasAttribute.call(element, name);
export const holdsSlot = (element: Element): boolean => querySelector.call(element, 'slot') !== null;
export const selectOf = (element: Element): HTMLSelectElement | null =>
  closest.call(element, 'select') as HTMLSelectElement | null;
export const boxOf = (element: Element): DOMRect => getBoundingClientRect.call(element);
export const topOf = reader<Element, number>(Element.prototype, 'scrollTop');
export const leftOf = reader<Element, number>(Element.prototype, 'scrollLeft');
export const rootOf = (node: Node): Node => getRootNode.call(node);
export const slotOf = reader<Element, HTMLSlotElement | null>(Element.prototype, 'assignedSlot');
export const baseOf = reader<Node, string>(Node.prototype, 'baseURI');
export const viewOf = reader<Document, (Window & typeof globalThis) | null>(Document.prototype, 'defaultView');
export const rootElementOf = reader<Document, Element | null>(Document.prototype, 'documentElement');
export const scrollerOf = reader<Document, Element | null>(Document.prototype, 'scrollingElement');
export const selectionOf = (page: Document): Selection | null => getSelection.call(page);
/** What the page’s address points at. */
export const targetIn = (page: Document): Element | null => findIn.call(page, ':target');
export const designModeOf = reader<Document, string>(Document.prototype, 'designMode');

const sheetsOfDocument = reader<Document, StyleSheetList>(Document.prototype, 'styleSheets');
const adoptedOfDocument = reader<Document, CSSStyleSheet[]>(Document.prototype, 'adoptedStyleSheets');

export const adoptedOf = (root: Document | ShadowRoot): readonly CSSStyleSheet[] =>
  'host' in root ? root.adoptedStyleSheets : adoptedOfDocument(root);
export const sheetsOf = (root: Document | ShadowRoot): CSSStyleSheet[] => [
  ...('host' in root ? root.styleSheets : sheetsOfDocument(root)),
  ...adoptedOf(root),
];
