/**
 * Scrolling is told, so that nothing is to be scrolled here by itself when the layout changes, or because it would
 * snap there.
 */
const SCROLLING = '*{overflow-anchor:none!important;scroll-snap-type:none!important}';

/** As a browser would show it where the page does not say how. */
const FOCUS = '[cv-ring]{outline:-webkit-focus-ring-color auto 1px}';

const swatch = (browser: string) =>
  `[cv-masked]::-${browser}-color-swatch{background:repeating-linear-gradient(135deg,#888 0 4px,#ccc 4px 8px)!important}`;
/** What is masked in fields that hold no text. */
const MASKED = `[cv-masked]{-webkit-text-security:disc!important}${swatch('webkit')}${swatch('moz')}`;

const FULL = '[cv-fullscreen]:not(:root)';
const filling =
  'margin:0 min-width:0 min-height:0 max-width:none max-height:none width:100% height:100% transform:none';
/** As browsers have it, without what they say of popovers, by which it is done here. */
const FILLING =
  `${FULL}{position:fixed!important;inset:0!important;box-sizing:border-box!important;${filling.replace(/ |$/g, '!important;')}` +
  `border:0;padding:0;color:inherit;background:none;object-fit:contain}` +
  `${FULL}:not(img,video,canvas,iframe){overflow:visible}${FULL}::backdrop{background:#000}`;

const THUMB =
  '*::-webkit-scrollbar-thumb{background:#8888;background-clip:content-box;border:3px solid #0000;border-radius:9px}';

/** How much the visitor’s browser takes for a scrollbar where the page does not say it: so the layout is the same. */
function scrollbars(given: number): string {
  const width = Math.min(Math.max(given, 0), 99);
  const rest = width === 0 ? '@supports not selector(::-webkit-scrollbar){*{scrollbar-width:none}}' : '';
  return `*::-webkit-scrollbar{width:${width}px;height:${width}px}${THUMB}${rest}`;
}

const LAYER = 'cv-mirror';
/** Before all that a style sheet of the page says: the first layer that is named loses, and wins with `!important`. */
export const layerFirst = `@layer ${LAYER};`;
/** Whether a rule is that. */
export const isLayerFirst = (rule: CSSRule | undefined): boolean => rule?.cssText === layerFirst;

/** What the viewer itself says of looks, below all that the page says. `bar`: pixels, once they are known. */
export const ownLook = (bar?: number): string =>
  `@layer ${LAYER}{${SCROLLING}${FOCUS}${MASKED}${FILLING}${bar === undefined ? '' : scrollbars(bar)}}`;
