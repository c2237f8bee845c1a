import { documentOf } from '../record/dom.ts';
import { rootOf, sheetsOf } from './reads.ts';

type Sheets = Document | ShadowRoot;

interface Readers {
  /** Rules there were when it was read. */
  rules: number;
  /** What an attribute is compared with. */
  values: Map<string, Set<string>>;
  /** Attributes that are compared in part. */
  parts: Set<string>;
  /** Attributes that are written out by `attr()`. */
  written: Set<string>;
}

const COMPARED = /\[\s*(?:[\w*-]*\|)?([\w-]+)\s*([~|^$*]?)=\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\]\s]+))/g;
const WRITTEN = /attr\(\s*([\w-]+)/g;

/** Which attributes a page’s style sheets read: of all others the value has no part in what the page looks like. */
export class StyleReaders {
  readonly #sheets = new WeakMap<CSSStyleSheet, Readers>();
  /** Of each root’s sheets together. */
  readonly #all = new WeakMap<Sheets, { parts: readonly Readers[]; all: Readers }>();
  /** As of this task: within it a page’s style sheets are looked through once. */
  #roots = new Map<Sheets, Readers>();

  /** Whether the look depends on this very value. The value stands in the style sheet, so it tells nothing new. */
  compares(element: Element, attribute: string, value: string): boolean {
    return this.#some(element, ({ values }) => values.get(attribute)?.has(value) ?? false);
  }

  comparesPart(element: Element, attribute: string): boolean {
    return this.#some(element, ({ parts }) => parts.has(attribute));
  }

  /** Whether the value is shown to the visitor as text. */
  writes(element: Element, attribute: string): boolean {
    return this.#some(element, ({ written }) => written.has(attribute));
  }

  #some(element: Element, test: (readers: Readers) => boolean): boolean {
    const page = documentOf(element);
    if (page && test(this.#of(page))) return true;
    const root = rootOf(element);
    return root !== page && 'host' in root && test(this.#of(root as ShadowRoot));
  }

  #of(root: Sheets): Readers {
    const known = this.#roots.get(root);
    if (known) return known;
    if (this.#roots.size === 0) queueMicrotask(() => this.#roots.clear());
    const parts = sheetsOf(root).map((sheet) => this.#read(sheet));
    const before = this.#all.get(root);
    const isSame = before?.parts.length === parts.length && parts.every((part, at) => part === before.parts[at]);
    const all = isSame ? before.all : together(parts);
    if (!isSame) this.#all.set(root, { parts, all });
    this.#roots.set(root, all);
    return all;
  }

  #read(sheet: CSSStyleSheet): Readers {
    const rules = ruleCount(sheet);
    const known = this.#sheets.get(sheet);
    if (known?.rules === rules) return known;
    const readers = none(rules);
    if (rules > 0) for (const { cssText } of sheet.cssRules) read(cssText, readers);
    this.#sheets.set(sheet, readers);
    return readers;
  }
}

const none = (rules = 0): Readers => ({ rules, values: new Map(), parts: new Set(), written: new Set() });

function together(readers: readonly Readers[]): Readers {
  const all = none();
  for (const { values, parts, written } of readers) {
    for (const [attribute, compared] of values) {
      const known = all.values.get(attribute) ?? new Set();
      for (const value of compared) known.add(value);
      all.values.set(attribute, known);
    }
    for (const attribute of parts) all.parts.add(attribute);
    for (const attribute of written) all.written.add(attribute);
  }
  return all;
}

function read(text: string, { values, parts, written }: Readers): void {
  for (const [, name = '', part, double, single, bare] of text.matchAll(COMPARED)) {
    const attribute = name.toLowerCase();
    if (part) parts.add(attribute);
    const known = values.get(attribute) ?? new Set();
    values.set(attribute, known.add(double ?? single ?? bare ?? ''));
  }
  for (const [, name = ''] of text.matchAll(WRITTEN)) written.add(name.toLowerCase());
}

/** -1 for a style sheet that the page must not read. */
function ruleCount(sheet: CSSStyleSheet): number {
  try {
    return sheet.cssRules.length;
  } catch {
    return -1;
  }
}
