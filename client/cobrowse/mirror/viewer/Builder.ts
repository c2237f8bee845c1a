import type { Attributes } from './Attributes.ts';
import {
  append,
  attachShadow,
  createComment,
  createElement,
  createText,
  HTML,
  insertBefore,
  isElement,
  shadowOf,
  spaceOf,
  styleOf,
  tagOf,
} from './dom.ts';
import { isCustom, kindOf } from './elements.ts';
import type { NodeBook } from './NodeBook.ts';
import { NodeKind } from './numbers.ts';
import type { Styles } from './Styles.ts';
import { type Fields, fieldsOf, idOf, listOf, textOf } from './shape.ts';
import { sheetIn } from './sheetIn.ts';

interface BuilderOptions {
  book: NodeBook;
  attributes: Attributes;
  styles: Styles;
  /** What can be done only to an element that stands in the document, with all that is in it. */
  later(element: Element, attributes: Fields): void;
}

/** As deep as browsers’ own parsers build. */
const MAX_DEPTH = 512;
const MAX_CUSTOM = 2000;
const REPLACED = /^(object|embed|applet)$/i;
const HATCHED = 'repeating-linear-gradient(135deg,#0002 0 6px,#0001 6px 12px)';

/** Builds what was recorded, node by node, out of what is known to be harmless; markup is never parsed. */
export class Builder {
  readonly #options: BuilderOptions;
  #custom = 0;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /** Puts a recorded node with everything in it before `next`; undefined where it stands for nothing. */
  build(recorded: unknown, parent: Node, next: Node | null, depth: number): Node | undefined {
    const root = fieldsOf(recorded);
    const made = this.#node(root, parent, depth);
    if (!made) return undefined;
    const nested = [this.#open(root, made)];
    for (let at = nested.at(-1); at; at = nested.at(-1)) {
      const given = at.children[at.next++];
      if (given === undefined) {
        nested.pop();
        this.#close(at.recorded, at.node);
        continue;
      }
      const child = fieldsOf(given);
      const into = this.#parentFor(child, at.node);
      const node = into && this.#node(child, into, depth + nested.length);
      if (!into || !node) continue;
      append(into, node);
      if (isElement(node)) nested.push(this.#open(child, node));
    }
    insertBefore(parent, made, next);
    return made;
  }

  #open(recorded: Fields, node: Node) {
    return { recorded, node, next: 0, children: isElement(node) ? listOf(recorded['childNodes']) : [] };
  }

  #close(recorded: Fields, node: Node): void {
    if (!isElement(node)) return;
    const attributes = fieldsOf(recorded['attributes'] ?? {});
    if (tagOf(node) === 'style') {
      const sheet = sheetIn(attributes);
      if (sheet) this.#options.styles.whole(node as HTMLStyleElement, sheet);
      else this.#options.styles.changed(node as HTMLStyleElement);
    }
    this.#options.later(node, attributes);
  }

  /** A shadow root’s children stand among those of its host. */
  #parentFor({ isShadow }: Fields, node: Node): Node | undefined {
    if (!isShadow) return node;
    return (isElement(node) && shadowOf(node)) || undefined;
  }

  #node(recorded: Fields, parent: Node, depth: number): Node | undefined {
    const { book, styles } = this.#options;
    const id = idOf(recorded['id']);
    if (depth > MAX_DEPTH || book.isFull) {
      book.truncated = true;
      return undefined;
    }
    const node = this.#made(recorded, parent);
    if (!node) return undefined;
    book.set(id, node);
    if (recorded['type'] === NodeKind.text && isElement(parent) && tagOf(parent) === 'style') {
      styles.text(parent as HTMLStyleElement, node as Text, textOf(recorded['textContent'] ?? ''));
    }
    return node;
  }

  #made(recorded: Fields, parent: Node): Node | undefined {
    switch (recorded['type']) {
      case NodeKind.element:
        return this.#element(recorded, isElement(parent) ? spaceOf(parent) : null);
      case NodeKind.text: {
        const isCss = isElement(parent) && tagOf(parent) === 'style';
        return createText(isCss ? '' : textOf(recorded['textContent'] ?? ''));
      }
      case NodeKind.cdata:
        return createText('');
      case NodeKind.comment:
        return createComment(textOf(recorded['textContent'] ?? ''));
      default:
        // A doctype is heeded when the document is opened, a nested document has a viewer of its own.
        return undefined;
    }
  }

  #element(recorded: Fields, parentSpace: string | null): Element {
    const name = textOf(recorded['tagName']);
    const { space, tag } = kindOf(name, recorded['isSVG'] === true, parentSpace);
    if (recorded['isCustom'] === true && space === HTML) this.define(tag);
    const element = createElement(space, tag);
    const attributes = fieldsOf(recorded['attributes'] ?? {});
    for (const [attribute, value] of Object.entries(attributes)) {
      this.#options.attributes.set(element, attribute, value);
    }
    if (recorded['isShadowHost'] === true) this.#openShadow(element);
    if (recorded['needBlock'] === true || 'rr_width' in attributes) block(element, name, attributes);
    return element;
  }

  #openShadow(element: Element): void {
    try {
      this.#options.styles.begin(attachShadow(element, { mode: 'open' }));
    } catch {
      // Elements of this name have none.
    }
  }

  /** For `:defined`, which pages hide what is not yet ready by. */
  define(tag: string): void {
    if (!isCustom(tag) || this.#custom >= MAX_CUSTOM || customElements.get(tag)) return;
    this.#custom++;
    try {
      customElements.define(tag, class extends HTMLElement {});
    } catch {
      // A name that this browser does not take.
    }
  }
}

/** An empty box of the same size, visibly so where it was left out. */
function block(element: Element, name: string, attributes: Fields): void {
  const style = styleOf(element);
  if (!style) return;
  const lengths = { width: attributes['rr_width'], height: attributes['rr_height'] };
  for (const [property, length] of Object.entries(lengths)) {
    if (typeof length === 'string' && /^[\d.]+px$/.test(length)) style.setProperty(property, length);
  }
  // Of these the browser knows nothing here, and would draw them within a line without any size.
  if (REPLACED.test(name)) style.setProperty('display', 'inline-block');
  style.setProperty('background', HATCHED);
}
