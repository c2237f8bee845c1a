import type { styleSheetRuleData } from '@rrweb/types';
import { sheetsOf } from '../privacy/reads.ts';
import { changed } from './sheetText.ts';
import type { Root } from './watcher.ts';
import { placeOf } from './watchRules.ts';

type Step = Pick<styleSheetRuleData, 'adds' | 'removes'>;
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
  readonly #roots: ReadonlyMap<Root, unknown>;
  readonly #step: (sheet: CSSStyleSheet, step: Step) => void;
  readonly #texts = new WeakMap<CSSRule, string>();
  #turn: Iterator<Styled> | undefined;

  constructor(roots: ReadonlyMap<Root, unknown>, step: (sheet: CSSStyleSheet, step: Step) => void) {
    this.#roots = roots;
    this.#step = step;
  }

  /** It is told as it is now. */
  told(rule: CSSRule): void {
    this.#texts.delete(rule);
  }

  look(): void {
    this.#turn ??= all(this.#roots.keys());
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
      if (before !== undefined) this.#tell(rule);
    }
  }

  #tell(rule: CSSRule): void {
    // Frames of an animation are told with it.
    const whole = ('keyText' in rule && rule.parentRule) || rule;
    const { sheet, path = [] } = placeOf(whole) ?? {};
    const index = path.length > 1 ? path : path[0];
    if (!sheet || index === undefined) return;
    this.#step(sheet, { removes: [{ index }] });
    this.#step(sheet, { adds: [{ rule: whole.cssText, index }] });
  }
}

function* all(roots: Iterable<Root>): Generator<Styled, undefined> {
  for (const root of roots) {
    for (const sheet of sheetsOf(root)) {
      const rules = rulesIn(sheet);
      if (rules && (rules.length < LARGE || changed.has(sheet))) yield* styled(rules);
    }
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
