import type {
  addedNodeMutation,
  eventWithTime,
  incrementalData,
  mutationData,
  serializedNodeWithId,
} from '@rrweb/types';

type Data<S extends number> = Extract<incrementalData, { source: S }>;

/**
 * The smallest replay there can be, for tests: does what an event says to a document of its own, and throws where that
 * cannot be done to the letter.
 */
export class Applier {
  readonly #document: Document;
  readonly #nodes = new Map<number, Node>();
  readonly #sheets = new Map<number, CSSStyleSheet>();
  readonly scrolls = new Map<number, { x: number; y: number }>();

  constructor(document: Document) {
    this.#document = document;
  }

  play(events: readonly eventWithTime[]): void {
    for (const event of events) this.#apply(event);
  }

  nodeOf(id: number): Node {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`there is no node ${id}`);
    return node;
  }

  #apply(event: eventWithTime): void {
    if (event.type === 2) {
      this.#nodes.clear();
      this.#sheets.clear();
      this.#document.replaceChildren();
      this.#fill(this.#document, event.data.node);
    } else if (event.type === 3) this.#change(event.data);
  }

  #change(data: incrementalData): void {
    switch (data.source as number) {
      case 0:
        return this.#mutate(data as mutationData);
      case 3: {
        const { id, x, y } = data as Data<3>;
        this.nodeOf(id);
        this.scrolls.set(id, { x, y });
        return;
      }
      case 5: {
        const { id, text, isChecked } = data as Data<5>;
        const field = this.nodeOf(id) as HTMLInputElement;
        field.value = text;
        field.checked = isChecked;
        return;
      }
      case 8:
        return this.#rules(data as Data<8>);
      case 13: {
        const { index, set, remove, ...place } = data as Data<13>;
        const { style } = ruleAt(this.#sheetOf(place), index) as CSSStyleRule;
        if (set) style.setProperty(set.property, set.value, set.priority);
        if (remove) style.removeProperty(remove.property);
        return;
      }
      case 15:
        return this.#adopt(data as Data<15>);
    }
  }

  #mutate({ removes, adds, texts, attributes }: mutationData): void {
    for (const { id, parentId, isShadow } of removes) {
      const node = this.nodeOf(id);
      this.#parent(parentId, isShadow).removeChild(node);
      this.#forget(node);
    }
    for (const add of adds) this.#add(add);
    for (const { id, value } of texts) this.nodeOf(id).textContent = value;
    for (const one of attributes) {
      const element = this.nodeOf(one.id) as Element;
      for (const [name, value] of Object.entries(one.attributes)) this.#set(element, name, value as string | null);
    }
  }

  #add({ parentId, nextId, node }: addedNodeMutation): void {
    if (node.type === 0) {
      const document = (this.nodeOf(parentId) as HTMLIFrameElement).contentDocument as Document;
      document.replaceChildren();
      return this.#fill(document, node);
    }
    const built = this.#build(node, this.nodeOf(parentId));
    const parent = this.#parent(parentId, node.isShadow);
    if (nextId === null) parent.appendChild(built);
    else parent.insertBefore(built, this.nodeOf(nextId));
    if ('childNodes' in node) for (const child of node.childNodes) this.#append(built, child);
  }

  #parent(id: number, isShadow?: boolean): Node {
    const node = this.nodeOf(id) as Element;
    return isShadow ? (node.shadowRoot ?? node.attachShadow({ mode: 'open' })) : node;
  }

  #fill(document: Document, node: serializedNodeWithId): void {
    this.#know(document, node.id);
    if ('childNodes' in node) for (const child of node.childNodes) this.#append(document, child);
  }

  #append(parent: Node, child: serializedNodeWithId): void {
    const built = this.#build(child, parent);
    const root = parent as Element;
    const into = child.isShadow ? (root.shadowRoot ?? root.attachShadow({ mode: 'open' })) : parent;
    into.appendChild(built);
    if ('childNodes' in child) for (const one of child.childNodes) this.#append(built, one);
  }

  #build(node: serializedNodeWithId, near: Node): Node {
    const document = near.nodeType === 9 ? (near as Document) : (near.ownerDocument as Document);
    if (node.type === 3) return this.#know(document.createTextNode(node.textContent), node.id);
    if (node.type === 1) {
      const { name, publicId, systemId } = node;
      return this.#know(document.implementation.createDocumentType(name, publicId, systemId), node.id);
    }
    if (node.type !== 2) throw new Error(`a node of type ${node.type}`);
    const name =
      { script: 'noscript', link: '_cssText' in node.attributes ? 'style' : 'link' }[node.tagName] ?? node.tagName;
    const element = node.isSVG
      ? document.createElementNS('http://www.w3.org/2000/svg', name)
      : document.createElement(name);
    for (const [key, value] of Object.entries(node.attributes)) {
      this.#set(element, key, value === true ? '' : value === null ? null : String(value));
    }
    if (node.isShadowHost) element.attachShadow({ mode: 'open' });
    return this.#know(element, node.id);
  }

  #set(element: Element, name: string, value: string | null): void {
    if (name === '_cssText') element.textContent = value;
    else if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
    if (name === 'value' && element.localName === 'textarea') (element as HTMLTextAreaElement).value = value ?? '';
  }

  #know(node: Node, id: number): Node {
    if (this.#nodes.has(id)) throw new Error(`node ${id} comes twice`);
    this.#nodes.set(id, node);
    return node;
  }

  #forget(node: Node): void {
    const gone = new Set<Node>();
    const visit = (one: Node) => {
      gone.add(one);
      if ('shadowRoot' in one && one.shadowRoot) visit(one.shadowRoot as Node);
      for (const child of one.childNodes) visit(child);
    };
    visit(node);
    for (const [id, one] of this.#nodes) {
      if (one === this.#document) continue;
      const frame = one.nodeType === 9 ? (one as Document) : one.ownerDocument;
      // What stood in a frame that is gone has no window any more.
      if (gone.has(one) || (frame !== this.#document && !frame?.defaultView)) this.#nodes.delete(id);
    }
  }

  #rules({ adds = [], removes = [], replaceSync, ...place }: Data<8>): void {
    const sheet = this.#sheetOf(place);
    for (const { rule, index = 0 } of adds) inGroup(sheet, index, (group, at) => group.insertRule(rule, at));
    for (const { index } of removes) inGroup(sheet, index, (group, at) => group.deleteRule(at));
    if (replaceSync !== undefined) sheet.replaceSync(replaceSync);
  }

  #sheetOf({ id, styleId }: { id?: number; styleId?: number }): CSSStyleSheet {
    const sheet = styleId === undefined ? (this.nodeOf(id ?? 0) as HTMLStyleElement).sheet : this.#sheets.get(styleId);
    if (!sheet) throw new Error(`there is no style sheet ${id ?? styleId}`);
    return sheet;
  }

  #adopt({ id, styles = [], styleIds }: Data<15>): void {
    const node = this.nodeOf(id) as Element | Document;
    const view = (node.nodeType === 9 ? (node as Document) : (node.ownerDocument as Document)).defaultView;
    for (const { styleId, rules } of styles) {
      const sheet = new (view as Window & typeof globalThis).CSSStyleSheet();
      for (const { rule, index } of rules) sheet.insertRule(rule, index as number);
      this.#sheets.set(styleId, sheet);
    }
    const root = 'shadowRoot' in node && node.shadowRoot ? node.shadowRoot : (node as Document);
    root.adoptedStyleSheets = styleIds.map((one) => this.#sheetOf({ styleId: one }));
  }
}

type Group = Pick<CSSStyleSheet, 'cssRules' | 'insertRule' | 'deleteRule'>;

function ruleAt(sheet: CSSStyleSheet, path: readonly number[]): CSSRule {
  let group: Group = sheet;
  for (const at of path.slice(0, -1)) group = group.cssRules[at] as CSSGroupingRule;
  return group.cssRules[path.at(-1) ?? 0] as CSSRule;
}

function inGroup(sheet: CSSStyleSheet, index: number | number[], act: (group: Group, at: number) => void): void {
  const path = [index].flat();
  act(path.length > 1 ? (ruleAt(sheet, path.slice(0, -1)) as CSSGroupingRule) : sheet, path.at(-1) ?? 0);
}
