import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** What a form stood in place of gets the focus back when the form is gone. */
export function useFocusAfter<T extends HTMLElement>(shown: boolean): RefObject<T | null> {
  const element = useRef<T>(null);
  const before = useRef(shown);
  useLayoutEffect(() => {
    if (before.current && !shown) element.current?.focus();
    before.current = shown;
  }, [shown]);
  return element;
}
