const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Plain to see for most of the time, then fading; who wants less motion sees it go at once. */
export function fade(element: Element, ms: number, gone: () => void): Animation {
  const animation = element.animate([{}, { opacity: 1, offset: 0.65 }, { opacity: isCalm() ? 1 : 0 }], ms);
  animation.onfinish = gone;
  return animation;
}
