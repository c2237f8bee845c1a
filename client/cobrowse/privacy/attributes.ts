/**
 * What becomes of an attribute. keep: has a part in what the page looks like, and nothing of a person in it. text: the
 * visitor reads it. link, picture: an address. state: what a field is set to. never: left out. Of all that is not
 * named here only the name leaves the browser, which is all there is to a flag, unless a style sheet reads the value.
 */
export type Care = 'keep' | 'text' | 'link' | 'picture' | 'state' | 'never' | 'ask';

const cares: ReadonlyMap<string, Care> = new Map(
  Object.entries({
    keep:
      'id class style type dir lang hidden width height rows cols size span colspan rowspan align valign bgcolor border ' +
      'cellpadding cellspacing color face clear frame rules tabindex role slot part exportparts is media rel popover ' +
      'contenteditable start wrap hspace vspace scrolling frameborder marginwidth marginheight ' +
      'aria-expanded aria-hidden aria-disabled aria-current aria-orientation aria-haspopup aria-modal aria-busy ' +
      'aria-required aria-readonly aria-sort aria-level aria-multiselectable',
    text: 'title alt placeholder label summary abbr aria-label aria-description aria-placeholder aria-roledescription',
    link: 'href xlink:href',
    picture: 'src srcset poster background',
    state:
      'value checked selected min max low high optimum step aria-checked aria-selected aria-pressed aria-valuenow ' +
      'aria-valuemin aria-valuemax aria-valuetext aria-invalid aria-activedescendant indeterminate',
    never: 'srcdoc action formaction http-equiv pattern data cite longdesc profile',
    ask: 'content',
  }).flatMap(([care, names]) => names.split(' ').map((name) => [name, care as Care] as const)),
);

/** Undefined for what is not known. */
export function careOf(name: string, isSvg: boolean): Care | undefined {
  const known = cares.get(name);
  if (known) return known;
  if (name.startsWith('on')) return 'never';
  // What draws a shape is nothing but its look.
  return isSvg && !/^(data|aria)-|^(name|desc)$|:/.test(name) ? 'keep' : undefined;
}

/** Meta elements whose content is the look of the page. */
export const lookingMetas = new Set(['viewport', 'color-scheme', 'theme-color']);

/** What is drawn by these is drawn by a hand, perhaps. */
export const strokes = new Set(['d', 'points']);
