import { useLayoutEffect, useRef } from 'preact/hooks';
import { isTyping } from './isTyping.ts';

/** The search field that `/` goes to. */
export function useSearchKey() {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return input;
}
