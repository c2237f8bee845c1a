/**
 * The browser’s own accessors. A form’s fields shadow the form’s properties (a field named `parentNode`), and pages
 * replace what they like; they are taken once, and work on nodes of every document of this origin.
 */
export const getter = <V>(prototype: object, name: string): (() => V) => {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`this browser has no ${name}`);
  return get;
};

const readType = getter<number>(Node.prototype, 'nodeType');
const readFirst = getter<ChildNode | null>(Node.prototype, 'firstChild');
const readNext = getter<ChildNode | null>(Node.prototype, 'nextSibling');
const readParent = getter<ParentNode | null>(Node.prototype, 'parentNode');
const readText = getter<string | null>(Node.prototype, 'textContent');
const readDocument = getter<Document | null>(Node.prototype, 'ownerDocument');
const readConnected = getter<boolean>(Node.prototype, 'isConnected');
const readName = getter<string>(Element.prototype, 'localName');
const readSpace = getter<string | null>(Element.prototype, 'namespaceURI');
const readShadow = getter<ShadowRoot | null>(Element.prototype, 'shadowRoot');
const readData = getter<string>(CharacterData.prototype, 'data');
const { hasAttributes, getAttributeNames, getAttribute } = Element.prototype;

// One function each: a shared one would be called with every kind of accessor, and never be made fast.
const typeOf = (node: Node): number => readType.call(node);
export const firstChildOf = (node: Node): ChildNode | null => readFirst.call(node);
export const nextSiblingOf = (node: Node): ChildNode | null => readNext.call(node);
export const parentOf = (node: Node): ParentNode | null => readParent.call(node);
export const documentOf = (node: Node): Document | null => readDocument.call(node);
export const isConnected = (node: Node): boolean => readConnected.call(node);
export const textOf = (node: Node): string => readText.call(node) ?? '';
export const dataOf = (node: CharacterData): string => readData.call(node);
export const nameOf = (element: Element): string => readName.call(element);
export const isSvg = (element: Element): boolean => readSpace.call(element) === 'http://www.w3.org/2000/svg';
export const isHtml = (element: Element): boolean => readSpace.call(element) === 'http://www.w3.org/1999/xhtml';
export const shadowOf = (element: Element): ShadowRoot | null => readShadow.call(element);
export const attributeNamesOf = (element: Element): string[] =>
  hasAttributes.call(element) ? getAttributeNames.call(element) : [];
export const attributeOf = (element: Element, name: string): string | null => getAttribute.call(element, name);

const [ELEMENT, TEXT, CDATA, DOCTYPE] = [1, 3, 4, 10];

export const isElement = (node: Node): node is Element => typeOf(node) === ELEMENT;
export const isText = (node: Node): node is Text => {
  const type = typeOf(node);
  return type === TEXT || type === CDATA;
};
export const isDoctype = (node: Node): node is DocumentType => typeOf(node) === DOCTYPE;

/** What the recording does not have at all: comments and the like, and this product’s own widget. */
export function isLeftOut(node: Node): boolean {
  const type = typeOf(node);
  if (type === ELEMENT) return nameOf(node as Element) === 'coview-widget';
  return type !== TEXT && type !== CDATA && type !== DOCTYPE;
}

/** The document of a frame, where this page may read it. */
export function documentIn(frame: Element): Document | null {
  try {
    return (frame as HTMLIFrameElement).contentDocument;
  } catch {
    return null;
  }
}
