import type { Fields } from './shape.ts';

/** What a style or link element brings: its text, or the asset that holds it; undefined if that is said by its nodes. */
export function sheetIn({ _cssText, href, rel }: Fields): string | undefined {
  // Such a sheet is one that a reader may choose instead; nobody has.
  if (typeof rel === 'string' && /\balternate\b/i.test(rel)) return undefined;
  if (typeof _cssText === 'string') return _cssText;
  return typeof href === 'string' && /^asset:\d{1,9}$/.test(href) ? `@import "${href}";` : undefined;
}
