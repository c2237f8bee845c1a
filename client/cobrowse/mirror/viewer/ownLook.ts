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

const THUMB =
  '*::-webkit-scrollbar-thumb{background:#8888;background-clip:content-box;border:3px solid #0000;border-radius:9px}';

/** How much the visitor’s browser takes for a scrollbar where the page does not say it: so the layout is the same. */
function scrollbars(given: number): string {
  const width = Math.min(Math.max(given, 0), 99);
  const rest = width === 0 ? '@supports not selector(::-webkit-scrollbar){*{scrollbar-width:none}}' : '';
  return `*::-webkit-scrollbar{width:${width}px;height:${width}px}${THUMB}${rest}`;
}

/** What the viewer itself says of looks, below all that the page says. `bar`: pixels, once they are known. */
export const ownLook = (bar?: number): string =>
  `@layer cv{${SCROLLING}${FOCUS}${MASKED}${bar === undefined ? '' : scrollbars(bar)}}`;
