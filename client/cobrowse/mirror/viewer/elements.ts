import { HTML, MATH, SVG } from './dom.ts';

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

/** What only shows. Scripts, objects, bases, and whatever else loads or runs, are not in it. */
const html = words(`
  a abbr acronym address area article aside audio b bdi bdo bgsound big blink blockquote body br button canvas caption
  center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font
  footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li main map mark
  marquee menu menuitem meta meter nav nobr noscript ol optgroup option output p picture plaintext pre progress q rb rp
  rt rtc ruby s samp search section select selectedcontent slot small source span strike strong style sub summary sup
  table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp listing`);

/** Names that stand for others here: a style sheet’s text is all that is ever had of it, and a script is a script no more. */
const renamed = new Map([
  ['link', 'style'],
  ['script', 'noscript'],
]);

const svg = new Map(
  [
    ...words(`
  a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer
  feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
  feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
  feSpotLight feTile feTurbulence filter foreignObject g image line linearGradient marker mask metadata mpath path
  pattern polygon polyline radialGradient rect set stop style svg switch symbol text textPath title tspan use view`),
  ].map((name) => [name.toLowerCase(), name]),
);

const math = words(`
  math maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms
  mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics annotation`);

const CUSTOM = /^[a-z][a-z0-9._-]*-[a-z0-9._-]*$/;
/** Have a dash and are no custom elements. */
const reserved = words(`
  annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph`);

/** What nothing here knows is shown as this: it has no meaning to any browser. */
const UNKNOWN = 'cv-element';

export interface Kind {
  space: string;
  tag: string;
}

/** What to create for an element that was recorded; always something that runs nothing and loads nothing by itself. */
export function kindOf(name: string, isSvg: boolean, parentSpace: string | null): Kind {
  const tag = name.toLowerCase();
  if (isSvg) return { space: SVG, tag: svg.get(tag) ?? UNKNOWN };
  if (math.has(tag) && (tag === 'math' || parentSpace === MATH)) return { space: MATH, tag };
  const known = renamed.get(tag) ?? tag;
  return { space: HTML, tag: html.has(known) || isCustom(known) ? known : UNKNOWN };
}

export const isCustom = (tag: string): boolean => tag.length <= 200 && CUSTOM.test(tag) && !reserved.has(tag);
