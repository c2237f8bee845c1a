import type { styleDeclarationData } from '@rrweb/types';
import { after } from './after.ts';

interface Place {
  sheet: CSSStyleSheet;
  path: number[];
}

export interface RuleListener {
  /** Rules within others are named by the way to them. */
  inserted(sheet: CSSStyleSheet, rule: string, index: number | number[]): void;
  deleted(sheet: CSSStyleSheet, index: number | number[]): void;
  styled(rule: CSSRule, place: Place, change: Pick<styleDeclarationData, 'set' | 'remove'>): void;
  replaced(sheet: CSSStyleSheet): void;
}

/** Hears of what a window’s scripts change in style sheets, for which browsers have no event. Answers its undo. */
export function watchRules(view: Window & typeof globalThis, listener: RuleListener): () => void {
  const sheets = view.CSSStyleSheet.prototype;
  const groups = view.CSSGroupingRule.prototype;
  const styles = view.CSSStyleDeclaration.prototype;
  const undos = [
    after(sheets, 'insertRule', (sheet: CSSStyleSheet, [rule, index = 0]) => listener.inserted(sheet, rule, index)),
    after(sheets, 'addRule', (sheet: CSSStyleSheet) => listener.replaced(sheet)),
    after(sheets, 'deleteRule', (sheet: CSSStyleSheet, [index]) => listener.deleted(sheet, index)),
    after(sheets, 'removeRule', (sheet: CSSStyleSheet, [index = 0]) => listener.deleted(sheet, index)),
    after(sheets, 'replaceSync', (sheet: CSSStyleSheet) => listener.replaced(sheet)),
    after(sheets, 'replace', (sheet: CSSStyleSheet, _, result) => {
      (result as Promise<CSSStyleSheet>).then(
        () => listener.replaced(sheet),
        () => {},
      );
    }),
    after(groups, 'insertRule', (group: CSSGroupingRule, [rule, index = 0]) => {
      const place = placeOf(group);
      if (place) listener.inserted(place.sheet, rule, [...place.path, index]);
    }),
    after(groups, 'deleteRule', (group: CSSGroupingRule, [index]) => {
      const place = placeOf(group);
      if (place) listener.deleted(place.sheet, [...place.path, index]);
    }),
    after(styles, 'setProperty', (style: CSSStyleDeclaration, [property, value, priority]) => {
      // An element’s own style has no rule, and is an attribute.
      const rule = style.parentRule;
      const place = rule && placeOf(rule);
      if (place) listener.styled(rule, place, { set: { property, value, priority } });
    }),
    after(styles, 'removeProperty', (style: CSSStyleDeclaration, [property]) => {
      const rule = style.parentRule;
      const place = rule && placeOf(rule);
      if (place) listener.styled(rule, place, { remove: { property } });
    }),
  ];
  return () => {
    for (const undo of undos) undo();
  };
}

/** Where a rule stands: undefined if its sheet has lost it. */
export function placeOf(rule: CSSRule): Place | undefined {
  const sheet = rule.parentStyleSheet;
  const path: number[] = [];
  for (let one: CSSRule | null = rule; one; one = one.parentRule) {
    const siblings: CSSRuleList | undefined = ((one.parentRule as CSSGroupingRule | null) ?? sheet)?.cssRules;
    const at = siblings ? Array.prototype.indexOf.call(siblings, one) : -1;
    if (at < 0) return undefined;
    path.unshift(at);
  }
  return sheet ? { sheet, path } : undefined;
}
