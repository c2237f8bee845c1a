/** Left out of a recording, or told in another way: by events, by what the element has become of it. */
const untold =
  /^(on.*|rr_.*|srcset|srcdoc|sizes|name|src|href|rel|autocomplete|value|checked|selected|media|nonce|content|csp-content)$/;
const leaves = new Set(['style', 'link', 'script', 'noscript', 'template', 'textarea', 'canvas']);

/** What a document shows, as lines of text that can be compared: `isPart` leaves out what a player put in. */
export function shape(document: Document, isPart: (node: Node) => boolean = () => true): string {
  const lines: string[] = [];
  write(document, '', lines, isPart);
  return lines.join('\n');
}

function write(node: Node, indent: string, lines: string[], isPart: (node: Node) => boolean): void {
  const inner = `${indent} `;
  for (const child of node.childNodes) {
    if (!isPart(child)) continue;
    if (child.nodeType === 3) lines.push(`${indent}${JSON.stringify(child.nodeValue)}`);
    if (child.nodeType !== 1) continue;
    const element = child as HTMLElement;
    if (element.localName === 'coview-widget') continue;
    lines.push(`${indent}<${nameOf(element)}${attributesOf(element)}>${stateOf(element)}`);
    if (element.shadowRoot) {
      lines.push(`${inner}#shadow${adopted(element.shadowRoot)}`);
      write(element.shadowRoot, `${inner} `, lines, isPart);
    }
    const within = (element as HTMLIFrameElement).contentDocument;
    if (within) {
      lines.push(`${inner}#document${adopted(within)}`);
      write(within, `${inner} `, lines, isPart);
    }
    if (!leaves.has(element.localName)) write(element, inner, lines, isPart);
  }
}

const nameOf = ({ localName }: Element) => ({ link: 'style', script: 'noscript' })[localName] ?? localName;

function attributesOf(element: Element): string {
  if (/^(script|noscript|meta)$/.test(element.localName)) return '';
  const pairs = element.getAttributeNames().flatMap((name) => {
    const value = element.getAttribute(name) ?? '';
    const plain = name === 'class' ? value.replace(/\brrweb-paused\b|:hover/g, '').trim() : value;
    return untold.test(name) || (name === 'class' && plain === '') ? [] : `${name}=${JSON.stringify(plain)}`;
  });
  return pairs
    .sort()
    .map((pair) => ` ${pair}`)
    .join('');
}

function stateOf(element: Element): string {
  const name = nameOf(element);
  const field = element as HTMLInputElement;
  if (name === 'style') return rules((element as HTMLStyleElement).sheet);
  if (name === 'input') return ` ${JSON.stringify(field.value)} ${field.checked}`;
  if (name === 'textarea') return ` ${JSON.stringify(field.value)}`;
  if (name === 'option') return ` ${(element as HTMLOptionElement).selected}`;
  return '';
}

const rules = (sheet: CSSStyleSheet | null) =>
  ` {${[...(sheet?.cssRules ?? [])].map(({ cssText }) => cssText.replace(/\s+/g, ' ')).join(' ')}}`;

const adopted = (root: Document | ShadowRoot) => root.adoptedStyleSheets.map(rules).join('');
