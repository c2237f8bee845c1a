import type { Fields } from './shape.ts';

export interface Sheet {
  css: string;
  /** While the asset that `css` names is not there. */
  meanwhile?: string;
}

/** What a style or link element brings: its text, or the asset that holds it; undefined if that is said by its nodes. */
export function sheetIn({ _cssText: text, href, rel }: Fields): Sheet | undefined {
  // Such a sheet is one that a reader may choose instead; nobody has.
  if (typeof rel === 'string' && /\balternate\b/i.test(rel)) return undefined;
  const isText = typeof text === 'string';
  if (typeof href === 'string' && /^asset:\d{1,9}$/.test(href)) {
    return { css: `@import "${href}";`, ...(isText && { meanwhile: text }) };
  }
  return isText ? { css: text } : undefined;
}
