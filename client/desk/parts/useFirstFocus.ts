import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A form that comes in place of a button takes the focus that the button had. */
export function useFirstFocus<T extends HTMLElement>(): RefObject<T | null> {
  const root = useRef<T>(null);
  useEffect(() => root.current?.querySelector<HTMLElement>('input, textarea, select')?.focus(), []);
  return root;
}
