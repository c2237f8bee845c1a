/** Where something is done: an element, and a point of its own window’s viewport. */
export interface Place {
  target: Element;
  x: number;
  y: number;
}

/** Our own widget stands beside the page: nobody acts in it but the visitor. */
const OWN = 'coview-widget';

export const viewOf = (node: Node): (Window & typeof globalThis) | null => node.ownerDocument?.defaultView ?? null;

/** The element that a node of the recording is, or stands in. */
export function elementOf(node: Node): Element | undefined {
  if (node.nodeType === Node.ELEMENT_NODE) return node as Element;
  if (node.nodeType === Node.DOCUMENT_NODE) return (node as Document).documentElement;
  return node.parentElement ?? undefined;
}

/** What stands around it, through shadow roots, within its document. */
export function around(element: Element): Element | undefined {
  const root = element.getRootNode();
  return element.assignedSlot ?? element.parentElement ?? ('host' in root ? (root.host as Element) : undefined);
}

export function isWithin(element: Element, outer: Element): boolean {
  for (let one: Element | undefined = element; one; one = around(one)) if (one === outer) return true;
  return false;
}

/** The innermost one around it, itself included, for which the test holds. */
export function closest(element: Element, test: (one: Element) => boolean): Element | undefined {
  let one: Element | undefined = element;
  while (one && !test(one)) one = around(one);
  return one;
}

export const isOwn = (element: Element): boolean =>
  closest(element, ({ localName }) => localName === OWN) !== undefined;

/** `at`: 0 to 1 of the element’s width and height. What really lies there counts, as long as it is in the element. */
export function placeIn(element: Element, at: { x: number; y: number }): Place {
  const box = element.getBoundingClientRect();
  const x = box.left + at.x * box.width;
  const y = box.top + at.y * box.height;
  const hit = topmost(element.ownerDocument, x, y);
  const unreachable = () => getComputedStyle(element).pointerEvents === 'none';
  const target = hit && (isWithin(hit, element) || unreachable()) ? hit : element;
  return { target, x, y };
}

function topmost(root: DocumentOrShadowRoot, x: number, y: number): Element | undefined {
  const hit = root.elementFromPoint(x, y);
  const inner = hit?.shadowRoot;
  const deeper = inner && hit.localName !== OWN ? topmost(inner, x, y) : undefined;
  return (deeper && deeper !== hit ? deeper : hit) ?? undefined;
}

/** The same point in the window of the whole page: frames lie where their elements do. */
export function inPage(element: Element, x: number, y: number): { x: number; y: number } {
  const frame = viewOf(element)?.frameElement;
  if (!frame) return { x, y };
  const { left, top } = frame.getBoundingClientRect();
  return inPage(frame, x + left + frame.clientLeft, y + top + frame.clientTop);
}

/** The element’s box in the window of the whole page. */
function boxInPage(element: Element): DOMRect {
  const { left, top, width, height } = element.getBoundingClientRect();
  const { x, y } = inPage(element, left, top);
  return new DOMRect(x, y, width, height);
}

/** The same of a node of the recording, as long as it is in the page. */
export function boxOfNode(node: Node | undefined): DOMRect | undefined {
  const element = node?.isConnected ? elementOf(node) : undefined;
  return element && boxInPage(element);
}

/** The field or element that has the focus, through shadow roots. */
export function focused(document: Document): Element | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element ?? undefined;
}
