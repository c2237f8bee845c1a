/** What could run, load by itself or leave the page is not taken over; the rest is to be looked at. */
const UNWANTED = 'script, noscript, iframe, frame, object, embed, base, meta, link, template';

/** `css` is beside what stands in the HTML. */
export interface PastedPage {
  html: string;
  css?: string;
}

/**
 * Puts HTML into a frame's document. Styles go in as objects: the desk's own policy, which the frame shares, lets none
 * in as text.
 */
export function fillPage(page: Document, { html, css = '' }: PastedPage): void {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const styles = [...parsed.querySelectorAll('style')].map((style) => style.textContent ?? '');
  for (const element of parsed.querySelectorAll(`${UNWANTED}, style`)) element.remove();
  const body = page.createElement('body');
  for (const node of parsed.body.childNodes) body.append(cleaned(page, node));
  page.adoptedStyleSheets = [css, ...styles].flatMap((css) => sheetOf(page, css));
  page.body.replaceWith(body);
}

function cleaned(page: Document, node: Node): Node {
  if (!(node instanceof Element)) return page.importNode(node, true);
  const element = page.createElementNS(node.namespaceURI, node.localName);
  for (const { name, value } of node.attributes) {
    if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) continue;
    if (name === 'style') (element as HTMLElement).style.cssText = value;
    else setAttribute(element, name, value);
  }
  for (const child of node.childNodes) element.append(cleaned(page, child));
  return element;
}

/** HTML allows names that the DOM's own method does not. */
function setAttribute(element: Element, name: string, value: string): void {
  try {
    element.setAttribute(name, value);
  } catch {
    // Such an attribute is no rule's business.
  }
}

function sheetOf(page: Document, css: string): CSSStyleSheet[] {
  const Sheet = (page.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
  if (!Sheet) return [];
  const sheet = new Sheet();
  sheet.replaceSync(css);
  return [sheet];
}
