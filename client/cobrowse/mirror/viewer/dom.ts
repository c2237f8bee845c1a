/**
 * The DOM by its prototypes’ own methods. A mirrored `<form>` answers `form.setAttribute` with a field of that name,
 * and `document.createElement` may be a picture: what is read here cannot be named away.
 */
const method =
  <This, Args extends unknown[], Result>(of: (this: This, ...args: Args) => Result) =>
  (self: This, ...args: Args): Result =>
    Reflect.apply(of, self, args);

function getter<This extends object, Result>(prototype: object, name: string) {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`no ${name}`);
  return (self: This): Result => Reflect.apply(get, self, []);
}

export const HTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
export const MATH = 'http://www.w3.org/1998/Math/MathML';

const onNode = Node.prototype;
const onElement = Element.prototype;
const onDocument = Document.prototype;

const create = method(onDocument.createElementNS as (this: Document, space: string, tag: string) => Element);
export const createElement = (space: string, tag: string): Element => create(document, space, tag);
const text = method(onDocument.createTextNode);
export const createText = (data: string): Text => text(document, data);
const comment = method(onDocument.createComment);
export const createComment = (data: string): Comment => comment(document, data);

export const insertBefore = method(onNode.insertBefore as (this: Node, node: Node, next: Node | null) => Node);
export const append = (parent: Node, node: Node): Node => insertBefore(parent, node, null);
const removeChild = method(onNode.removeChild as (this: Node, node: Node) => Node);

export const parentOf = getter<Node, Node | null>(onNode, 'parentNode');
export const firstChildOf = getter<Node, Node | null>(onNode, 'firstChild');
export const nextSiblingOf = getter<Node, Node | null>(onNode, 'nextSibling');
export const isConnected = getter<Node, boolean>(onNode, 'isConnected');
export const nodeTypeOf = getter<Node, number>(onNode, 'nodeType');

export const tagOf = getter<Element, string>(onElement, 'localName');
export const spaceOf = getter<Element, string | null>(onElement, 'namespaceURI');
export const shadowOf = getter<Element, ShadowRoot | null>(onElement, 'shadowRoot');
export const attachShadow = method(onElement.attachShadow);
export const setAttribute = method(onElement.setAttribute);
export const getAttribute = method(onElement.getAttribute);
export const removeAttribute = method(onElement.removeAttribute);
export const boxOf = method(onElement.getBoundingClientRect);
export const scrollTo = method(onElement.scrollTo as (this: Element, options: ScrollToOptions) => void);
export const scrollLeftOf = getter<Element, number>(onElement, 'scrollLeft');
export const scrollTopOf = getter<Element, number>(onElement, 'scrollTop');

const lengths = (['scrollWidth', 'clientWidth', 'scrollHeight', 'clientHeight'] as const).map((name) =>
  getter<Element, number>(onElement, name),
);

/** How far an element can be scrolled. */
export function mostScroll(element: Element): { x: number; y: number } {
  const [scrollWidth = 0, clientWidth = 0, scrollHeight = 0, clientHeight = 0] = lengths.map((of) => of(element));
  return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight };
}

const htmlStyle = getter<Element, CSSStyleDeclaration>(HTMLElement.prototype, 'style');
const svgStyle = getter<Element, CSSStyleDeclaration>(SVGElement.prototype, 'style');

export function styleOf(element: Element): CSSStyleDeclaration | undefined {
  if (element instanceof HTMLElement) return htmlStyle(element);
  return element instanceof SVGElement ? svgStyle(element) : undefined;
}

export const rootElement = (): Element | null =>
  getter<Document, Element | null>(onDocument, 'documentElement')(document);

export function remove(node: Node | null): void {
  const parent = node && parentOf(node);
  if (parent) removeChild(parent, node);
}

export const isElement = (node: Node | null | undefined): node is Element => !!node && nodeTypeOf(node) === 1;

/** Its parent, out of a shadow root too. */
export function hostOrParent(node: Node): Node | null {
  const parent = parentOf(node);
  return parent instanceof ShadowRoot ? parent.host : parent;
}

const slotOf = getter<Element, HTMLSlotElement | null>(onElement, 'assignedSlot');

/** Where it is shown: in a slot, if it hangs in one. */
export const outwards = (node: Node): Node | null => (isElement(node) && slotOf(node)) || hostOrParent(node);
