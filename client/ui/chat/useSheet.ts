import { useLayoutEffect } from 'preact/hooks';

/** Whether the window covers the whole page, as it does on phones. */
export const isSheet = (): boolean => matchMedia('(max-width: 520px), (max-height: 440px)').matches;

/** Keeps an element on what an on-screen keyboard leaves free of the window. */
export function useSheet(element: () => HTMLElement | null): void {
  useLayoutEffect(() => {
    const seen = window.visualViewport;
    const adapt = () => {
      const style = element()?.style;
      // While zoomed in, the sheet stays where it is.
      if (!style || !seen || seen.scale > 1.01) return;
      style.setProperty('--seen', `${seen.height}px`);
      style.setProperty('--above', `${seen.offsetTop}px`);
    };
    adapt();
    seen?.addEventListener('resize', adapt);
    seen?.addEventListener('scroll', adapt);
    return () => {
      seen?.removeEventListener('resize', adapt);
      seen?.removeEventListener('scroll', adapt);
    };
  }, []);
}
