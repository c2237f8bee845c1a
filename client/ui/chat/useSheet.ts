import { useLayoutEffect } from 'preact/hooks';

/** Keeps an element on what an on-screen keyboard leaves free of the window. */
export function useSheet(element: () => HTMLElement | null): void {
  useLayoutEffect(() => {
    const seen = window.visualViewport;
    const fit = () => {
      const style = element()?.style;
      // While zoomed in, the sheet stays where it is.
      if (!style || !seen || seen.scale > 1.01) return;
      style.setProperty('--seen', `${seen.height}px`);
      style.setProperty('--above', `${seen.offsetTop}px`);
    };
    fit();
    seen?.addEventListener('resize', fit);
    seen?.addEventListener('scroll', fit);
    return () => {
      seen?.removeEventListener('resize', fit);
      seen?.removeEventListener('scroll', fit);
    };
  }, []);
}
