import { useLayoutEffect, useRef } from 'preact/hooks';
import { Floating } from './Floating.ts';

const moved = (element: HTMLElement) => new Floating(element);

/** Makes the element of `ref` a `Floating` for as long as it is rendered. */
export function useFloating(make: (element: HTMLElement) => Floating = moved) {
  const ref = useRef<HTMLElement>(null);
  const floating = useRef<Floating | undefined>(undefined);
  useLayoutEffect(() => {
    if (!ref.current) return;
    const made = make(ref.current);
    floating.current = made;
    return () => made.close();
  }, []);
  return {
    ref,
    grab: (event: PointerEvent, edges?: string) => floating.current?.grab(event, edges),
    key: (event: KeyboardEvent) => floating.current?.key(event),
  };
}
