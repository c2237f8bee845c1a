type Root = Document | ShadowRoot;

/** A page that changes at random, and always in the same way for a seed. */
export class Fuzzer {
  readonly #area: HTMLElement;
  #state: number;
  #count = 0;
  /** Nodes that were taken out and may come back. */
  readonly #pool: Node[] = [];

  constructor(area: HTMLElement, seed: number) {
    this.#area = area;
    this.#state = seed;
  }

  /** Changes the page once. */
  step(): void {
    const steps = [
      () => this.#insert(this.#make(2)),
      () => this.#insert(this.#make(3)),
      () => this.#move(),
      () => this.#move(),
      () => this.#take(),
      () => this.#bringBack(),
      () => this.#reorder(),
      () => this.#attribute(),
      () => this.#attribute(),
      () => this.#text(),
      () => this.#text(),
      () => this.#write(),
      () => this.#field(),
      () => this.#shadow(),
      () => this.#rule(),
      () => this.#rule(),
      () => this.#adopt(),
      () => this.#passing(),
      () => this.#split(),
    ];
    this.#pick(steps)();
  }

  below(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  #roots(): Node[] {
    const roots: Node[] = [this.#area];
    for (const root of roots) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
      for (let node: Node | null = walker.nextNode(); node; node = walker.nextNode()) {
        const { shadowRoot, contentDocument } = node as Element & { contentDocument?: Document | null };
        if (shadowRoot) roots.push(shadowRoot);
        if (contentDocument?.body) roots.push(contentDocument.body);
      }
    }
    return roots;
  }

  #nodes(): Node[] {
    return this.#roots().flatMap((root) => {
      const found: Node[] = [];
      const walker = document.createTreeWalker(root);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) found.push(node);
      return found;
    });
  }

  #elements = () => this.#nodes().filter((node): node is HTMLElement => node.nodeType === 1);

  /** Elements that may have any children. */
  #homes(): Node[] {
    const plain = this.#elements().filter(({ localName }) => /^(div|p|span|section|b|x-.*)$/.test(localName));
    return [...this.#roots(), ...plain];
  }

  #make(depth: number): Node {
    const n = ++this.#count;
    switch (this.below(12)) {
      case 0:
        return document.createComment(`c${n}`);
      case 1:
        return document.createTextNode(`t${n}`);
      case 2:
        return Object.assign(document.createElement('input'), {
          type: this.#pick(['text', 'checkbox']),
          value: `v${n}`,
        });
      case 3:
        return Object.assign(document.createElement('textarea'), { value: `v${n}` });
      case 4: {
        const select = document.createElement('select');
        for (let at = 0; at < 3; at++) select.append(new Option(`o${n}.${at}`, `o${n}.${at}`));
        return select;
      }
      case 5: {
        const style = document.createElement('style');
        style.textContent = this.below(3) === 0 ? '' : `.k${n} { color: rgb(1, 2, ${n % 255}) }`;
        return style;
      }
      case 6: {
        const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
        svg.append(document.createElementNS('http://www.w3.org/2000/svg', 'linearGradient'));
        return svg;
      }
      case 7: {
        const host = document.createElement('div');
        host.attachShadow({ mode: 'open' }).append(this.#make(depth - 1), `s${n}`);
        return host;
      }
      case 8:
        if (this.below(4) === 0) return document.createElement('iframe');
    }
    const element = document.createElement(this.#pick(['div', 'p', 'span', 'section', 'b', `x-${n % 5}`]));
    element.className = `k${n}`;
    for (let left = depth > 0 ? this.below(5) : 0; left > 0; left--) element.append(this.#make(depth - 1));
    return element;
  }

  #insert(node: Node): void {
    const home = this.#pick(this.#homes());
    if (node.contains(home) || within(home, node)) return;
    const next = this.#pick([null, ...home.childNodes]);
    if (next !== node) home.insertBefore(node, next);
  }

  #move(): void {
    const nodes = this.#nodes().filter(({ nodeName }) => nodeName !== 'OPTION');
    if (nodes.length > 0) this.#insert(this.#pick(nodes));
  }

  #take(): void {
    const nodes = this.#nodes();
    if (nodes.length < 40) return;
    const node = this.#pick(nodes) as ChildNode;
    node.remove();
    if (node.nodeName !== 'OPTION') this.#pool.push(node);
  }

  #bringBack(): void {
    const node = this.#pool.splice(this.below(this.#pool.length), 1)[0];
    if (!node) return;
    if (this.below(2) && node.nodeType === 1) (node as Element).append(this.#make(1));
    this.#insert(node);
  }

  #reorder(): void {
    const home = this.#pick(this.#homes()) as ParentNode;
    const children = [...home.childNodes];
    for (let at = children.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [children[at], children[other]] = [children[other] as ChildNode, children[at] as ChildNode];
    }
    if (this.below(2)) home.append(...children);
    else for (const child of children) home.prepend(child);
  }

  #attribute(): void {
    const elements = this.#elements();
    if (elements.length === 0) return;
    const element = this.#pick(elements);
    const name = this.#pick(['class', 'title', 'style', 'hidden', 'dir', 'id']);
    if (this.below(4) === 0) element.removeAttribute(name);
    else element.setAttribute(name, name === 'style' ? `color: rgb(${this.below(255)}, 0, 0)` : `a${++this.#count}`);
    if (this.below(4) === 0) element.style.setProperty('top', `${this.below(9)}px`);
  }

  #text(): void {
    const texts = this.#nodes().filter((node): node is Text => node.nodeType === 3);
    if (texts.length > 0) this.#pick(texts).data = `d${++this.#count}`;
  }

  #write(): void {
    const home = this.#pick(this.#homes().slice(1)) as Element | undefined;
    if (home) home.innerHTML = `<p class="w">w${++this.#count}</p><!-- c --><div><b>x</b>y</div>`;
  }

  #field(): void {
    const fields = this.#elements().filter(({ localName }) => /^(input|textarea|select)$/.test(localName));
    if (fields.length === 0) return;
    const field = this.#pick(fields) as HTMLInputElement;
    if (field.localName === 'select') {
      const select = field as unknown as HTMLSelectElement;
      select.selectedIndex = this.below(select.options.length);
    } else if (field.type === 'checkbox') field.checked = !field.checked;
    else field.value = `v${++this.#count}`;
  }

  #shadow(): void {
    const hosts = this.#elements().filter((one) => /^(div|section|x-.*)$/.test(one.localName) && !one.shadowRoot);
    if (hosts.length > 0 && this.below(3) === 0) this.#pick(hosts).attachShadow({ mode: 'open' }).append(this.#make(2));
  }

  #rule(): void {
    const styles = this.#elements().filter(({ localName }) => localName === 'style') as unknown as HTMLStyleElement[];
    const sheet = styles.length > 0 ? this.#pick(styles).sheet : undefined;
    if (!sheet) return;
    const { cssRules } = sheet;
    const first = cssRules[0] as CSSStyleRule | undefined;
    const what = first ? this.below(4) : 3;
    if (what === 0) sheet.deleteRule(this.below(cssRules.length));
    else if (what === 1) first?.style.setProperty('left', `${++this.#count}px`);
    else sheet.insertRule(`.r${++this.#count} { color: red; }`, this.below(cssRules.length + 1));
  }

  #adopt(): void {
    const roots = this.#roots().flatMap((root) => (root.nodeType === 11 ? (root as Root) : []));
    const same = roots.filter((root) => (root as ShadowRoot).ownerDocument === document);
    if (same.length === 0) return;
    const root = this.#pick(same);
    const sheet = root.adoptedStyleSheets[0] ?? new CSSStyleSheet();
    if (this.below(2)) sheet.replaceSync(`.q${++this.#count} { color: blue; }`);
    else sheet.insertRule(`.q${++this.#count} { color: blue; }`);
    root.adoptedStyleSheets = this.below(4) === 0 ? [] : [sheet];
  }

  /** What nobody ever sees. */
  #passing(): void {
    const node = this.#make(2);
    this.#insert(node);
    (node as ChildNode).remove();
  }

  #split(): void {
    const texts = this.#nodes().filter((node): node is Text => node.nodeType === 3 && (node as Text).length > 1);
    if (texts.length === 0) return;
    const text = this.#pick(texts);
    if (this.below(2)) text.splitText(1);
    else text.parentElement?.normalize();
  }
}

/** Also through shadow roots and frames. */
function within(node: Node, outer: Node): boolean {
  for (let one: Node | null = node; one; one = parentOf(one)) if (one === outer) return true;
  return false;
}

function parentOf(node: Node): Node | null {
  if (node.parentNode) return node.parentNode;
  if ('host' in node) return node.host as Node;
  return (node as Document).defaultView?.frameElement ?? null;
}
