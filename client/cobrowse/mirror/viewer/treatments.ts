import { HTML, MATH, SVG } from './dom.ts';
import { isCustom } from './elements.ts';

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

/** On any HTML element. None of them loads, runs, takes the focus or leads anywhere. */
const html = words(`
  abbr align alt axis bgcolor border cellpadding cellspacing char charoff checked class clear color cols colspan compact
  contenteditable controls coords datetime default dir direction disabled draggable enterkeyhint exportparts face for
  frame frameborder headers height hidden high hspace id inert inputmode kind label lang link low marginheight
  marginwidth max maxlength media min minlength multiple muted name noshade nowrap open optimum part pattern placeholder
  playsinline popover readonly required reversed role rows rowspan rules scope scrolling selected shape size slot span
  spellcheck start step style summary tabindex text title translate type valign value vlink alink vspace width wrap`);

const svg = words(`
  accent-height accumulate additive alignment-baseline amplitude ascent attributename attributetype azimuth
  basefrequency baseline-shift begin bias by calcmode class clip clip-path clip-rule clippathunits color
  color-interpolation color-interpolation-filters color-rendering cursor cx cy d diffuseconstant direction display
  divisor dominant-baseline dur dx dy edgemode elevation end exponent fill fill-opacity fill-rule filter filterunits
  flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant font-weight fr
  from fx fy glyph-orientation-horizontal glyph-orientation-vertical gradienttransform gradientunits height id
  image-rendering in in2 intercept k1 k2 k3 k4 kernelmatrix kernelunitlength keypoints keysplines keytimes lang
  lengthadjust letter-spacing lighting-color limitingconeangle marker-end marker-mid marker-start markerheight
  markerunits markerwidth mask mask-type maskcontentunits maskunits max method min mode numoctaves offset opacity
  operator order orient orientation overflow overline-position paint-order path pathlength patterncontentunits
  patterntransform patternunits pointer-events points pointsatx pointsaty pointsatz preservealpha preserveaspectratio
  primitiveunits r radius refx refy rendering-intent repeatcount repeatdur restart result role rotate rx ry scale seed
  shape-rendering side slope spacing specularconstant specularexponent spreadmethod startoffset stddeviation
  stitchtiles stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
  stroke-miterlimit stroke-opacity stroke-width style surfacescale systemlanguage tabindex tablevalues targetx targety
  text-anchor text-decoration text-overflow text-rendering textlength to transform transform-origin type
  unicode-bidi values vector-effect version viewbox viewtarget visibility width word-spacing white-space writing-mode x
  x1 x2 xchannelselector y y1 y2 ychannelselector z zoomandpan slot part exportparts lang hidden`);

const math = words(`
  accent accentunder class columnalign columnlines columnspacing columnspan depth dir display displaystyle fence frame
  height id largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize movablelimits
  notation rowalign rowlines rowspacing rowspan rspace scriptlevel separator stretchy style symmetric voffset width`);

/** What SMIL may move: nothing that leads anywhere. */
const moving = words(`
  cx cy d dx dy fill fill-opacity flood-color flood-opacity font-size height offset opacity pathlength points r rotate rx
  ry stddeviation stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-opacity stroke-width
  transform viewbox visibility width x x1 x2 y y1 y2 gradienttransform patterntransform basefrequency scale values radius
  display startoffset fx fy letter-spacing`);

/** Where the page itself reads a name of its own, so that it may not be given to it. */
const clobbering = words('form img iframe');
const ODD = /^(on|xml|http-|cv-)/;
/** Framework’s own: `_ngcontent-x`, `v-cloak`, `data-…`, `aria-…`. */
const DASHED = /^[a-z_][\w.]*-[\w.:-]*$/;
const OWN = /^[a-z_][\w.:-]*$/;
/** Mean something on every element, which is why a custom element may not have them either. */
const special = words('accesskey anchor autofocus href is itemprop itemref itemid nonce src srcdoc target');

/** `picture`: an address that has to be an asset or self-contained; `part`: one in this document or in an asset. */
export type Treatment = 'plain' | 'css' | 'style' | 'picture' | 'local' | 'part' | 'link';

const pictures = words('img input video body table td th tr thead tbody tfoot');
const pictureNames: Readonly<Record<string, ReadonlySet<string>>> = {
  src: words('img input'),
  poster: words('video'),
  background: pictures,
};
const locals = words('textPath mpath linearGradient radialGradient pattern filter');

/** How an attribute is to be set, if at all; `name` in lower case. */
export function treatmentOf(space: string | null, tag: string, name: string, value: string): Treatment | undefined {
  if (name === 'style') return 'style';
  if (space === SVG) return svgTreatment(tag, name, value);
  if (space === MATH) return math.has(name) || isDashed(name) ? 'plain' : undefined;
  if (space !== HTML) return undefined;
  if (name === 'href') return tag === 'a' || tag === 'area' ? 'link' : undefined;
  if (pictureNames[name]) return pictureNames[name].has(tag) ? 'picture' : undefined;
  if (tag === 'meta') return isColorScheme(name, value) ? 'plain' : undefined;
  if (name === 'name' && clobbering.has(tag)) return undefined;
  // A sheet with a title is one of a set, of which the browser chooses.
  if (tag === 'style' && (name === 'title' || name === 'type')) return undefined;
  if (html.has(name) || isDashed(name)) return 'plain';
  return isCustom(tag) && OWN.test(name) && !ODD.test(name) && !special.has(name) ? 'plain' : undefined;
}

function svgTreatment(tag: string, name: string, value: string): Treatment | undefined {
  if (name === 'href' || name === 'xlink:href') {
    if (tag === 'image' || tag === 'feImage') return 'picture';
    if (tag === 'a') return 'link';
    return tag === 'use' ? 'part' : locals.has(tag) ? 'local' : undefined;
  }
  if (name === 'attributename') return moving.has(value.trim().toLowerCase()) ? 'plain' : undefined;
  if (name === 'xml:space') return 'plain';
  return svg.has(name) || isDashed(name) ? 'css' : undefined;
}

const isDashed = (name: string): boolean => DASHED.test(name) && !ODD.test(name);

const isColorScheme = (name: string, value: string): boolean =>
  (name === 'name' && value.toLowerCase() === 'color-scheme') || name === 'content' || isDashed(name);
