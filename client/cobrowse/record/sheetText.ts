/** Rules of a style sheet as text; undefined where the page itself may not read them. */
export function rulesOf(sheet: CSSStyleSheet): string | undefined {
  try {
    let text = '';
    for (const rule of sheet.cssRules) text += `${rule.cssText}\n`;
    return text;
  } catch {
    return undefined;
  }
}

/**
 * A style element’s text as its author wrote it, or its rules where a script has changed those: then the text says
 * nothing. Whether it has shows in their number alone, as a recording may begin at any time.
 */
export function styleTextOf(element: HTMLStyleElement | SVGStyleElement, text: string): string {
  const { sheet } = element;
  // Of another language than CSS, or refused by the page’s policy.
  if (!sheet) return element.ownerDocument.defaultView ? '' : text;
  return changed.has(sheet) || countOf(sheet) !== countIn(text) ? (rulesOf(sheet) ?? text) : text;
}

/** Of `border: var(--b); border-color: red` browsers write out `border-width: ;`: then only the file says what it is. */
export const isLossy = (rules: string): boolean => /[;{] [a-z][a-z-]*: ?;/.test(rules);

/** Style sheets that were seen being changed rule by rule. */
export const changed = new WeakSet<CSSStyleSheet>();

/** Without what a constructed sheet leaves out. */
function countOf({ cssRules }: CSSStyleSheet): number {
  let imports = 0;
  while (cssRules[imports] instanceof CSSImportRule) imports++;
  return cssRules.length - imports;
}

function countIn(text: string): number {
  if (text.trim() === '') return 0;
  const parsed = new CSSStyleSheet();
  parsed.replaceSync(text);
  return parsed.cssRules.length;
}
