import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A form that comes in place of a button takes the focus that the button had. */
export function useFirstFocus<T extends HTMLElement>(): RefObject<T | null> {
  const root = useRef<T>(null);
  useLayoutEffect(() => root.current?.querySelector<HTMLElement>('input, textarea, select')?.focus(), []);
  return root;
}
