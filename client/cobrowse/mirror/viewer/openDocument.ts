import { makeInert } from './inert.ts';
import type { Fields } from './shape.ts';

/** All that is ever parsed here, by the layout it stands for. */
const openings = {
  standard: '<!doctype html>',
  limited: '<!doctype html public "-//W3C//DTD XHTML 1.0 Transitional//EN" "">',
  quirks: '',
} as const;

type Layout = keyof typeof openings;

const LIMITED = /^-\/\/w3c\/\/dtd (xhtml 1\.0 (frameset|transitional)|html 4\.01 (frameset|transitional))\/\//i;

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(layout: string): string }): { createHTML(wanted: string): string };
}

let layout: Layout = 'standard';
const rules = {
  createHTML: (wanted: string) =>
    wanted in openings ? `${openings[wanted as Layout]}<html><head></head><body></body></html>` : wanted,
};
/** Of browsers that ask for one, this is the only policy they let pass. */
const trusted =
  (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('coview-mirror', rules) ?? rules;

/** To be looked at: it is no part of this document, where nothing of it would run or load. */
export const parseSvg = (text: string): Document =>
  new DOMParser().parseFromString(trusted.createHTML(text), 'image/svg+xml');

/** Makes the document lay out as the visitor’s does; that can only be had by parsing a doctype. */
export function openDocument(compatMode: unknown, doctype: Fields | undefined): void {
  const isLimited = LIMITED.test(String(doctype?.['publicId']));
  const wanted = compatMode === 'BackCompat' ? 'quirks' : isLimited ? 'limited' : 'standard';
  if (wanted === layout) return;
  layout = wanted;
  document.open();
  document.write(trusted.createHTML(wanted));
  document.close();
  // Opening a document takes all listeners away.
  makeInert();
}
