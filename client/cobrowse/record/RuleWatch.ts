import { changed } from './sheetText.ts';

type Styled = CSSRule & { readonly selectorText?: string; readonly style: CSSStyleDeclaration };

/** Rules that one look takes in. */
const AT_ONCE = 100;
/** Sheets that nobody has changed are written once, by people; few of the larger ones are ever touched. */
const LARGE = 500;

/**
 * Rules that a script changes by the name of a property (`rule.style.color = …`): browsers neither tell of that nor
 * let anybody in between. So they are looked at, a few at a time, over and over.
 */
export class RuleWatch {
  readonly #sheets: () => Iterable<CSSStyleSheet>;
  readonly #differs: (rule: CSSRule) => void;
  readonly #texts = new WeakMap<CSSRule, string>();
  #turn: Iterator<Styled> | undefined;

  constructor(sheets: () => Iterable<CSSStyleSheet>, differs: (rule: CSSRule) => void) {
    this.#sheets = sheets;
    this.#differs = differs;
  }

  /** It is told as it is now. */
  told(rule: CSSRule): void {
    this.#texts.delete(rule);
  }

  look(): void {
    this.#turn ??= all(this.#sheets());
    for (let count = 0; count < AT_ONCE; count++) {
      const { value: rule, done } = this.#turn.next();
      if (done) {
        this.#turn = undefined;
        return;
      }
      const text = `${rule.selectorText}{${rule.style.cssText}`;
      const before = this.#texts.get(rule);
      if (before === text) continue;
      this.#texts.set(rule, text);
      if (before !== undefined) this.#differs(rule);
    }
  }
}

function* all(sheets: Iterable<CSSStyleSheet>): Generator<Styled, undefined> {
  for (const sheet of sheets) {
    const rules = rulesIn(sheet);
    if (rules && (rules.length < LARGE || changed.has(sheet))) yield* styled(rules);
  }
  return undefined;
}

function* styled(rules: CSSRuleList): Generator<Styled> {
  for (const rule of rules) {
    if ('style' in rule) yield rule as Styled;
    if ('cssRules' in rule) yield* styled((rule as CSSGroupingRule).cssRules);
  }
}

/** Undefined for what the page itself may not read. */
function rulesIn(sheet: CSSStyleSheet): CSSRuleList | undefined {
  try {
    return sheet.cssRules;
  } catch {
    return undefined;
  }
}
