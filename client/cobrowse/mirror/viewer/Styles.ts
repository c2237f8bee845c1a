import type { Assets } from './Assets.ts';
import { hasPlaces } from './Assets.ts';
import { cleanCss } from './cleanCss.ts';
import { append, createText, firstChildOf, nextSiblingOf, nodeTypeOf } from './dom.ts';
import { isLayerFirst, layerFirst, ownLook } from './ownLook.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf, textOf } from './shape.ts';
import type { Sheet } from './sheetIn.ts';

/** rrweb puts it between what belongs to one text node of a style and to the next. */
const SPLIT = '/* rr_split */';

type Rules = CSSStyleSheet | CSSGroupingRule;

/** All style sheets of the document: texts of style elements, constructed ones, and rules that scripts put in. */
export class Styles {
  readonly #assets: Assets;
  readonly #own = new CSSStyleSheet();
  /** Texts as they were recorded; what the browser is given is all of an element’s at once, cleaned. */
  readonly #raw = new WeakMap<Node, string>();
  readonly #whole = new WeakMap<Element, string>();
  readonly #meanwhile = new WeakMap<Element, string>();
  readonly #dirty = new Set<HTMLStyleElement>();
  readonly #constructed = new Map<number, CSSStyleSheet>();
  readonly #patches = new Set<() => CSSStyleSheet | null>();
  #frame = 0;

  constructor(assets: Assets) {
    this.#assets = assets;
    this.#own.replaceSync(ownLook());
  }

  /** How much the visitor’s browser takes for a scrollbar. */
  bar(width: number): void {
    this.#own.replaceSync(ownLook(width));
  }

  clear(): void {
    this.#dirty.clear();
    this.#constructed.clear();
    this.#patches.clear();
    this.begin(document);
  }

  /** What the viewer itself says of looks counts in shadow roots as well. */
  begin(root: Document | ShadowRoot): void {
    root.adoptedStyleSheets = [this.#own];
  }

  /** Text of a style element’s node; it is shown by `render`. */
  text(style: HTMLStyleElement, node: Text, css: string): void {
    this.#raw.set(node, css);
    this.#whole.delete(style);
    node.data = '';
    this.#dirty.add(style);
  }

  /** All that a style element says, for all its text nodes. */
  whole(style: HTMLStyleElement, { css, meanwhile }: Sheet): void {
    if (meanwhile === undefined) this.#meanwhile.delete(style);
    else this.#meanwhile.set(style, meanwhile);
    // It may have a text of ours, which shows what was recorded without any.
    const texts = textsOf(style).filter((node) => this.#raw.has(node));
    if (texts.length === 0) this.#whole.set(style, css);
    else {
      const parts = css.split(SPLIT);
      texts.forEach((node, index) => {
        const isLast = index === texts.length - 1;
        this.#raw.set(node, (isLast ? parts.slice(index).join('') : parts[index]) ?? '');
      });
    }
    this.#dirty.add(style);
  }

  changed(style: HTMLStyleElement): void {
    this.#dirty.add(style);
  }

  /** Shows what has changed. */
  render(): void {
    for (const style of this.#dirty) this.#render(style);
    this.#dirty.clear();
  }

  /** `data` of rrweb’s AdoptedStyleSheet. */
  adopt(root: Document | ShadowRoot, data: Fields): void {
    for (const given of listOf(data['styles'])) {
      const { styleId, rules } = fieldsOf(given);
      const sheet = new CSSStyleSheet();
      this.#constructed.set(idOf(styleId), sheet);
      for (const added of listOf(rules)) this.#insert(sheet, () => sheet, fieldsOf(added));
    }
    const sheets = listOf(data['styleIds']).map((id) => this.#constructed.get(idOf(id)));
    root.adoptedStyleSheets = [this.#own, ...sheets.filter((sheet) => sheet !== undefined)];
  }

  hasConstructed(id: number): boolean {
    return this.#constructed.has(id);
  }

  /** `data` of rrweb’s StyleSheetRule. */
  rules(find: () => CSSStyleSheet | null, data: Fields): void {
    const sheet = find();
    if (!sheet) return;
    for (const removed of listOf(data['removes'])) {
      const [rules, at] = this.#at(sheet, fieldsOf(removed)['index']);
      quietly(() => rules?.deleteRule(at));
    }
    for (const added of listOf(data['adds'])) this.#insert(sheet, find, fieldsOf(added));
    for (const all of [data['replace'], data['replaceSync']]) {
      if (typeof all === 'string') quietly(() => sheet.replaceSync(this.#clean(find, all)));
    }
  }

  /** `data` of rrweb’s StyleDeclaration. */
  declaration(find: () => CSSStyleSheet | null, data: Fields): void {
    const sheet = find();
    if (!sheet) return;
    const [rules, at] = this.#at(sheet, data['index']);
    const style = (rules?.cssRules[at] as CSSStyleRule | undefined)?.style;
    if (!style) return;
    if (data['set']) {
      const { property, value, priority } = fieldsOf(data['set']);
      const css = value === null ? '' : this.#clean(find, textOf(value));
      style.setProperty(textOf(property), css, priority === 'important' ? priority : '');
    }
    if (data['remove']) style.removeProperty(textOf(fieldsOf(data['remove'])['property']));
  }

  constructed(id: number): CSSStyleSheet | null {
    return this.#constructed.get(id) ?? null;
  }

  #render(style: HTMLStyleElement): void {
    const texts = textsOf(style);
    const css = this.#whole.get(style) ?? texts.map((node) => this.#raw.get(node) ?? '').join('');
    const again = () => {
      this.#dirty.add(style);
      this.#soon();
    };
    const find = () => style.sheet;
    const meanwhile = this.#meanwhile.get(style);
    const clean = this.#clean(find, css, again) || (meanwhile ? this.#clean(find, meanwhile, again) : '');
    const [first = append(style, createText('')) as Text, ...others] = texts;
    for (const node of others) if (node.data) node.data = '';
    if (first.data !== layerFirst + clean) first.data = layerFirst + clean;
  }

  #insert(sheet: CSSStyleSheet, find: () => CSSStyleSheet | null, { rule, index }: Fields): void {
    const [rules, at] = this.#at(sheet, index ?? sheet.cssRules.length - ownRules(sheet));
    const css = this.#clean(find, textOf(rule));
    // What no browser of this kind understands is left out, as there.
    quietly(() => rules?.insertRule(css, Math.min(at, rules.cssRules.length)));
  }

  #clean(find: () => CSSStyleSheet | null, css: string, render = () => {}): string {
    const patch = () => {
      this.#patches.add(find);
      this.#soon();
    };
    return cleanCss(css, this.#assets.forCss(find, patch, render));
  }

  /** Where a rule is: in the sheet, or in rules that hold rules. */
  #at(sheet: CSSStyleSheet, index: unknown): [rules: Rules | undefined, at: number] {
    const [top = 0, ...inner] = Array.isArray(index) ? index.map(numberOf) : [numberOf(index)];
    const path = [top + ownRules(sheet), ...inner];
    let rules: Rules | undefined = sheet;
    for (const at of path.slice(0, -1)) {
      const inner: CSSRule | undefined = rules?.cssRules[at];
      rules = inner && 'cssRules' in inner ? (inner as CSSGroupingRule) : undefined;
    }
    return [rules, path.at(-1) ?? 0];
  }

  /** Many assets come at once: one walk for all of them, before the next picture is drawn. */
  #soon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.render();
      const sheets = new Set([...this.#patches].map((find) => find()));
      this.#patches.clear();
      for (const sheet of sheets) if (sheet) this.#patch(sheet);
    });
  }

  #patch(rules: Rules): void {
    for (let at = rules.cssRules.length - 1; at >= 0; at--) {
      const rule = rules.cssRules[at];
      if (!rule || !hasPlaces(rule.cssText)) continue;
      if (rule instanceof CSSFontFaceRule) {
        const css = this.#assets.placed(rule.cssText);
        rules.deleteRule(at);
        quietly(() => rules.insertRule(css, at));
        continue;
      }
      const { style } = rule as CSSStyleRule;
      if (style && hasPlaces(style.cssText)) style.cssText = this.#assets.placed(style.cssText);
      if ('cssRules' in rule) this.#patch(rule as CSSGroupingRule);
    }
  }
}

/** How many rules of a sheet are the viewer’s. */
const ownRules = (sheet: CSSStyleSheet): number => (isLayerFirst(sheet.cssRules[0]) ? 1 : 0);

function textsOf(style: Element): Text[] {
  const texts: Text[] = [];
  for (let node = firstChildOf(style); node; node = nextSiblingOf(node)) {
    if (nodeTypeOf(node) === Node.TEXT_NODE) texts.push(node as Text);
  }
  return texts;
}

function quietly(change: () => void): void {
  try {
    change();
  } catch {
    // The browser knows better; the rest of the page is right.
  }
}
