import type { Attributes } from './Attributes.ts';
import type { Builder } from './Builder.ts';
import { append, hostOrParent, isElement, parentOf, remove, rootElement, shadowOf, tagOf } from './dom.ts';
import type { NodeBook } from './NodeBook.ts';
import { NodeKind } from './numbers.ts';
import { openDocument } from './openDocument.ts';
import type { Styles } from './Styles.ts';
import { type Fields, fieldsOf, idOf, listOf, ShapeError, textOf } from './shape.ts';
import { sheetIn } from './sheetIn.ts';
import { turn } from './turn.ts';

interface TreeOptions {
  book: NodeBook;
  attributes: Attributes;
  styles: Styles;
  builder: Builder;
  /** A node is about to leave, with everything in it. */
  leaving(node: Node): void;
}

/** The document’s nodes as they were recorded and as they change. */
export class Tree {
  readonly #options: TreeOptions;

  constructor(options: TreeOptions) {
    this.#options = options;
  }

  /** The whole document anew. */
  full(recorded: Fields): void {
    const { book, builder, styles } = this.#options;
    if (recorded['type'] !== NodeKind.document) throw new ShapeError('no document');
    const nodes = listOf(recorded['childNodes']).map(fieldsOf);
    openDocument(
      recorded['compatMode'],
      nodes.find(({ type }) => type === NodeKind.doctype),
    );
    book.clear();
    styles.clear();
    const root = nodes.find(({ type }) => type === NodeKind.element);
    const built = document.createDocumentFragment();
    if (root) builder.build(root, built, null, 1);
    remove(rootElement());
    append(document, built);
    book.set(idOf(recorded['id']), document);
  }

  /** `data` of rrweb’s Mutation. */
  change(data: Fields): void {
    for (const removed of listOf(data['removes'])) this.#remove(idOf(fieldsOf(removed)['id']));
    this.#add(listOf(data['adds']).map(fieldsOf));
    for (const text of listOf(data['texts'])) this.#text(fieldsOf(text));
    for (const changed of listOf(data['attributes'])) this.#attributes(fieldsOf(changed));
  }

  #remove(id: number): void {
    const { book, styles, leaving } = this.#options;
    const node = book.node(id);
    if (!node || node === document) return;
    const parent = parentOf(node);
    leaving(node);
    book.forget(node);
    remove(node);
    if (isElement(parent) && tagOf(parent) === 'style') styles.changed(parent as HTMLStyleElement);
  }

  /** In any order: what stands before or in something that comes later waits for it. */
  #add(adds: readonly Fields[]): void {
    const waiting = new Map(adds.map((add) => [fieldsOf(add['node'])['id'], add]));
    for (const first of waiting.keys()) {
      const stack = [first];
      const chain = new Set(stack);
      for (let id = stack.at(-1); stack.length > 0; id = stack.at(-1)) {
        const add = waiting.get(id);
        const before = add && [add['parentId'], add['nextId']].find((other) => waiting.has(other));
        if (before !== undefined) {
          if (chain.has(before)) throw new ShapeError('nodes in a circle');
          chain.add(before);
          stack.push(before);
          continue;
        }
        waiting.delete(id);
        chain.delete(id);
        stack.pop();
        if (add) this.#addOne(add);
      }
    }
  }

  #addOne({ parentId, nextId, node }: Fields): void {
    const { book, builder } = this.#options;
    const recorded = fieldsOf(node);
    // It was somewhere else before.
    this.#remove(idOf(recorded['id']));
    const parent = book.node(idOf(parentId));
    if (!parent) {
      if (book.truncated) return;
      throw new ShapeError('no parent');
    }
    const into = recorded['isShadow'] === true && isElement(parent) ? shadowOf(parent) : parent;
    if (!into) return;
    if (into === document) {
      if (recorded['type'] === NodeKind.element) remove(rootElement());
      else return;
    }
    const next = nextId === null || nextId === undefined ? undefined : book.node(idOf(nextId));
    builder.build(recorded, into, next && parentOf(next) === into ? next : null, depthOf(into) + 1);
  }

  #text({ id, value }: Fields): void {
    const node = this.#options.book.node(idOf(id));
    if (!(node instanceof Text || node instanceof Comment)) return;
    const text = value === null ? '' : textOf(value);
    const parent = parentOf(node);
    if (isElement(parent) && tagOf(parent) === 'style') {
      this.#options.styles.text(parent as HTMLStyleElement, node as Text, text);
    } else node.data = text;
  }

  #attributes({ id, attributes }: Fields): void {
    const element = this.#options.book.element(idOf(id));
    if (!element) return;
    const changed = fieldsOf(attributes);
    for (const [name, value] of Object.entries(changed)) this.#options.attributes.set(element, name, value);
    const sheet = tagOf(element) === 'style' ? sheetIn(changed) : undefined;
    if (sheet) this.#options.styles.whole(element as HTMLStyleElement, sheet);
    turn(element, changed);
  }
}

function depthOf(node: Node): number {
  let depth = 0;
  for (let at: Node | null = node; at; at = hostOrParent(at)) depth++;
  return depth;
}
