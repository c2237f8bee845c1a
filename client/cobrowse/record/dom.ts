/**
 * The browser’s own accessors. A form’s fields shadow the form’s properties (a field named `parentNode`), and pages
 * replace what they like; they are taken once, and work on nodes of every document of this origin.
 */
const reader = (prototype: object, name: string): (() => unknown) => {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`this browser has no ${name}`);
  return get;
};

const readType = reader(Node.prototype, 'nodeType') as () => number;
const readFirst = reader(Node.prototype, 'firstChild') as () => ChildNode | null;
const readNext = reader(Node.prototype, 'nextSibling') as () => ChildNode | null;
const readParent = reader(Node.prototype, 'parentNode') as () => ParentNode | null;
const readText = reader(Node.prototype, 'textContent') as () => string | null;
const readDocument = reader(Node.prototype, 'ownerDocument') as () => Document | null;
const readConnected = reader(Node.prototype, 'isConnected') as () => boolean;
const readName = reader(Element.prototype, 'localName') as () => string;
const readSpace = reader(Element.prototype, 'namespaceURI') as () => string | null;
const readShadow = reader(Element.prototype, 'shadowRoot') as () => ShadowRoot | null;
const readData = reader(CharacterData.prototype, 'data') as () => string;
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
