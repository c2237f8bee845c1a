import { cleanCss } from './cleanCss.ts';
import { append, createElement, createText, isElement, nodeTypeOf, SVG, spaceOf, tagOf } from './dom.ts';
import { kindOf } from './elements.ts';
import { parseSvg } from './openDocument.ts';

/** Sets what may be set. */
type SetAttribute = (element: Element, name: string, value: string) => void;

const MOST_NODES = 50_000;
const PLAIN = /^([^:]+|xlink:href|xml:space)$/;
/** A file has none but those in itself. */
const assets = { url: () => 'data:,', style: () => '' };

/**
 * Files of symbols that a page draws parts of (`<use href="icons.svg#cart">`): copies with nothing in them but what may
 * stand in the page itself.
 */
export class Sprites {
  readonly #made = new WeakMap<Blob, Promise<string>>();

  /** The address of a copy. */
  of(file: Blob, set: SetAttribute): Promise<string> {
    const made = this.#made.get(file) ?? file.text().then((text) => copied(parseSvg(text).documentElement, set));
    this.#made.set(file, made);
    return made;
  }
}

function copied(given: Element, set: SetAttribute): string {
  const root = createElement(SVG, 'svg');
  const waiting: [from: Node, into: Element][] = [[given, root]];
  for (let count = 0; waiting.length > 0 && count < MOST_NODES; count++) {
    const [from, into] = waiting.pop() as [Node, Element];
    const made = copyOf(from, into, set);
    if (!made) continue;
    append(into, made);
    if (isElement(made)) for (const child of [...from.childNodes].reverse()) waiting.push([child, made]);
  }
  const markup = new XMLSerializer().serializeToString(root);
  return URL.createObjectURL(new Blob([markup], { type: 'image/svg+xml' }));
}

function copyOf(from: Node, into: Element, set: SetAttribute): Node | undefined {
  if (!isElement(from)) {
    if (nodeTypeOf(from) !== Node.TEXT_NODE && nodeTypeOf(from) !== Node.CDATA_SECTION_NODE) return undefined;
    const text = from.nodeValue ?? '';
    return createText(tagOf(into) === 'style' ? cleanCss(text, assets) : text);
  }
  if (spaceOf(from) !== SVG) return undefined;
  const made = createElement(SVG, kindOf(tagOf(from), true, null).tag);
  // A file with prefixes that it does not declare could not be read.
  for (const { name, value } of from.attributes) if (PLAIN.test(name)) set(made, name, value);
  return made;
}
